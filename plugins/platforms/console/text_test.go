package console

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

func TestTrouble(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	failed := func(link string, f fault.Fault, open time.Duration) llm.Attempt {
		a := llm.Attempt{Link: "provider.openai." + link, Fault: &f, End: end}
		if open > 0 {
			a.RetryAt = end.Add(open)
		}
		return a
	}
	ok := llm.Attempt{Link: "provider.openai.c"}
	for name, tc := range map[string]struct {
		attempts []llm.Attempt
		want     string
	}{
		"none":        {nil, ""},
		"first_try":   {[]llm.Attempt{ok}, ""},
		"open_before": {[]llm.Attempt{failed("a", fault.Fault{Kind: fault.CircuitOpen}, time.Minute), ok}, ""},
		"not_yet_open": {
			[]llm.Attempt{failed("a", fault.Fault{Kind: fault.ServerError, Status: 502}, 0), ok},
			"a failed (HTTP 502); c answered.",
		},
		"two": {
			[]llm.Attempt{
				failed("a", fault.Fault{Kind: fault.Billing, Status: 402}, 15*time.Minute),
				failed("b", fault.Fault{Kind: fault.Timeout}, 5*time.Hour), ok,
			},
			"a is out of credit (HTTP 402): its circuit is open for 15 min; b did not answer in time: its circuit is open for 5 h; c answered.",
		},
		"nobody": {
			[]llm.Attempt{failed("a", fault.Fault{Kind: fault.Network}, 0), failed("b", fault.Fault{Kind: fault.CircuitOpen}, time.Hour)},
			"a cannot be reached.",
		},
	} {
		if got := trouble(tc.attempts); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestEveryFaultOfAProviderIsSaid(t *testing.T) {
	t.Parallel()
	quiet := map[fault.Kind]bool{fault.Canceled: true, fault.CircuitOpen: true, fault.LocalLimit: true}
	for _, k := range fault.Kinds() {
		if (says(k) == "") != quiet[k] {
			t.Errorf("%s: says %q", k, says(k))
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("plain", 3)
	f.Add("\x1b[2J\x07 evil \u009b", 5)
	f.Add("日本\xe6\x97", 4)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		whole := clean(text)
		if strings.ContainsAny(whole, "\x1b\x07\r\u009b") || !utf8.ValidString(whole) {
			t.Errorf("clean(%q) = %q", text, whole)
		}
		if !utf8.ValidString(text) || cut < 0 || cut > len(text) {
			return
		}
		if part := clean(text[:cut]); !strings.HasPrefix(whole, part) {
			t.Errorf("clean(%q) = %q is no prefix of %q", text[:cut], part, whole)
		}
	})
}
