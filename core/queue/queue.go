// Package queue is the contract of the turn queue: what was accepted is handed
// out once, in order within a conversation, conversations in parallel.
package queue

import (
	"context"
	"errors"

	"github.com/hermes-gateway/hermes/core/chat"
)

// MaxWaiting is how many turns of one conversation may wait.
const MaxWaiting = 20

// ErrFull says that nothing of a batch was taken because the whole queue is at its bound.
var ErrFull = errors.New("turn queue is full")

// Item is one turn that waits or runs.
type Item struct {
	ID           string // Platform + "/" + Message.ID: put twice, it is taken once
	Platform     string // address: "platform.telegram.bot"
	Conversation string // Platform + "/" + Message.Conversation
	Message      chat.Message
}

// Cursor is a platform's place in its upstream, committed with the items.
type Cursor struct{ Platform, Name, Value string }

// Queue holds turns. It may be used concurrently.
type Queue interface { //nolint:interfacebloat // one thing: what was put is what is run, dropped and counted
	// Put takes items and cursor in together, or nothing and returns an error.
	// Items seen before are dropped silently. It returns those refused because
	// their conversation has MaxWaiting turns waiting: they are done with, the
	// caller tells their senders.
	Put(ctx context.Context, items []Item, c Cursor) (refused []Item, err error)
	// Cursor returns the last committed value, "" when there is none.
	Cursor(ctx context.Context, platform, name string) (string, error)
	// Run hands items to handle until ctx ends, then waits for the running ones.
	// Turns of one conversation come one at a time in the order of Put. handle
	// never panics, and its context does not end with ctx: handle decides how long
	// a running turn may go on. Call Run once.
	Run(ctx context.Context, handle func(ctx context.Context, it Item)) error
	// Drop removes the waiting turns of a conversation and returns them.
	Drop(ctx context.Context, conversation string) ([]Item, error)
	// Drain removes and returns everything that waits. A durable queue keeps it for
	// the next start and returns nothing.
	Drain(ctx context.Context) []Item
	// Depth returns the numbers of waiting and running turns.
	Depth() (waiting, running int)
}
