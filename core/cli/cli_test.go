package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/plugin"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	good := file(t, dir, "good.hcl", goodConfig)
	bad := file(t, dir, "bad.hcl", badConfig)
	ugly := file(t, dir, "ugly.hcl", "chain \"x\" {\nproviders=[]\n}\n")
	broken := file(t, dir, "broken.hcl", "chain {")
	for name, tc := range map[string]struct {
		args []string
		in   string
		want int
		says string // on stderr
	}{
		"help":                   {args: []string{"--help"}},
		"nothing":                {args: nil},
		"version":                {args: []string{"version"}},
		"plugins":                {args: []string{"plugins"}},
		"completion":             {args: []string{"completion", "bash"}},
		"check":                  {args: []string{"check", "-c", good}},
		"config":                 {args: []string{"config", "-c", good}},
		"fmt_check":              {args: []string{"fmt", "--check", good}},
		"docs":                   {args: []string{"docs", "commands"}},
		"unknown_command":        {args: []string{"statsu"}, want: 2, says: "did you mean status?"},
		"unknown_below":          {args: []string{"breaker", "lst"}, want: 2, says: "did you mean list?"},
		"unknown_flag":           {args: []string{"check", "--jsn"}, want: 2, says: "hermes check --help"},
		"bad_flag_value":         {args: []string{"stop", "--wait", "soon"}, want: 2, says: "--wait"},
		"extra_argument":         {args: []string{"status", "x"}, want: 2, says: "hermes status --help"},
		"missing_argument":       {args: []string{"breaker", "reset"}, want: 2, says: "openai.primary"},
		"open_for_nothing":       {args: []string{"breaker", "open", "a.b", "--for", "0s"}, want: 2, says: "--for"},
		"bad_header":             {args: []string{"fault", "classify", "--header", "nonsense"}, want: 2, says: "Name: value"},
		"bad_status":             {args: []string{"fault", "classify", "--status", "1000"}, want: 2, says: "0 to 999"},
		"jsonl_and_status":       {args: []string{"fault", "classify", "--jsonl", "--status", "402"}, want: 2, says: "--status"},
		"write_and_check":        {args: []string{"fmt", "-w", "--check", good}, want: 2, says: "exclude"},
		"bad_docs":               {args: []string{"docs", "x"}, want: 2, says: `"config" or "commands"`},
		"init_without_answers":   {args: []string{"init", "--yes", "-c", filepath.Join(dir, "i.hcl"), "--base-url", "nonsense"}, want: 2, says: "--base-url"},
		"fmt_check_ugly":         {args: []string{"fmt", "--check", ugly}, want: 1},
		"fmt_broken":             {args: []string{"fmt", broken}, want: 1, says: "broken.hcl:1"},
		"fmt_missing":            {args: []string{"fmt", filepath.Join(dir, "none.hcl")}, want: 1, says: "none.hcl"},
		"status_of_nobody":       {args: []string{"status", "--data-dir", dir}, want: 1, says: "no gateway is running in " + dir},
		"reload_of_nobody":       {args: []string{"reload", "-c", good}, want: 1, says: "hermes serve"},
		"plan_of_nobody":         {args: []string{"plan", "-c", bad}, want: 1, says: "no gateway is running"},
		"stop_of_nobody":         {args: []string{"stop", "-c", good}, want: 1, says: "no gateway is running"},
		"breakers_of_nobody":     {args: []string{"breaker", "list", "-c", good}, want: 1, says: "no gateway is running"},
		"init_over_a_file":       {args: []string{"init", "--yes", "-c", good}, want: 1, says: "--force"},
		"bad_line":               {args: []string{"fault", "classify", "--jsonl"}, in: "{\n", want: 1, says: "line 1"},
		"check_bad":              {args: []string{"check", "-c", bad}, want: 78},
		"check_missing":          {args: []string{"check", "-c", filepath.Join(dir, "none.hcl")}, want: 78},
		"check_bad_setting":      {args: []string{"check", "-c", good, "--log-level", "loud"}, want: 78},
		"config_of_bad":          {args: []string{"config", "-c", bad}, want: 78},
		"serve_bad":              {args: []string{"serve", "-c", bad}, want: 78, says: "hermes check"},
		"serve_missing":          {args: []string{"serve", "-c", filepath.Join(dir, "none.hcl")}, want: 78},
		"serve_bad_setting":      {args: []string{"serve", "-c", good, "--log-format", "xml"}, want: 78, says: "xml"},
		"serve_bad_data_dir":     {args: []string{"serve", "-c", good, "--data-dir", filepath.Join(good, "x")}, want: 1, says: "data directory"},
		"serve_extra_argument":   {args: []string{"serve", "now"}, want: 2},
		"no_secret_in_the_words": {args: []string{"check", "-c", bad, "--json"}, want: 78},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := hermes(t, tc.in, nil, tc.args...)
			if r.code != tc.want {
				t.Errorf("exit code %d, want %d; stderr:\n%s", r.code, tc.want, r.stderr)
			}
			if !strings.Contains(r.stderr, tc.says) {
				t.Errorf("stderr lacks %q:\n%s", tc.says, r.stderr)
			}
			if strings.Contains(r.stderr+r.out, "sk-very-secret") {
				t.Errorf("a secret is shown:\n%s%s", r.stderr, r.out)
			}
		})
	}
}

