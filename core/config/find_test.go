package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDataDir(t *testing.T) {
	t.Setenv("MY_DATA", "/from/env")
	dir := t.TempDir()
	path := filepath.Join(dir, "hermes.hcl")
	for src, want := range map[string]string{
		"":                                      filepath.Join(dir, "data"),
		"hermes {\n data_dir = \"./here\"\n}\n": filepath.Join(dir, "here"),
		"hermes {\n data_dir = \"/var/lib/hermes\"\n}\n":                                               "/var/lib/hermes",
		"hermes {\n data_dir = env(\"MY_DATA\")\n}\n":                                                  "/from/env",
		"hermes {\n data_dir = env(\"NOT_THERE_AT_ALL\")\n}\n":                                         filepath.Join(dir, "data"),
		"hermes {\n env_file = \"missing.env\"\n data_dir = \"x\"\n drain_timeout = 5\n}":              filepath.Join(dir, "x"),
		"hermes {\n data_dir = \"x\"\n}\nprovider \"unknown\" \"p\" {\n key = env(\"NO\")\n}\nchain {": filepath.Join(dir, "x"),
	} {
		write(t, path, src, 0o600)
		got, err := DataDir(path)
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", src, got, err, want)
		}
		if got, err := DataDir(dir); err != nil || got != want {
			t.Errorf("folder, %q: %q, %v; want %q", src, got, err, want)
		}
	}
	write(t, path, "hermes {\n data_dir = [\"secret-text\"]\n}\n", 0o600)
	if _, err := DataDir(path); err == nil || strings.Contains(err.Error(), "secret-text") {
		t.Errorf("err = %v", err)
	}
	if _, err := DataDir(filepath.Join(dir, "nope.hcl")); err == nil {
		t.Error("a missing file has a data directory")
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "xdg"))
	if got, err := Find("given.hcl"); got != "given.hcl" || err != nil {
		t.Errorf("explicit: %q, %v", got, err)
	}
	_, err := Find("")
	for _, place := range []string{"hermes.hcl", filepath.Join(dir, "xdg", "hermes", "hermes.hcl"), "/etc/hermes/hermes.hcl"} {
		if err == nil || !strings.Contains(err.Error(), place) {
			t.Errorf("%v does not name %s", err, place)
		}
	}
	xdg := filepath.Join(dir, "xdg", "hermes", "hermes.hcl")
	write(t, xdg, "", 0o600)
	if got, err := Find(""); got != xdg || err != nil {
		t.Errorf("xdg: %q, %v", got, err)
	}
	if err := os.WriteFile("hermes.hcl", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(""); got != "hermes.hcl" || err != nil {
		t.Errorf("here: %q, %v", got, err)
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	got, err := Format("x.hcl", []byte("chain   \"a\"  {\ntimeout=\"1m\"\n  providers   = [ provider.a.b ]\n}\n"))
	want := "chain \"a\" {\n  timeout   = \"1m\"\n  providers = [provider.a.b]\n}\n"
	if err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	again, err := Format("x.hcl", got)
	if err != nil || string(again) != want {
		t.Errorf("not stable: %q, %v", again, err)
	}
	_, err = Format("x.hcl", []byte("chain {\n  key = \"sk-live-0123456789\n}\n"))
	d, ok := errors.AsType[Diagnostics](err)
	if !ok || !d.HasErrors() || strings.Contains(err.Error(), "sk-live") {
		t.Errorf("err = %v", err)
	}
	if _, err := Format("x.hcl", make([]byte, maxFileBytes+1)); err == nil {
		t.Error("too large a file is formatted")
	}
}
