// Package llm is the contract between Hermes and the models that answer: what
// is asked, what comes back, and what happened on the way. A provider plugin, a
// breaker and a chain all are a Provider, so they stack.
package llm

import "context"

// Provider answers requests. The engine calls, in this order: Stream any number
// of times, concurrently; Close once if the value is an io.Closer, after the
// last Stream has returned. Reconfiguration builds a new Provider.
type Provider interface {
	// Stream sends r and blocks until the answer is whole, has failed, or ctx has
	// ended. It does not change r, which other calls may be reading.
	//
	// With emit not nil the answer is streamed: emit is called in order, never
	// concurrently, and never after Stream has returned. An empty Delta is a sign
	// of life (a comment, a role, an event without text). When emit returns an
	// error Stream stops and returns it wrapped in an Error of kind canceled.
	// With emit nil the answer is not streamed.
	//
	// Every error is an *Error. An answer without text, tool calls or refusal is
	// an Error of kind malformed, and so is a stream that ends before its end
	// mark. When ctx ends the error is the one that Interrupted returns.
	Stream(ctx context.Context, r *Request, emit func(Delta) error) (*Response, error)
}

// Info describes the account behind a provider. It holds no secret.
type Info struct {
	Account string // fingerprint of what is billed: base URL and a hash of the key; circuits follow it across reloads
	Model   string // the model asked for when a request names none
}

// Informer is a Provider that knows its account. Providers without it are
// their own account, with no model of their own.
type Informer interface {
	// Info returns the same value every time. It may be called at any time.
	Info() Info
}

// Resume says what happens to an answer that breaks off after its beginning was shown.
type Resume uint8

// The ways to resume.
const (
	ResumeReplace  Resume = iota // chats: the next link's answer replaces what was shown
	ResumeContinue               // the next link continues the text
	ResumeError                  // the call ends with the fault
)

// Call is one request to a chain, as a platform makes it.
type Call struct {
	Request      *Request
	Chain        string // address of the chain ("chain.default"); empty: the platform's own
	Conversation string // for sticky routing and logs; may be empty
	Key          string // name of the API key that asks; may be empty
	Resume       Resume
}
