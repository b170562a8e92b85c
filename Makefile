# Hermes: what can be made here. Plain `make` prints this list.
.DEFAULT_GOAL := help
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

.PHONY: help build test race vet fmt-check

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/hermes, one static binary
	CGO_ENABLED=0 go build -trimpath -o bin/hermes ./cmd/hermes

test: ## run every test; needs Go and nothing else
	go test ./...

race: ## run every test under the race detector
	go test -race ./...

vet: ## what the compiler's companion finds
	go vet ./...

fmt-check: ## fail when a Go file is not formatted
	@out=$$(gofmt -l cmd core plugins); test -z "$$out" || { echo "not formatted: $$out"; exit 1; }
