provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
  connect_timeout = "1d"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
