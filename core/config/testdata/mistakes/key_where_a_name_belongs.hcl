provider "openai" "primary" {
  chain "sk-live-0123456789"
}
