package llm

import (
	"encoding/json"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// Delta is one step of a streamed answer. The empty Delta is a sign of life.
type Delta struct {
	Link      string // on the first Delta of a link: the address of the provider that speaks
	Restart   bool   // discard what was shown so far: the answer begins anew
	Text      string
	Reasoning string // thinking that the provider shows apart from the answer
	// Raw is the provider's own chunk for a lossless relay; nil when there is
	// none. It is valid until emit returns.
	Raw json.RawMessage
}

// Empty reports whether d is a mere sign of life.
func (d *Delta) Empty() bool {
	return d.Link == "" && !d.Restart && d.Text == "" && d.Reasoning == "" && d.Raw == nil
}

// Usage counts tokens. Zero means not reported.
type Usage struct {
	Input  int `json:"input,omitempty"`
	Output int `json:"output,omitempty"`
	Cached int `json:"cached,omitempty"` // the part of Input that came from the provider's cache
}

// Response is a whole answer.
type Response struct {
	Text         string
	Reasoning    string
	FinishReason string // "stop", "length", "tool_calls", "content_filter"
	Model        string // as the provider reported it
	Usage        Usage
	Attempts     []Attempt       // every link that was asked, in order; the last one answered. Filled in by the chain
	Raw          json.RawMessage // the provider's own body when not streamed; nil when there is none
}

// Attempt is one call to one link, with its outcome.
type Attempt struct {
	Link       string       `json:"link"` // address of the provider
	Model      string       `json:"model,omitempty"`
	Fault      *fault.Fault `json:"fault,omitempty"`      // nil: it answered
	RetryAt    time.Time    `json:"retry_at,omitzero"`    // when its circuit lets the next call through; zero: at once
	Start      time.Time    `json:"start"`                //
	FirstToken time.Time    `json:"first_token,omitzero"` // first text; zero: none came, or not streamed
	End        time.Time    `json:"end"`
	Usage      Usage        `json:"usage,omitzero"`
}
