provider "openai" "primary" {
  api_key = env("OPENAI_API_KEY")
  model   = "gpt-5.2"
}

chain "default" {
  providers = [provider.openai.primary]
}

provider "everything" "all" {
  required = "x"
  waits = ["1s", "x", "-2s", "y"]
}

chain "all" {
  providers = [provider.everything.all]
}

platform "console" "here" {
  chain = chain.default
}

platform "console" "there" {
  chain = chain.all
}
