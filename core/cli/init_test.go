package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInitRoundTrip(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   string
		env  []string
		args []string
		want []string // in hermes.hcl
		keys []string // in hermes.env
	}{
		"nothing_asked": {
			args: []string{"--yes"},
			want: []string{`platform "console" "terminal"`, `base_url = "https://api.openai.com/v1"`},
		},
		"no_more_answers": {
			want: []string{`platform "console" "terminal"`},
		},
		"all_answers": {
			in:   "123:abc\n 42, @somebody \n\nm$ {x}\nsk-one\nhttp://127.0.0.1:1234/v1\nsmall\nsk-two\n",
			want: []string{`platform "telegram" "bot"`, `allow = ["42", "@somebody"]`, `"m$ {x}"`, `provider "openai" "fallback"`, `env("FALLBACK_API_KEY")`},
			keys: []string{"TELEGRAM_BOT_TOKEN='123:abc'", "OPENAI_API_KEY='sk-one'", "FALLBACK_API_KEY='sk-two'"},
		},
		"flags_and_variables": {
			env:  []string{"TELEGRAM_BOT_TOKEN=9:x", "OPENAI_API_KEY=sk-3"},
			args: []string{"--yes", "--allow", "7", "--model", `q"uo\te${x}%{y}`, "--data-dir", "/srv/h"},
			want: []string{`allow = ["7"]`, `"q\"uo\\te$${x}%%{y}"`, `data_dir = "/srv/h"`},
			keys: []string{"TELEGRAM_BOT_TOKEN='9:x'", "OPENAI_API_KEY='sk-3'"},
		},
		"second_try": {
			in:   "has spaces in it\n1:a\nnot!a!user\n5\n",
			want: []string{`allow = ["5"]`},
			keys: []string{"TELEGRAM_BOT_TOKEN='1:a'"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(shortDir(t), "new")
			path, envPath := filepath.Join(dir, "hermes.hcl"), filepath.Join(dir, "hermes.env")
			r := hermes(t, tc.in, tc.env, append([]string{"init", "-c", path}, tc.args...)...)
			if r.code != 0 {
				t.Fatalf("code %d\n%s%s", r.code, r.out, r.stderr)
			}
			text, secrets := read(t, path, 0o644), read(t, envPath, 0o600)
			for _, want := range tc.want {
				if !strings.Contains(text, want) {
					t.Errorf("hermes.hcl lacks %s:\n%s", want, text)
				}
			}
			for _, want := range tc.keys {
				if !strings.Contains(secrets, want+"\n") {
					t.Errorf("hermes.env lacks %s:\n%s", want, secrets)
				}
				_, secret, _ := strings.Cut(want, "=")
				if strings.Contains(r.out+r.stderr+text, strings.Trim(secret, "'")) {
					t.Errorf("%s shows up", want)
				}
			}
			if r := hermes(t, "", nil, "check", "-c", path); r.code != 0 || strings.Contains(r.out, "error") {
				t.Errorf("check: code %d\n%s", r.code, r.out)
			}
			if r := hermes(t, "", nil, "fmt", "--check", path); r.code != 0 {
				t.Errorf("it is not formatted: %s", r.out)
			}
		})
	}
}

func read(t *testing.T, path string, mode os.FileMode) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != mode {
		t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), mode)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestInitNeverOverwrites(t *testing.T) {
	t.Parallel()
	for _, there := range []string{"hermes.hcl", "hermes.env"} {
		dir := shortDir(t)
		path := filepath.Join(dir, "hermes.hcl")
		file(t, dir, there, "precious")
		r := hermes(t, "", nil, "init", "--yes", "-c", path)
		if text, _ := os.ReadFile(filepath.Join(dir, there)); r.code != 1 || string(text) != "precious" {
			t.Errorf("%s: code %d, now %q", there, r.code, text)
		}
		if err := os.Chmod(filepath.Join(dir, there), 0o666); err != nil {
			t.Fatal(err)
		}
		if r := hermes(t, "", nil, "init", "--yes", "--force", "-c", path); r.code != 0 {
			t.Errorf("%s with --force: code %d\n%s", there, r.code, r.stderr)
		}
		read(t, filepath.Join(dir, "hermes.env"), 0o600)
	}
}

func TestInitGivesUpOnBadAnswers(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	r := hermes(t, "it's\nno'pe\nal'so\n", nil, "init", "-c", filepath.Join(dir, "hermes.hcl"))
	if r.code != exitUsage || strings.Contains(r.stderr, "no'pe") {
		t.Errorf("code %d, stderr %q", r.code, r.stderr)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it left %d files behind", len(left))
	}
}
