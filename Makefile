# `make` prints what there is. Everything but lint, fmt and the peers needs Go alone.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo build test race bench fuzz lint fmt fmt-check gen gen-check peers tools test-peers

FUZZTIME ?= 20s

# Tools are built once, by exact version, outside of the work tree.
TOOLS      ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/hermes/tools
LINT       := $(TOOLS)/golangci-lint-v2.15.0
TOXIPROXY  := $(TOOLS)/toxiproxy-server-v2.12.0
PEERS      := $(CURDIR)/.cache/peers
HERMES     := .cache/bin/hermes
GENERATED  := config:configuration.md commands:commands.md

help: ## print these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(HERMES) ## chat in the terminal; the first provider runs out of money after three answers
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && $(HERMES) serve --config configs/demo.hcl --data-dir "$$dir"

build: ## build bin/hermes: one static file
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/hermes ./cmd/hermes

test: ## run every test; those whose peer is not installed say so and are skipped
	go test $(TESTFLAGS) ./...

race: ## run every test with the race detector
	go test -race $(TESTFLAGS) ./...

bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem $(TESTFLAGS) ./...

fuzz: ## fuzz every target for FUZZTIME (20s)
	@.ci/fuzz $(FUZZTIME)

lint: $(LINT) ## look for mistakes (golangci-lint)
	$(LINT) run ./...

fmt: $(LINT) $(HERMES) ## format the Go files and the configs
	$(LINT) fmt ./...
	$(HERMES) fmt -w configs

fmt-check: $(LINT) $(HERMES) ## say which files fmt would change
	$(LINT) fmt --diff ./...
	$(HERMES) fmt --check configs

gen: $(HERMES) ## write docs/configuration.md and docs/commands.md from the code
	@for page in $(GENERATED); do $(HERMES) docs "$${page%:*}" > .cache/page && mv .cache/page "docs/$${page#*:}"; done

gen-check: $(HERMES) ## say what gen would change
	@for page in $(GENERATED); do $(HERMES) docs "$${page%:*}" | diff -u "docs/$${page#*:}" -; done

peers: ## install what the tests talk to that nobody here wrote (npm), into .cache/peers
	@mkdir -p $(PEERS) && cp test/peers/package.json test/peers/package-lock.json $(PEERS)
	cd $(PEERS) && npm ci --ignore-scripts --no-audit --no-fund

tools: $(LINT) $(TOXIPROXY) ## build the linter and the fault proxy, by exact version

test-peers: peers tools ## run every test; a missing peer is a failure
	HERMES_REQUIRE_PEERS=1 TOXIPROXY=$(TOXIPROXY) go test $(TESTFLAGS) ./...

.PHONY: print-toxiproxy
print-toxiproxy:
	@echo $(TOXIPROXY)

.PHONY: $(HERMES)
$(HERMES):
	@go build -o $@ ./cmd/hermes

$(LINT):
	@echo building golangci-lint
	@GOBIN=$(TOOLS)/new go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv $(TOOLS)/new/golangci-lint $@

$(TOXIPROXY):
	@echo building the toxiproxy server
	@GOBIN=$(TOOLS)/new go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0
	@mv $(TOOLS)/new/server $@
