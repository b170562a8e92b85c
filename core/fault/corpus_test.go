package fault_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// What the corpus test insists on. The tables reach more; these are the floor.
const (
	minKinds = 0.97
	minTimes = 0.95
)

// labelled is one line of the corpus with the answer that it should get.
type labelled struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"`
	RetryAfterS *float64 `json:"retry_after_s"`
	ResetAt     *string  `json:"reset_at"`

	line     []byte
	evidence fault.Evidence
	reset    time.Time
}

func readCorpus(tb testing.TB) []labelled {
	tb.Helper()
	raw, err := os.ReadFile("testdata/cases.jsonl")
	if err != nil {
		tb.Fatal(err)
	}
	var all []labelled
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		c := labelled{line: bytes.Clone(lines.Bytes())}
		if err := json.Unmarshal(c.line, &c); err != nil {
			tb.Fatal(err)
		}
		if c.evidence, err = fault.DecodeCase(c.line); err != nil {
			tb.Fatalf("%s: %v", c.ID, err)
		}
		c.evidence.Now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		if c.ResetAt != nil {
			c.reset = parseLabel(tb, *c.ResetAt)
			ahead := time.Hour
			if c.RetryAfterS != nil {
				ahead = time.Duration(*c.RetryAfterS * float64(time.Second)) // both name the same moment
			}
			c.evidence.Now = c.reset.Add(-ahead)
		}
		all = append(all, c)
	}
	return all
}

// parseLabel reads reset_at as the corpus quotes it from the answers.
func parseLabel(tb testing.TB, label string) time.Time {
	tb.Helper()
	if n, err := strconv.ParseInt(label, 10, 64); err == nil {
		if n > 1e12 {
			return time.UnixMilli(n)
		}
		return time.Unix(n, 0)
	}
	if at, err := time.Parse(time.RFC3339, label); err == nil {
		return at
	}
	if at, err := time.Parse("2006-01-02 at 15:04 MST", label); err == nil {
		return at
	}
	at, err := time.ParseInLocation(time.DateTime, label, time.FixedZone("Beijing", 8*3600))
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	type tally struct{ right, all int }
	byKind, times := map[string]*tally{}, tally{}
	total, misses := tally{}, []string{}
	for _, c := range readCorpus(t) {
		got := fault.Classify(c.evidence)
		if byKind[c.Kind] == nil {
			byKind[c.Kind] = &tally{}
		}
		byKind[c.Kind].all++
		total.all++
		if got.Kind.String() == c.Kind {
			byKind[c.Kind].right++
			total.right++
		} else {
			misses = append(misses, fmt.Sprintf("%s: got %s, want %s (%s)", c.ID, got.Kind, c.Kind, got.Rule))
		}
		if c.RetryAfterS == nil && c.ResetAt == nil {
			continue
		}
		times.all++
		if timesMatch(c, got) {
			times.right++
		} else {
			misses = append(misses, fmt.Sprintf("%s: got retry after %v, reset at %v", c.ID, got.RetryAfter, got.ResetAt))
		}
	}
	var table strings.Builder
	for _, k := range fault.Kinds() {
		if n := byKind[k.String()]; n != nil {
			fmt.Fprintf(&table, "\n%-18s %3d of %3d", k, n.right, n.all)
		}
	}
	kinds, stated := float64(total.right)/float64(total.all), float64(times.right)/float64(times.all)
	t.Logf("%s\nkinds %d of %d (%.1f %%), stated times %d of %d (%.1f %%)\nmisses:\n%s", table.String(),
		total.right, total.all, 100*kinds, times.right, times.all, 100*stated, strings.Join(misses, "\n"))
	if kinds < minKinds || stated < minTimes {
		t.Errorf("kinds %.3f, want at least %.3f; times %.3f, want at least %.3f", kinds, minKinds, stated, minTimes)
	}
}

// timesMatch reports whether every time that the label states was found.
func timesMatch(c labelled, got fault.Fault) bool {
	if want := c.RetryAfterS; want != nil && math.Abs(got.RetryAfter.Seconds()-*want) > *want/10 {
		return false
	}
	if c.ResetAt == nil {
		return true
	}
	return got.ResetAt.Sub(c.reset).Abs() <= 6*time.Minute // a tenth of the hour it was ahead
}
