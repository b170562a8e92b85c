provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "here" {
  chain = chain.default
}

provider "panicking" "loud" {
  key = env("OPENAI_API_KEY")
}

provider "panicking" "index" {
  how = "index"
}

provider "broken" "nil" {
}
