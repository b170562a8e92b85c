provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

agent "helper" {
  system_prompt = "Be brief."
}

platform "console" "here" {
  agent = agent.helper
}

platform "console" "there" {
  chain = chain.default
}
