provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "telegram" "bot" {
  chain = chain.default
  allow = ["1"]
}
