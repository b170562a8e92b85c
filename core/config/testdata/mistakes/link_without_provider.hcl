provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  link {
    model = "gpt-5.2-mini"
  }
}

platform "console" "here" {
  chain = chain.default
}
