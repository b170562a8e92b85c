provider "openai" "primary" {
  base_url = "localhost"
  model    = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
