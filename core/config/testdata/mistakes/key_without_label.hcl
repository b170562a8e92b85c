provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "openai_api" "local" {
  chain = chain.default
  key {
    secret = env("OPENAI_API_KEY")
  }
}
