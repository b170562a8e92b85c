package llm

import "encoding/json"

// Role says who a message is from.
type Role string

// The roles of the chat-completions shape.
const (
	System    Role = "system"
	User      Role = "user"
	Assistant Role = "assistant"
	Tool      Role = "tool"
)

// Request is a question in the shape of OpenAI's chat completions. Whoever made
// it owns it; nobody changes it once it was handed to a Provider: take a Clone.
type Request struct {
	Model    string    // as the provider names it; empty: the provider's own. A chain's link may override it
	Messages []Message // at least one
	Stream   bool      // what the client asked for; a Provider goes by emit
	// Fields holds every other top-level field verbatim (temperature, tools,
	// vendor extras). A provider of the same protocol forwards them untouched,
	// another translates what it can.
	Fields map[string]json.RawMessage
	// Raw is the client's whole body, nil when Hermes made the request itself.
	// When set it is the truth and the typed fields are a view of it: a provider
	// of the same protocol splices in model and stream and relays the rest.
	Raw json.RawMessage
}

// Message is one entry of the conversation.
type Message struct {
	Role Role
	Text string // the text, or the text parts joined
	// Raw is the client's object, nil when Hermes made the message. It carries
	// what Text does not: images, tool calls, names, vendor extras.
	Raw json.RawMessage
}

// WithModel returns a copy of r that asks for another model. The messages and
// fields are shared with r.
func (r *Request) WithModel(model string) *Request {
	c := *r
	c.Model = model
	return &c
}
