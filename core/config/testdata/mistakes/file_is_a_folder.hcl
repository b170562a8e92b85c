provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

agent "helper" {
  chain         = chain.default
  system_prompt = file("testdata")
}

platform "console" "here" {
  agent = agent.helper
}
