// Package fault decides what a failed call to a provider means. It is the only
// place that looks at status codes, headers and bodies of errors: everything
// above it acts on a Fault's kind, scope and times alone.
package fault

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Scope says what a fault closes.
type Scope uint8

// The scopes, from narrow to wide.
const (
	RequestScope Scope = iota // this request only
	ModelScope                // one model of the account
	KeyScope                  // one API key of the account
	AccountScope              // the whole provider
)

// String returns "request", "model", "key" or "provider".
func (s Scope) String() string {
	switch s {
	case ModelScope:
		return "model"
	case KeyScope:
		return "key"
	case AccountScope:
		return "provider"
	default:
		return "request"
	}
}

// MarshalText writes the scope's name.
func (s Scope) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Evidence is what is known of a failed call. Classify keeps nothing of it.
type Evidence struct {
	Provider string      // plugin type or vendor, a hint; may be empty
	Status   int         // HTTP status; 0 when there was no answer
	Header   http.Header // may be nil
	Body     []byte      // the raw body, or the raw SSE frame; only the first part is looked at
	Err      error       // transport error, when there was no answer or it broke off
	Streamed bool        // the error came inside a stream that had begun with 200
	Now      time.Time   // when it happened; zero means time.Now
}

// Fault is what a failed call means. It holds no text of the upstream but Code.
type Fault struct {
	Kind       Kind          `json:"kind"`
	Scope      Scope         `json:"scope"`
	Status     int           `json:"status,omitempty"`      // HTTP status, 0 when there was none
	Code       string        `json:"code,omitempty"`        // the vendor's own code: [A-Za-z0-9_.:-], at most 64 bytes
	RetryAfter time.Duration `json:"retry_after,omitempty"` // stated wait from the moment of the fault; 0: not stated
	ResetAt    time.Time     `json:"reset_at,omitzero"`     // stated time; zero: not stated
	Rule       string        `json:"rule,omitempty"`        // the row of the table that decided
}

// Until returns the stated time to try again, or the zero time. A stated
// ResetAt wins over RetryAfter.
func (f Fault) Until(now time.Time) time.Time {
	switch {
	case !f.ResetAt.IsZero():
		return f.ResetAt
	case f.RetryAfter > 0:
		return now.Add(f.RetryAfter)
	default:
		return time.Time{}
	}
}

// String names the kind, the status and the vendor's code, and so is safe for
// logs: "billing (HTTP 402, insufficient_quota)".
func (f Fault) String() string {
	var facts []string
	if f.Status != 0 {
		facts = append(facts, "HTTP "+strconv.Itoa(f.Status))
	}
	if f.Code != "" {
		facts = append(facts, f.Code)
	}
	if len(facts) == 0 {
		return f.Kind.String()
	}
	return f.Kind.String() + " (" + strings.Join(facts, ", ") + ")"
}
