package config

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// firstSnippet loads a provider with the lines in it.
func firstSnippet(t *testing.T, lines string) string {
	t.Helper()
	_, diags := LoadBytes("hermes.hcl", []byte("provider \"openai\" \"p\" {\n"+lines+"\n  model = \"m\"\n  api_key = \"\"\n}\n"), testOptions())
	for _, d := range diags {
		if d.Line > 1 {
			return d.Snippet
		}
	}
	t.Fatalf("no problem in %q: %s", lines, diags.Error())
	return ""
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ lines, want string }{
		"tabs":           {"\tmdl\t= 1", "2 | \tmdl\t= ***\n  | \t^^^"},
		"line end":       {"  mdl = true\r", "2 |   mdl = true\n  |   ^^^"},
		"wide":           {"  base_url = \"äöü\" + 1", "2 |   base_url = \"äöü\" + 1\n  |              ^^^^^"},
		"after a mask":   {"  headers = { a = \"long secret\", b = x }", "2 |   headers = { a = \"***\", *** = *** }\n  |                                ^^^"},
		"comment":        {"  mdl = 1 # was 2", "2 |   mdl = *** ***\n  |   ^^^"},
		"inline comment": {"  /* key */ mdl = 1", "2 |   *** mdl = ***\n  |       ^^^"},
		"heredoc":        {"  mdl = <<EOT\nsecret\nEOT", "2 |   mdl = <<EOT\n  |   ^^^"},
		"terminal codes": {"  base_url = \"\x1b[31m\" + 1", "2 |   base_url = \"?[31m\" + 1\n  |              ^^^^^^^"},
	} {
		if diff := cmp.Diff(c.want, firstSnippet(t, c.lines)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLongLines(t *testing.T) {
	t.Parallel()
	for _, lines := range []string{
		"  base_url = \"" + strings.Repeat("ä", 500) + "\" + 1",
		"  base_url = join(\"\", [" + strings.Repeat("\"abcdef\", ", 100) + "wrong])",
	} {
		for line := range strings.SplitSeq(firstSnippet(t, lines), "\n") {
			if n := utf8.RuneCountInString(line); n > snippetWidth+10 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
	if s := firstSnippet(t, "  base_url = join(\"\", ["+strings.Repeat("\"abcdef\", ", 100)+"wrong])"); !strings.Contains(s, "…") || !strings.Contains(s, "wrong") {
		t.Errorf("the wrong word is not in sight: %s", s)
	}
}

func TestTooDeep(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"x = " + strings.Repeat("[", 200_000),
		"x = " + strings.Repeat("!", 200_000) + "true",
		"x = " + strings.Repeat("1 ? 2 : ", 100_000) + "3",
		"x = " + strings.Repeat("(-\n", 100_000),
		strings.Repeat("x {\n", 100_000),
		"x = \"" + strings.Repeat("${\"", 100_000),
		"x = 1" + strings.Repeat("+1", 200_000),
		"x = f()" + strings.Repeat("[0]", 200_000),
	} {
		cfg, diags := LoadBytes("hermes.hcl", []byte(src), testOptions())
		if cfg != nil || !diags.HasErrors() {
			t.Errorf("%.20s… is fine", src)
		}
		if _, err := Format("hermes.hcl", []byte(src)); err == nil {
			t.Errorf("%.20s… is formatted", src)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	_, diags := LoadBytes("hermes.hcl", []byte("chain \"c\" {\n  tiemout = \"1s\"\n  providers = [provider.a.b]\n}\n"), testOptions())
	got, err := json.Marshal(diags[:1])
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"severity":"error","summary":"Unknown attribute","detail":"There is no attribute \"tiemout\" in chain \"c\". Did you mean \"timeout\"?",` +
		`"file":"hermes.hcl","line":2,"column":3,"snippet":"2 |   tiemout = \"***\"\n  |   ^^^^^^^"}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiagnosticsWithoutAPlace(t *testing.T) {
	t.Parallel()
	d := Diagnostics{{Severity: Warning, Summary: "S", Detail: strings.Repeat("word ", 39)}, {Severity: Error, Summary: "T"}}
	want := "warning: S\n  " + strings.TrimSpace(strings.Repeat("word ", 19)) + "\n  " + strings.TrimSpace(strings.Repeat("word ", 19)) + "\n  word\n\nerror: T\n"
	if diff := cmp.Diff(want, d.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !d.HasErrors() || d[:1].HasErrors() {
		t.Error("HasErrors")
	}
}
