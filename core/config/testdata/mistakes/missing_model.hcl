provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
