// Package storetest is the conformance suite of store.Store: whatever keeps
// conversations has to pass it.
package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/store"
)

// Run runs the suite; open returns an empty store that the test may keep until it ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(t *testing.T, s store.Store)
	}{
		{"recent returns the latest, oldest first", testRecent},
		{"conversations are apart", testApart},
		{"a turn comes back as it was", testVerbatim},
		{"the same turn twice", testTwice},
		{"reset", testReset},
		{"what is returned belongs to the caller", testOwnership},
		{"an ended context", testEnded},
		{"concurrent use", testConcurrent},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open(t))
		})
	}
}

// Turn returns the n-th turn of a made-up conversation.
func Turn(n int) store.Turn {
	return store.Turn{ID: fmt.Sprint("t", n), User: fmt.Sprint("question ", n), Reply: fmt.Sprint("answer ", n)}
}

func add(t *testing.T, s store.Store, key string, turns ...store.Turn) {
	t.Helper()
	for _, turn := range turns {
		if err := s.Append(t.Context(), key, turn); err != nil {
			t.Fatalf("Append: %v", err)
		}
	}
}

func want(t *testing.T, s store.Store, key string, limit int, ids ...string) {
	t.Helper()
	turns, err := s.Recent(t.Context(), key, limit)
	if err != nil {
		t.Fatalf("Recent: %v", err)
	}
	got := make([]string, len(turns))
	for i, turn := range turns {
		got[i] = turn.ID
	}
	if !slices.Equal(got, ids) {
		t.Errorf("Recent(%s, %d) = %v, want %v", key, limit, got, ids)
	}
}

func testRecent(t *testing.T, s store.Store) {
	t.Helper()
	want(t, s, "a", 5)
	add(t, s, "a", Turn(1), Turn(2), Turn(3))
	want(t, s, "a", 5, "t1", "t2", "t3")
	want(t, s, "a", 2, "t2", "t3")
	want(t, s, "a", 0)
}

func testApart(t *testing.T, s store.Store) {
	t.Helper()
	add(t, s, "a", Turn(1))
	add(t, s, "a/b", Turn(2))
	add(t, s, "a", Turn(3))
	want(t, s, "a", 5, "t1", "t3")
	want(t, s, "a/b", 5, "t2")
}

func testVerbatim(t *testing.T, s store.Store) {
	t.Helper()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := store.Turn{
		ID: "platform.test.x/1", User: "  a\x00b\n\t'\"; \U0001F600 \u202e", Reply: "```\n<b>&amp;</b>\n```\n",
		Attempts: []llm.Attempt{
			{Link: "provider.x.a", Fault: &fault.Fault{Kind: fault.Billing, Scope: fault.AccountScope, Status: 402}, Start: at, End: at},
			{Link: "provider.x.b", Model: "m", Start: at, FirstToken: at, End: at.Add(time.Second), Usage: llm.Usage{Input: 3, Output: 4}},
		},
	}
	add(t, s, "a", in)
	out, err := s.Recent(t.Context(), "a", 1)
	if err != nil || len(out) != 1 {
		t.Fatalf("Recent = %v, %v", out, err)
	}
	if diff := cmp.Diff(in, out[0]); diff != "" {
		t.Errorf("the turn changed (-in +out):\n%s", diff)
	}
}

func testTwice(t *testing.T, s store.Store) {
	t.Helper()
	again := Turn(1)
	again.Reply = "another answer"
	add(t, s, "a", Turn(1), Turn(2), again)
	want(t, s, "a", 5, "t1", "t2")
	if turns, _ := s.Recent(t.Context(), "a", 5); turns[0].Reply != Turn(1).Reply {
		t.Errorf("the first answer was replaced by %q", turns[0].Reply)
	}
}

func testReset(t *testing.T, s store.Store) {
	t.Helper()
	add(t, s, "a", Turn(1))
	add(t, s, "b", Turn(2))
	for range 2 { // twice does not hurt
		if err := s.Reset(t.Context(), "a"); err != nil {
			t.Fatalf("Reset: %v", err)
		}
	}
	want(t, s, "a", 5)
	want(t, s, "b", 5, "t2")
	add(t, s, "a", Turn(1))
	want(t, s, "a", 5, "t1")
}

func testOwnership(t *testing.T, s store.Store) {
	t.Helper()
	add(t, s, "a", Turn(1), Turn(2))
	turns, err := s.Recent(t.Context(), "a", 5)
	if err != nil {
		t.Fatal(err)
	}
	turns[0].ID = "changed"
	_ = append(turns[:1], Turn(9))
	want(t, s, "a", 5, "t1", "t2")
}

func testEnded(t *testing.T, s store.Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Append(ctx, "a", Turn(1)); err == nil {
		t.Error("Append succeeded although its context had ended")
	}
	want(t, s, "a", 5)
}

func testConcurrent(t *testing.T, s store.Store) {
	t.Helper()
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			key := fmt.Sprint("c", c)
			for n := range 10 {
				if err := s.Append(t.Context(), key, Turn(n)); err != nil {
					t.Errorf("Append: %v", err)
				}
				if _, err := s.Recent(t.Context(), key, 5); err != nil {
					t.Errorf("Recent: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for c := range 8 {
		want(t, s, fmt.Sprint("c", c), 2, "t8", "t9")
	}
}
