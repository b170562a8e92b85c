// Package queuetest is the conformance suite of queue.Queue: whatever keeps
// turns has to pass it.
package queuetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/queue"
)

// Platform is the address that the suite's items carry.
const Platform = "platform.test.suite"

// Subject is what is tested.
type Subject struct {
	New     func(t *testing.T) queue.Queue // an empty queue that the test may keep until it ends
	Durable bool                           // what waits survives: Drain returns nothing
}

// Run runs the suite.
func Run(t *testing.T, s Subject) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(t *testing.T, s Subject)
	}{
		{"order within a conversation", testOrder},
		{"every item once", testOnce},
		{"conversations in parallel", testParallel},
		{"at most MaxWaiting wait", testMaxWaiting},
		{"a refused item is done with", testRefusedIsDone},
		{"a flood starves nobody", testFairness},
		{"cursor", testCursor},
		{"an ended context takes nothing", testEndedContext},
		{"drop", testDrop},
		{"drain", testDrain},
		{"depth", testDepth},
		{"run waits for what runs", testRunWaits},
		{"turns outlive the context of run", testTurnContext},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, s)
		})
	}
}

// Item returns the n-th item of a conversation.
func Item(conversation string, n int) queue.Item {
	id := fmt.Sprintf("%s-%d", conversation, n)
	return queue.Item{
		ID:           Platform + "/" + id,
		Platform:     Platform,
		Conversation: Platform + "/" + conversation,
		Message:      chat.Message{ID: id, Conversation: conversation, Text: fmt.Sprint(n)},
	}
}

// Items returns the first n items of a conversation.
func Items(conversation string, n int) []queue.Item {
	items := make([]queue.Item, n)
	for i := range items {
		items[i] = Item(conversation, i)
	}
	return items
}

// put takes items in and fails the test unless all are taken.
func put(t *testing.T, q queue.Queue, items ...queue.Item) {
	t.Helper()
	refused, err := q.Put(t.Context(), items, queue.Cursor{})
	if err != nil || len(refused) > 0 {
		t.Fatalf("Put refused %v, err %v", ids(refused), err)
	}
}

// start runs the queue until the test ends or stop is called; stop waits for Run.
func start(t *testing.T, q queue.Queue, handle func(queue.Item)) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx, func(_ context.Context, it queue.Item) { handle(it) }) }()
	ended := false
	stop = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := within(t, done); err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// within receives from c, or fails the test after a time that no healthy queue needs.
func within[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(30 * time.Second):
		t.Error("waited 30 s in vain")
		var zero T
		return zero
	}
}

func ids(items []queue.Item) []string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = it.ID
	}
	return out
}

func wantIDs(t *testing.T, got, want []queue.Item) {
	t.Helper()
	if !slices.Equal(ids(got), ids(want)) {
		t.Errorf("got items %v, want %v", ids(got), ids(want))
	}
}
