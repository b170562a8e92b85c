// Package store is the contract of what Hermes remembers: conversations now;
// circuits and usage join it when a store on disk does.
package store

import (
	"context"

	"github.com/hermes-gateway/hermes/core/llm"
)

// Store keeps what must outlive a turn. It may be used concurrently.
type Store interface { //nolint:iface // circuits and usage join it
	Conversations
}

// Conversations keeps the turns of each conversation in order. A conversation's
// key is its platform's address and the platform's own key, joined by core.
type Conversations interface { //nolint:iface // see Store
	// Recent returns the last turns, oldest first, at most limit.
	Recent(ctx context.Context, conversation string, limit int) ([]Turn, error)
	// Append adds a finished turn. One whose ID is already there is left as it is.
	Append(ctx context.Context, conversation string, t Turn) error
	// Reset forgets the conversation.
	Reset(ctx context.Context, conversation string) error
}

// Turn is one message in, one reply out.
type Turn struct {
	ID       string
	User     string // the person's text, verbatim
	Reply    string // the model's text, verbatim
	Attempts []llm.Attempt
}
