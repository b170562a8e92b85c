package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// caseLine is one line of `hermes fault classify --jsonl`.
type caseLine struct {
	Provider string          `json:"provider"`
	Status   json.RawMessage `json:"status"`
	Headers  map[string]any  `json:"headers"`
	Body     json.RawMessage `json:"body"`
	Stream   json.RawMessage `json:"stream"`
	At       string          `json:"at"`
}

// errNotStatus is a status that is no number from 0 to 999.
var errNotStatus = errors.New("status is not a number from 0 to 999")

// DecodeCase reads one case: {"provider","status","headers","body","stream","at"}.
// Each field may be missing or null. Status is a number or a numeric string,
// header values are strings, numbers or lists of them, body is a string (JSON
// of any other kind is taken as it stands), stream is false, true or
// "sse-after-200", at is RFC 3339. Other fields are ignored.
func DecodeCase(line []byte) (Evidence, error) {
	var c caseLine
	if err := json.Unmarshal(line, &c); err != nil {
		return Evidence{}, fmt.Errorf("reading case: %w", err)
	}
	e := Evidence{Provider: c.Provider, Body: bodyOf(c.Body), Streamed: streamed(c.Stream)}
	var err error
	if e.Status, err = statusOf(c.Status); err != nil {
		return Evidence{}, fmt.Errorf("reading case: %w", err)
	}
	if c.At != "" {
		if e.Now, err = time.Parse(time.RFC3339, c.At); err != nil {
			return Evidence{}, fmt.Errorf("reading case: at: %w", err)
		}
	}
	if len(c.Headers) > 0 {
		e.Header = make(http.Header, len(c.Headers))
		for name, value := range c.Headers {
			addHeader(e.Header, name, value)
		}
	}
	return e, nil
}

func addHeader(h http.Header, name string, value any) {
	switch v := value.(type) {
	case string:
		h.Add(name, v)
	case float64:
		h.Add(name, strconv.FormatFloat(v, 'f', -1, 64))
	case []any:
		for _, one := range v {
			if _, list := one.([]any); !list {
				addHeader(h, name, one)
			}
		}
	}
}

func bodyOf(raw json.RawMessage) []byte {
	var text string
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return nil
	case json.Unmarshal(raw, &text) == nil:
		return []byte(text)
	default:
		return raw
	}
}

func streamed(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", "false", `""`, `"false"`:
		return false
	default:
		return true
	}
}

func statusOf(raw json.RawMessage) (int, error) {
	text := string(raw)
	if text == "" || text == "null" || text == `""` {
		return 0, nil
	}
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 0 || status > 999 {
		return 0, errNotStatus
	}
	return status, nil
}

// Verdict is a Fault as `hermes fault classify` prints it.
type Verdict struct {
	Kind        Kind     `json:"kind"`
	Scope       Scope    `json:"scope"`
	RetryAfterS *float64 `json:"retry_after_s"` // seconds; null: not stated
	ResetAt     *string  `json:"reset_at"`      // RFC 3339 in UTC; null: not stated
	Code        string   `json:"code,omitempty"`
	Rule        string   `json:"rule,omitempty"`
}

// NewVerdict renders a fault. Explain adds the vendor's code and the row of the
// tables that decided.
func NewVerdict(f Fault, explain bool) Verdict {
	v := Verdict{Kind: f.Kind, Scope: f.Scope}
	if f.RetryAfter > 0 {
		s := math.Round(f.RetryAfter.Seconds()*1e3) / 1e3
		if s == 0 {
			s = f.RetryAfter.Seconds()
		}
		v.RetryAfterS = &s
	}
	if !f.ResetAt.IsZero() {
		at := f.ResetAt.UTC().Format(time.RFC3339)
		v.ResetAt = &at
	}
	if explain {
		v.Code, v.Rule = f.Code, f.Rule
	}
	return v
}