func TestBadPluginSetIsAFailure(t *testing.T) {
	t.Parallel()
	var out, stderr notes
	set := testSet(&notes{})
	set.Stores = append(set.Stores, set.Stores...)
	set.Providers = append(set.Providers, set.Providers...)
	code := run(t.Context(), set, process{args: []string{"version"}, out: &out, err: &stderr})
	if code != exitFailure || !strings.Contains(stderr.String(), "there twice") {
		t.Errorf("exit code %d, stderr %q", code, stderr.String())
	}
}

func TestEveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	a := &app{set: plugin.Set{}}
	err := eachCommand(a.root(), func(cmd *cobra.Command) error {
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Errorf("%s lacks a summary, a description or an example", cmd.CommandPath())
		}
		if strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: the summary ends with a full stop", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Long) {
			if len(line) > 101 && cmd.HasSubCommands() {
				t.Errorf("%s: long line %q", cmd.CommandPath(), line)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOutputs(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	file(t, dir, "good.hcl", goodConfig)
	file(t, dir, "bad.hcl", badConfig)
	for name, args := range map[string][]string{
		"help":       {"--help"},
		"serve_help": {"serve", "--help"},
		"plugins":    {"plugins"},
		"check_good": {"check", "-c", filepath.Join(dir, "good.hcl")},
		"check_bad":  {"check", "-c", filepath.Join(dir, "bad.hcl")},
		"check_json": {"check", "--json", "-c", filepath.Join(dir, "bad.hcl")},
		"plugins_js": {"plugins", "--json"},
	} {
		r := hermes(t, "", []string{"HERMES_LOG_LEVEL=debug", "HERMES_ADMIN_TOKEN=sk-very-secret"}, args...)
		golden(t, name+".txt", strings.ReplaceAll(r.out, dir, "DIR"))
	}
}

func TestConfigSaysWhoSetEachSetting(t *testing.T) {
	t.Parallel()
	path := file(t, shortDir(t), "good.hcl", goodConfig)
	env := []string{"HERMES_LOG_LEVEL=debug", "HERMES_ADMIN_TOKEN=sk-very-secret", "HERMES_LOG_LEVVEL=x"}
	r := hermes(t, "", env, "config", "--json", "--log-format", "json", "-c", path)
	var list []struct{ Key, Value, Source string }
	if err := json.Unmarshal([]byte(r.out), &list); err != nil || r.code != 0 {
		t.Fatalf("code %d, error %v, out %q", r.code, err, r.out)
	}
	sources := map[string]string{}
	for _, o := range list {
		sources[o.Key] = o.Source
	}
	for key, want := range map[string]string{
		"log.level": "HERMES_LOG_LEVEL", "log.format": "--log-format", "data_dir": "good.hcl", "drain_timeout": "default", "admin.token": "HERMES_ADMIN_TOKEN",
	} {
		if sources[key] != want {
			t.Errorf("%s was set by %q, want %q", key, sources[key], want)
		}
	}
	if strings.Contains(r.out, "sk-very") || !strings.Contains(r.stderr, "HERMES_LOG_LEVVEL") {
		t.Errorf("out %q, stderr %q", r.out, r.stderr)
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	const ugly, pretty = "chain \"x\" {\ntimeout=\"1m\"\n}\n", "chain \"x\" {\n  timeout = \"1m\"\n}\n"
	dir := shortDir(t)
	a, b := file(t, dir, "a.hcl", ugly), file(t, dir, "b.hcl", pretty)
	if r := hermes(t, ugly, nil, "fmt", "-"); r.code != 0 || r.out != pretty {
		t.Errorf("stdin: code %d, out %q", r.code, r.out)
	}
	if r := hermes(t, "", nil, "fmt", a); r.code != 0 || r.out != pretty {
		t.Errorf("print: code %d, out %q", r.code, r.out)
	}
	if r := hermes(t, "", nil, "fmt", "--check", dir); r.code != 1 || r.out != a+"\n" {
		t.Errorf("check: code %d, out %q", r.code, r.out)
	}
	if r := hermes(t, "", nil, "fmt", "-w", dir); r.code != 0 || r.out != a+"\n" {
		t.Errorf("write: code %d, out %q", r.code, r.out)
	}
	for _, path := range []string{a, b} {
		text, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil || string(text) != pretty || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %q, mode %v, errors %v %v", path, text, info.Mode(), err, statErr)
		}
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 2 {
		t.Errorf("%d files are left, want 2", len(left))
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	r := hermes(t, `{"error":{"code":"rate_limit_exceeded"}}`, nil, "fault", "classify", "--status", "429", "--header", "Retry-After: 20", "-v")
	var v map[string]any
	if err := json.Unmarshal([]byte(r.out), &v); err != nil || r.code != 0 {
		t.Fatalf("code %d, out %q, error %v", r.code, r.out, err)
	}
	if v["kind"] != "rate_limit" || v["retry_after_s"] != 20.0 || v["code"] != "rate_limit_exceeded" || v["rule"] == "" {
		t.Errorf("verdict %v", v)
	}
	lines := `{"status":402,"body":"{\"error\":{\"code\":\"daily_limit_busy\"}}"}` + "\n\nnonsense\n" + `{"status":401,"body":""}` + "\n"
	r = hermes(t, lines, nil, "fault", "classify", "--jsonl")
	got := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 1 || len(got) != 3 || !strings.Contains(got[0], `"budget_hold"`) || !strings.Contains(got[1], `"error"`) || !strings.Contains(got[2], `"auth"`) {
		t.Errorf("code %d, out %q", r.code, r.out)
	}
	if !strings.Contains(r.stderr, "line 3") {
		t.Errorf("stderr %q does not name the line", r.stderr)
	}
}

func TestCommandReferenceIsWhole(t *testing.T) {
	t.Parallel()
	r := hermes(t, "", nil, "docs", "commands")
	for _, want := range []string{"## hermes serve\n", "## hermes breaker open\n", "--replace", "## hermes fault classify\n"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the reference lacks %q", want)
		}
	}
	if strings.Contains(r.out, "hermes docs") {
		t.Error("the reference shows a hidden command")
	}
	if r := hermes(t, "", nil, "docs", "config"); !strings.Contains(r.out, `platform "console"`) {
		t.Errorf("the config reference lacks a plugin:\n%.300s", r.out)
	}
}
