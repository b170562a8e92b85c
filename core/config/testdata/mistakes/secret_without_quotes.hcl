provider "openai" "primary" {
  api_key = sk-live-0123456789
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
