package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/breaker"
)

// minimal is the smallest config that nobody has anything to say about.
const minimal = `
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
`

func testOptions(environ ...string) Options {
	return Options{Set: fakeSet(), Environ: append(environ, "OPENAI_API_KEY=sk-test-0123456789")}
}

// mustLoad loads a config that must be right.
func mustLoad(t *testing.T, src string, o Options) *Config {
	t.Helper()
	cfg, diags := LoadBytes("hermes.hcl", []byte(src), o)
	if diags.HasErrors() {
		t.Fatalf("loading: %s", diags.Error())
	}
	return cfg
}

func write(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func TestLoadMinimal(t *testing.T) {
	t.Parallel()
	cfg, diags := LoadBytes("hermes.hcl", []byte(minimal), testOptions())
	if len(diags) != 0 {
		t.Fatalf("unexpected diagnostics: %s", diags.Error())
	}
	p := cfg.Providers[0]
	if p.Address != "provider.openai.primary" || p.Type != "openai" || p.Name != "primary" || p.Breaker != breaker.Defaults() {
		t.Errorf("provider = %+v", p)
	}
	want := &fakeOpenAI{BaseURL: "https://api.openai.com/v1", APIKey: "sk-test-0123456789", Model: "gpt-5.2", ConnectTimeout: "5s"}
	if diff := cmp.Diff(want, p.Config); diff != "" {
		t.Errorf("plugin config (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Chain{{Address: "chain.default", Links: []Link{{Provider: "provider.openai.primary"}}}}, cfg.Chains); diff != "" {
		t.Errorf("chains (-want +got):\n%s", diff)
	}
	if pl := cfg.Platforms[0]; pl.Chain != "chain.default" || pl.Agent != "" || pl.Address != "platform.console.here" {
		t.Errorf("platform = %+v", pl)
	}
	if diff := cmp.Diff([]string{"OPENAI_API_KEY"}, cfg.EnvNames); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
