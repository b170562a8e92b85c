provider "openai" "primary" {
  api_key = "sk-live-0123456789
  model = "gpt-5.2"
}
