provider "openai" "primary" {
  api_key = trimspace(file("token.txt"))
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
