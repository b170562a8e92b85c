providers:
  - name: primary
    api_key: sk-live-0123456789
