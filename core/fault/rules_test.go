package fault

import (
	"slices"
	"strings"
	"testing"
)

func everyPhrase() []phrase { return slices.Concat(traps, allPhrases(), generic, scopeWords) }

// TestPhrasesCanMatch catches alternatives that no normalised text contains:
// capitals, apostrophes, hyphens, doubled blanks.
func TestPhrasesCanMatch(t *testing.T) {
	t.Parallel()
	for _, p := range everyPhrase() {
		for group := range strings.SplitSeq(p.match, " & ") {
			for word := range strings.SplitSeq(strings.TrimPrefix(group, "!"), "|") {
				if strings.HasPrefix(word, "#") {
					continue
				}
				text := strings.TrimSuffix(word, ".")
				if got := strings.TrimSpace(string(normalise(nil, []byte(text)))); got != text || len(text) < 2 {
					t.Errorf("%q becomes %q in row %q", word, got, p.match)
				}
			}
		}
	}
	if n := len(rules.lexicon.ids); n > maxWords {
		t.Errorf("%d alternatives, room for %d", n, maxWords)
	}
}

// TestRowsHaveText catches rows that would decide without any words.
func TestRowsHaveText(t *testing.T) {
	t.Parallel()
	for _, p := range everyPhrase() {
		if p.match[0] == '#' || p.match[0] == '!' {
			t.Errorf("row %q begins with a fact", p.match)
		}
		if p.kind == None && p.scope == byKind {
			t.Errorf("row %q says nothing", p.match)
		}
	}
}

func TestCodesAreReachable(t *testing.T) {
	t.Parallel()
	for _, c := range codes {
		o, ok := rules.lookup(mark{role: roleReason, raw: []byte(c.code)})
		if !ok || o.kind != c.kind {
			t.Errorf("%s: got %s by %q, want %s: another row has its spelling", c.code, o.kind, o.rule, c.kind)
		}
		if c.vendor == "" {
			t.Errorf("%s: no vendor", c.code)
		}
	}
	seen := map[string]bool{}
	for _, n := range numbers {
		if key := n.vendor + n.code; seen[key] {
			t.Errorf("%s %s twice", n.vendor, n.code)
		} else {
			seen[key] = true
		}
		if !slices.ContainsFunc(vendorHints, func(h struct{ part, vendor string }) bool { return h.vendor == n.vendor }) {
			t.Errorf("no provider's name hints at %s", n.vendor)
		}
	}
}

func TestSquash(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"insufficient_quota", "InsufficientQuota", "INSUFFICIENT-QUOTA", "insufficient.quota"} {
		got, ok := squash(make([]byte, 0, 64), []byte(spelling))
		if !ok || string(got) != "insufficientquota" {
			t.Errorf("%s: %q", spelling, got)
		}
	}
	if _, ok := squash(make([]byte, 0, 4), []byte("too long")); ok {
		t.Error("does not fit")
	}
}

func TestNormalise(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"You've  exceeded\tYOUR quota!":                     " youve exceeded your quota ",
		"free-models-per-day":                               " free models per day ",
		"doesn’t":                                           " doesnt ",
		"余额不足，请充值。":                                         " 余额不足 请充值 ",
		"see https://a.example.com/billing?x=1, then retry": " see https a example com then retry ",
		"(https://a.example.com)":                           " https a example com ",
		"#429 $200.00":                                      " 429 $200 00 ",
		"":                                                  " ",
		"\xff\xfe":                                          " ",
	}
	for text, want := range tests {
		if got := string(normalise(nil, []byte(text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestStatusInText(t *testing.T) {
	t.Parallel()
	tests := map[string]int{
		"[x/y] [402]: no":        402,
		"[410]: gone":            410,
		"<400> InternalError":    400,
		"403 NOT_ENOUGH_BALANCE": 403,
		"unexpected status 503 Service Unavailable: x": 503,
		"Error code: 429 - {":                          429,
		"bad response status code 502":                 502,
		"Request rejected (429)":                       429,
		"OpenAI API error (429 Too Many Requests)":     429,
		"HTTP 500":                   500,
		"your limit is 429 requests": 0,
		"used 4290 tokens":           0,
		"error code: 1015":           0,
		"[200]: fine":                0,
		"":                           0,
	}
	for text, want := range tests {
		if got := statusInText([]byte(text)); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
