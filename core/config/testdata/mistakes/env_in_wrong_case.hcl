provider "openai" "primary" {
  api_key = env("openai_api_key")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
