hermes {
  data_dri = "./data"
}

provider "openai" "primary" {
  api_key         = env("OPENAI_KEY")
  connect_timeout = "5"
}

chain "default" {
  providers = [provider.openai.primry]
}

platform "console" "here" {
}
