package turn_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/turn"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares what people read with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var noon = time.Date(2026, 11, 24, 13, 53, 0, 0, time.UTC)

func TestApologies(t *testing.T) {
	t.Parallel()
	two := []llm.Attempt{{Link: "a"}, {Link: "b"}, {Link: "a"}}
	var b strings.Builder
	for _, k := range fault.Kinds() {
		for _, c := range []struct {
			name string
			err  *llm.Error
		}{
			{"two links", &llm.Error{Attempts: two}},
			{"two links, back in 12 minutes", &llm.Error{Attempts: two, RetryAt: noon.Add(12 * time.Minute)}},
			{"one link, back in 12 minutes", &llm.Error{Attempts: two[:1], RetryAt: noon.Add(12 * time.Minute)}},
		} {
			c.err.Fault = fault.Fault{Kind: k, Status: 402, Code: "code_of_upstream"}
			fmt.Fprintf(&b, "%s, %s:\n  %s\n", k, c.name, turn.Apology(c.err, noon))
		}
	}
	for _, cause := range []error{llm.ErrChainDeadline, llm.ErrShutdown, llm.ErrStopped} {
		e := &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}, Err: cause}
		fmt.Fprintf(&b, "canceled, %s:\n  %s\n", cause, turn.Apology(e, noon))
	}
	if strings.Contains(b.String(), "402") || strings.Contains(b.String(), "code_of_upstream") {
		t.Error("an upstream's words are shown")
	}
	golden(t, "apologies.txt", b.String())
}

func TestWhenTheNextLinkIsBack(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, d := range []time.Duration{
		-time.Hour, 0, time.Millisecond, 3 * time.Second, 19 * time.Second, 59 * time.Second, time.Minute,
		61 * time.Second, 12 * time.Minute, 12*time.Minute + time.Second, 89 * time.Minute, 95 * time.Minute,
		10 * time.Hour, 11 * time.Hour, 30 * time.Hour, 24 * 4 * time.Hour,
	} {
		e := &llm.Error{Fault: fault.Fault{Kind: fault.CircuitOpen}, RetryAt: noon.Add(d).In(time.FixedZone("X", 7200))}
		fmt.Fprintf(&b, "%s: %s\n", d, turn.Apology(e, noon))
	}
	golden(t, "back.txt", b.String())
}

func TestCommandTexts(t *testing.T) {
	t.Parallel()
	golden(t, "help.txt", turn.Start()+"\n---\n"+turn.Help()+"\n")
	var b strings.Builder
	for _, h := range []turn.Health{
		{Links: 2},
		{Links: 2, Writing: true},
		{Links: 2, Out: 1},
		{Links: 3, Out: 2, Back: noon.Add(time.Hour)},
		{Links: 1, Out: 1},
		{Links: 3, Out: 3, Back: noon.Add(time.Hour)},
	} {
		fmt.Fprintf(&b, "%d of %d out, writing %v: %s\n", h.Out, h.Links, h.Writing, h.Text(noon))
	}
	golden(t, "status.txt", b.String())
}

func TestCommand(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/help":                                  "help",
		" /HELP \n":                              "help",
		"/help@hermes_bot":                       "help",
		"/start eyJhIjoxfQ":                      "start",
		"/new\nand more":                         "new",
		"/stop@x please":                         "stop",
		"/status":                                "status",
		"/helper":                                "",
		"/":                                      "",
		"/@bot":                                  "",
		"":                                       "",
		"help":                                   "",
		"say /help":                              "",
		"/tmp is full":                           "",
		"/" + strings.Repeat("a", 200):           "",
		"/help" + strings.Repeat(" ", 200) + "x": "help",
	} {
		got, ok := turn.Command(text)
		if !ok {
			got = ""
		}
		if got != want || ok != (want != "") {
			t.Errorf("Command(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, s := range []string{"/help", "/new@bot x", "\x00/", "/\xff@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if name, ok := turn.Command(text); ok && !strings.Contains(strings.ToLower(text), "/"+name) {
			t.Errorf("%q is not in %q", name, text)
		}
	})
}
