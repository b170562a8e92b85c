package plugin

import (
	"log/slog"
	"strings"
	"time"
)

// Secret is a string that shows itself to nobody: every way of printing,
// logging or encoding it writes "(secret)", or nothing when it is empty.
type Secret string

const mask = "(secret)"

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String returns a mask.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return mask
}

// GoString returns a mask.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// LogValue returns a mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns a mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Duration is a duration as written in the file, such as "1m30s" (gohcl would
// read a bare 5 as 5 ns). Core refuses a bad or negative one before Validate.
type Duration string

// Value returns the duration, 0 when it is empty.
func (d Duration) Value() time.Duration {
	v, err := time.ParseDuration(string(d))
	if err != nil {
		return 0
	}
	return v
}

// Ref is a reference to another object of the file, written as chain.default.
// Core resolves it to the full address and checks that it exists.
type Ref string

// AttrError is a problem of one attribute or block of a plugin's body.
type AttrError struct {
	Path    []string // {"api_key"}, {"key", "ci", "secret"}
	Problem string   // "must be a URL"
	Advice  string   // what to do; may be empty
}

// Error joins path, problem and advice.
func (e *AttrError) Error() string {
	s := strings.Join(e.Path, ".") + ": " + e.Problem
	if e.Advice != "" {
		s += "; " + e.Advice
	}
	return s
}

// Attr returns an AttrError; path is dotted.
func Attr(path, problem, advice string) error {
	return &AttrError{Path: strings.Split(path, "."), Problem: problem, Advice: advice}
}
