provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

provider "openai" "spare" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

chain "cheap" {
  providers = [provider.openai.primary]
}

agent "helper" {
  chain = chain.default
}

platform "console" "here" {
  chain = chain.default
}
