// Package chat is the contract between Hermes and the places where people
// write: messages in, drafts out.
package chat

import (
	"context"
	"time"

	"github.com/hermes-gateway/hermes/core/llm"
)

// Platform is where people or programs come in.
//
// The engine calls, in this order: Run; when it returned early, Run again after
// a pause, any number of times but never twice at once; Close once if the value
// is an io.Closer, after Run has returned and every Draft is finished. A
// Platform that people write to is a Sender too: its methods may be called
// concurrently with Run, before it and after it.
type Platform interface {
	// Run takes messages in until ctx ends, hands them to host, and returns when
	// every goroutine it started has ended. An error or a panic is never fatal:
	// the engine shows it and calls Run again with a growing pause.
	Run(ctx context.Context, host Host) error
}

// Host is what a Platform sees of Hermes. It stays valid across reloads and may
// be used concurrently.
type Host interface {
	Inbox
	// Complete answers a program's request at once, without the queue.
	Complete(ctx context.Context, c llm.Call, emit func(llm.Delta) error) (*llm.Response, error)
	// Report says how the platform fares. The latest report is shown in status.
	Report(s Status)
}

// Inbox takes messages in.
type Inbox interface {
	// Accept takes a batch in and returns when it is safe: only then may the
	// platform acknowledge it upstream. Messages and cursor are committed
	// together. A message whose ID was accepted before is dropped. An error means
	// that nothing was taken: offer the same batch again later.
	Accept(ctx context.Context, b Batch) error
	// Cursor returns the last committed cursor of that name, "" when there is none.
	Cursor(ctx context.Context, name string) (string, error)
}

// Batch is what one poll brought in.
type Batch struct {
	Messages []Message // may be empty: only the cursor moves
	Cursor   Cursor
}

// Cursor is a place in an upstream's queue. The zero Cursor changes nothing.
type Cursor struct {
	Name  string // what it belongs to, such as a bot's id
	Value string
}

// Message is one message of a person. A platform has checked that the person
// may write before it makes one.
type Message struct {
	ID           string    // unique within the platform: the key for dropping what was delivered twice
	Conversation string    // what is kept in order and remembered together: a chat, a thread
	From         User      //
	To           Address   // where the reply goes
	Text         string    // verbatim, at most MaxText bytes
	Sent         time.Time // as the platform states it
}

// MaxText bounds the text of one message, in bytes.
const MaxText = 1 << 20

// User is who wrote a message.
type User struct {
	ID   string
	Name string // as shown to people; may be empty
}

// Address is where a reply goes. Platforms alone know what its fields mean.
type Address struct {
	Chat    string
	Thread  string // may be empty
	ReplyTo string // the message that is answered; may be empty
}

// State is how a platform fares.
type State string

// The states.
const (
	Connecting State = "connecting" // not yet proven
	Connected  State = "connected"  // the last poll or listen succeeded
	Retrying   State = "retrying"   // the upstream fails; tried again for ever
	Stopped    State = "stopped"
)

// Status is a platform's report.
type Status struct {
	State   State
	Reason  string    // one plain sentence for the operator, no secret; empty when connected
	RetryAt time.Time // next try; zero when there is none
}
