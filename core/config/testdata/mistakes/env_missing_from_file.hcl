hermes {
  env_file = "hermes.env"
}

provider "openai" "primary" {
  api_key = env("CI_KYE")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}
