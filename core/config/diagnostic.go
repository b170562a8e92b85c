package config

// Severity of a Diagnostic.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one thing to say about the files. It never shows a secret.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Summary  string   `json:"summary"`          // "Unknown attribute"
	Detail   string   `json:"detail,omitempty"` // what is wrong and what to do, with the suggestion
	File     string   `json:"file,omitempty"`
	Line     int      `json:"line,omitempty"` // from 1
	Column   int      `json:"column,omitempty"`
	Snippet  string   `json:"snippet,omitempty"` // source lines, masked
}

// Diagnostics is everything there is to say, in the order of the files. It is an error.
type Diagnostics []Diagnostic //nolint:errname // a list, of which some may be warnings; an error on the side

// HasErrors reports whether one of them is an error.
func (d Diagnostics) HasErrors() bool {
	for _, x := range d {
		if x.Severity == Error {
			return true
		}
	}
	return false
}

// Error renders all of them as text for people, without colour.
func (d Diagnostics) Error() string {
	var b []byte
	for i, x := range d {
		if i > 0 {
			b = append(b, '\n')
		}
		b = x.appendText(b)
	}
	return string(b)
}
