package queuetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/hermes-gateway/hermes/core/queue"
)

// testOrder has many conversations of random work put interleaved, and counts inversions.
func testOrder(t *testing.T, s Subject) {
	t.Helper()
	const conversations, turns = 20, 15
	q := s.New(t)
	var mu sync.Mutex
	next := make(map[string]int)
	inversions, overlaps, done := 0, 0, make(chan struct{}, conversations*turns)
	running := make(map[string]bool)
	start(t, q, func(it queue.Item) {
		mu.Lock()
		if running[it.Conversation] {
			overlaps++
		}
		running[it.Conversation] = true
		if it.Message.Text != fmt.Sprint(next[it.Conversation]) {
			inversions++
		}
		next[it.Conversation]++
		mu.Unlock()
		for range rand.IntN(200) {
			runtime.Gosched()
		}
		mu.Lock()
		running[it.Conversation] = false
		mu.Unlock()
		done <- struct{}{}
	})
	for n := range turns {
		for c := range conversations {
			put(t, q, Item(fmt.Sprint("c", c), n))
		}
	}
	for range conversations * turns {
		within(t, done)
	}
	mu.Lock()
	defer mu.Unlock()
	if inversions > 0 || overlaps > 0 {
		t.Errorf("%d inversions and %d overlaps, want none", inversions, overlaps)
	}
}

func testOnce(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	put(t, q, Item("a", 0), Item("a", 0), Item("b", 0)) // twice in one batch
	put(t, q, Item("a", 0))                             // while it waits
	got := make(chan string, 10)
	start(t, q, func(it queue.Item) { got <- it.ID })
	seen := map[string]int{within(t, got): 1}
	seen[within(t, got)]++
	put(t, q, Item("a", 0), Item("b", 0), Item("c", 0)) // after it ran
	seen[within(t, got)]++
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was handed out %d times", id, n)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d items were handed out, want 3", len(seen))
	}
}

func testParallel(t *testing.T, s Subject) {
	t.Helper()
	const conversations = 8
	q := s.New(t)
	var all sync.WaitGroup // everybody waits until everybody runs
	all.Add(conversations)
	done := make(chan struct{}, conversations)
	start(t, q, func(queue.Item) {
		all.Done()
		all.Wait()
		done <- struct{}{}
	})
	for c := range conversations {
		put(t, q, Item(fmt.Sprint("c", c), 0))
	}
	for range conversations {
		within(t, done)
	}
}

// testFairness has one conversation flood before another one speaks once; the
// flood's first turn does not end until the other one is served.
func testFairness(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	put(t, q, Items("flood", queue.MaxWaiting)...)
	put(t, q, Item("calm", 0))
	served := make(chan struct{})
	start(t, q, func(it queue.Item) {
		if it.Message.Conversation == "calm" {
			close(served)
			return
		}
		<-served
	})
	within(t, served)
}

func testRunWaits(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	begun, release := make(chan struct{}), make(chan struct{})
	ended := false
	stop := start(t, q, func(queue.Item) {
		close(begun)
		<-release
		ended = true
	})
	put(t, q, Item("a", 0))
	within(t, begun)
	go close(release)
	stop()
	if !ended {
		t.Error("Run returned before the running turn had ended")
	}
	if _, running := q.Depth(); running != 0 {
		t.Errorf("%d turns run after Run has returned", running)
	}
}

func testTurnContext(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	errs, done := make(chan error, 1), make(chan error, 1)
	go func() {
		done <- q.Run(ctx, func(turn context.Context, _ queue.Item) {
			cancel()
			<-ctx.Done()
			errs <- turn.Err()
		})
	}()
	put(t, q, Item("a", 0))
	if err := within(t, errs); err != nil {
		t.Errorf("the running turn's context ended with the context of Run: %v", err)
	}
	if err := within(t, done); err != nil {
		t.Errorf("Run: %v", err)
	}
}
