provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  timeout = "10s"
  link {
    provider = provider.openai.primary
    timeout  = "20s"
  }
}

platform "console" "here" {
  chain = chain.default
}
