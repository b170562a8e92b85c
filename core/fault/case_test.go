package fault_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/fault"
)

func TestDecodeCase(t *testing.T) {
	t.Parallel()
	e, err := fault.DecodeCase([]byte(`{"provider":"openai","status":429,"headers":{"retry-after":"7","x-n":5,"x-list":["a","b",["c"]]},"body":"{}","stream":"sse-after-200","at":"2026-03-05T12:00:00Z","kind":"ignored"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := fault.Evidence{Provider: "openai", Status: 429, Body: []byte("{}"), Streamed: true, Now: noon}
	want.Header = map[string][]string{"Retry-After": {"7"}, "X-N": {"5"}, "X-List": {"a", "b"}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	lenient := map[string]fault.Evidence{
		`{}`: {},
		`{"provider":null,"status":null,"headers":null,"body":null,"stream":null,"at":""}`: {},
		`{"status":"503","stream":false}`:                                                  {Status: 503},
		`{"body":{"error":{"code":"x"}}}`:                                                  {Body: []byte(`{"error":{"code":"x"}}`)},
		`{"stream":true}`:                                                                  {Streamed: true},
	}
	for line, want := range lenient {
		got, err := fault.DecodeCase([]byte(line))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", line, err, diff)
		}
	}
	for _, line := range []string{``, `x`, `[]`, `{"status":"abc"}`, `{"status":-1}`, `{"status":1000}`, `{"status":4.5}`, `{"at":"yesterday"}`, `{"headers":[]}`} {
		if _, err := fault.DecodeCase([]byte(line)); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	f := fault.Fault{
		Kind: fault.QuotaWindow, Scope: fault.ModelScope, Code: "c", Rule: "code c",
		RetryAfter: 539477544, ResetAt: time.Date(2026, 3, 5, 20, 0, 0, 0, time.FixedZone("", 8*3600)),
	}
	tests := map[string]fault.Verdict{
		`{"kind":"quota_window","scope":"model","retry_after_s":0.539,"reset_at":"2026-03-05T12:00:00Z"}`:                            fault.NewVerdict(f, false),
		`{"kind":"quota_window","scope":"model","retry_after_s":0.539,"reset_at":"2026-03-05T12:00:00Z","code":"c","rule":"code c"}`: fault.NewVerdict(f, true),
		`{"kind":"auth","scope":"provider","retry_after_s":null,"reset_at":null}`:                                                    fault.NewVerdict(fault.Fault{Kind: fault.Auth, Scope: fault.AccountScope}, false),
	}
	for want, v := range tests {
		got, err := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

func FuzzDecodeCase(f *testing.F) {
	for _, c := range readCorpus(f) {
		f.Add(c.line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := fault.DecodeCase(line)
		if err != nil {
			return
		}
		if got := fault.Classify(e); got.Kind == fault.None {
			t.Error("no kind")
		}
	})
}

func FuzzClassify(f *testing.F) {
	for _, c := range readCorpus(f) {
		f.Add(c.evidence.Provider, c.evidence.Status, c.evidence.Header.Get("Retry-After"), c.evidence.Body)
	}
	f.Fuzz(func(t *testing.T, provider string, status int, after string, body []byte) {
		e := fault.Evidence{Provider: provider, Status: status, Body: body, Now: noon}
		e.Header = map[string][]string{"Retry-After": {after}}
		got := fault.Classify(e)
		if _, ok := fault.ParseKind(got.Kind.String()); !ok || got.Kind == fault.None || got.Rule == "" {
			t.Errorf("kind %s by rule %q", got.Kind, got.Rule)
		}
		if status == 402 && got.Kind.Circuit() != fault.QuotaCircuit {
			t.Errorf("a 402 is %s", got.Kind)
		}
		if got.RetryAfter < 0 || !got.ResetAt.IsZero() && !got.ResetAt.After(noon) {
			t.Errorf("retry after %v, reset at %v", got.RetryAfter, got.ResetAt)
		}
		for _, c := range got.Code {
			if c > 'z' || len(got.Code) > 64 {
				t.Errorf("code %q", got.Code)
			}
		}
	})
}
