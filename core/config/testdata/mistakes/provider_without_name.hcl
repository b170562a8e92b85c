provider "openai" {
  model = "gpt-5.2"
}
