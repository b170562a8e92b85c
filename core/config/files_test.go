package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/plugin"
)

func parts() (provider, chain, platform string) {
	a, rest, _ := strings.Cut(minimal, "chain \"default\"")
	b, c, _ := strings.Cut(rest, "platform \"console\"")
	return a, "chain \"default\"" + b, "platform \"console\"" + c
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	provider, chain, platform := parts()
	write(t, filepath.Join(dir, "30-provider.hcl"), provider, 0o600)
	write(t, filepath.Join(dir, "10-platform.hcl"), platform, 0o600)
	write(t, filepath.Join(dir, "20-chain.hcl"), chain, 0o600)
	write(t, filepath.Join(dir, ".backup.hcl"), "broken", 0o600)
	write(t, filepath.Join(dir, "notes.txt"), "broken", 0o600)
	write(t, filepath.Join(dir, "sub.hcl", "x.hcl"), "broken", 0o600)
	cfg, diags := Load(dir, testOptions())
	if len(diags) != 0 {
		t.Fatal(diags.Error())
	}
	var names []string
	for _, f := range cfg.Files {
		names = append(names, filepath.Base(f))
	}
	if diff := cmp.Diff([]string{"10-platform.hcl", "20-chain.hcl", "30-provider.hcl"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if cfg.Dir != dir || len(cfg.Providers)+len(cfg.Chains)+len(cfg.Platforms) != 3 {
		t.Errorf("config = %+v", cfg)
	}
	write(t, filepath.Join(dir, "40-more.hcl"), provider, 0o600)
	write(t, filepath.Join(dir, "05-first.hcl"), "nonsense {\n}\n", 0o600)
	_, diags = Load(dir, testOptions())
	if len(diags) != 2 || filepath.Base(diags[0].File) != "05-first.hcl" || !strings.Contains(diags[1].Detail, "30-provider.hcl:2") {
		t.Errorf("duplicates in two files: %s", diags.Error())
	}
}

func TestRelativeFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "hermes.hcl")
	write(t, filepath.Join(dir, "prompts", "a.md"), "Be brief.", 0o600)
	write(t, path, minimal+"agent \"a\" {\nchain = chain.default\nsystem_prompt = file(\"prompts/a.md\")\n}\nplatform \"console\" \"a\" {\nagent = agent.a\n}\n", 0o600)
	cfg, diags := Load(path, testOptions())
	if len(diags) != 0 {
		t.Fatal(diags.Error())
	}
	if cfg.Dir != dir || cfg.Agents[0].SystemPrompt != "Be brief." {
		t.Errorf("dir %s, agent %+v", cfg.Dir, cfg.Agents[0])
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := filepath.Join(dir, "big.hcl")
	write(t, big, strings.Repeat("#", maxFileBytes+1), 0o600)
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		big:                             "larger than 1 MiB",
		empty:                           "no file whose name ends in .hcl",
		filepath.Join(dir, "nope.hcl"):  "there is no such file",
		dir:                             "larger than 1 MiB",
		"/dev/null":                     "not a regular file",
		filepath.Join(dir, "a\x00.hcl"): "invalid argument",
	} {
		cfg, diags := Load(path, testOptions())
		if cfg != nil || !strings.Contains(diags.Error(), want) {
			t.Errorf("%q: %v, %s, want %q", path, cfg, diags.Error(), want)
		}
	}
	if _, diags := LoadBytes("x.hcl", make([]byte, maxFileBytes+1), testOptions()); !strings.Contains(diags.Error(), "1 MiB") {
		t.Error(diags.Error())
	}
}

// envFile loads minimal with an env_file of that content and mode.
func envFile(t *testing.T, content string, mode os.FileMode) (*Config, Diagnostics) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "hermes.hcl")
	write(t, path, "hermes {\n  env_file = \"hermes.env\"\n}\n"+minimal, 0o600)
	env := filepath.Join(dir, "hermes.env")
	write(t, env, content, 0o600)
	if err := os.Chmod(env, mode); err != nil {
		t.Fatal(err)
	}
	return Load(path, testOptions())
}

func TestEnvFile(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]plugin.Secret{
		"OPENAI_API_KEY=from-file\n":             "from-file",
		"export OPENAI_API_KEY=\"from\\u002dx\"": "from-x",
		"# a comment\n\nOPENAI_API_KEY='a#b' ":   "a#b",
		"OTHER=x\n":                              "sk-test-0123456789",
	} {
		cfg, diags := envFile(t, content, 0o600)
		if len(diags) != 0 {
			t.Fatalf("%q: %s", content, diags.Error())
		}
		if c, ok := cfg.Providers[0].Config.(*fakeOpenAI); !ok || c.APIKey != want {
			t.Errorf("%q: key is not %q", content, want.Reveal())
		}
	}
}

func TestEnvFileReadableByOthers(t *testing.T) {
	t.Parallel()
	cfg, diags := envFile(t, "OPENAI_API_KEY=from-file\n", 0o640)
	if cfg == nil || len(diags) != 1 || diags[0].Severity != Warning || !strings.Contains(diags[0].Detail, "chmod 600") {
		t.Errorf("%v, %s", cfg, diags.Error())
	}
}

func TestEnvFileFromVariable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "other.env")
	write(t, other, "OPENAI_API_KEY=from-other\n", 0o600)
	cfg, diags := LoadBytes("hermes.hcl", []byte("hermes {\n env_file = \"missing.env\"\n}\n"+minimal), testOptions("HERMES_ENV_FILE="+other))
	if len(diags) != 0 {
		t.Fatal(diags.Error())
	}
	if c, ok := cfg.Providers[0].Config.(*fakeOpenAI); !ok || c.APIKey != "from-other" {
		t.Error("the variable does not win")
	}
}

func TestNoEnv(t *testing.T) {
	t.Parallel()
	src := "hermes {\n  env_file = \"missing.env\"\n}\n" + strings.ReplaceAll(minimal, "\"gpt-5.2\"", "\"gpt-5.2\"\n  connect_timeout = env(\"WAIT\")") +
		"platform \"telegram\" \"bot\" {\n  chain = chain.default\n  token = env(\"TOKEN\")\n  allow = [env(\"ME\")]\n}\n" +
		around("count = env(\"COUNT\")")[len(minimal):]
	o := Options{Set: fakeSet()}
	if _, diags := LoadBytes("hermes.hcl", []byte(src), o); !diags.HasErrors() {
		t.Error("missing variables are fine without NoEnv")
	}
	o.NoEnv = true
	cfg, diags := LoadBytes("hermes.hcl", []byte(src), o)
	if len(diags) != 0 {
		t.Fatal(diags.Error())
	}
	if diff := cmp.Diff([]string{"COUNT", "ME", "OPENAI_API_KEY", "TOKEN", "WAIT"}, cfg.EnvNames); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	bad := strings.ReplaceAll(src, `"gpt-5.2"`, `["gpt-5.2"]`)
	if _, diags := LoadBytes("hermes.hcl", []byte(bad), o); !diags.HasErrors() {
		t.Error("NoEnv forgives a wrong type")
	}
}
