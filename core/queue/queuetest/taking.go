package queuetest

import (
	"context"
	"testing"

	"github.com/hermes-gateway/hermes/core/queue"
)

// occupied returns a queue whose conversation "a" runs its turn 0 until the test ends.
func occupied(t *testing.T, s Subject) queue.Queue {
	t.Helper()
	q := s.New(t)
	begun, release := make(chan struct{}), make(chan struct{})
	start(t, q, func(it queue.Item) {
		if it.Message.ID == "a-0" {
			close(begun)
		}
		<-release
	})
	t.Cleanup(func() { close(release) })
	put(t, q, Item("a", 0))
	within(t, begun)
	return q
}

func testMaxWaiting(t *testing.T, s Subject) {
	t.Helper()
	q := occupied(t, s)
	put(t, q, Items("a", queue.MaxWaiting-1)[1:]...) // 18 more
	batch := []queue.Item{Item("a", 100), Item("a", 101), Item("a", 102), Item("a", 103), Item("b", 0)}
	refused, err := q.Put(t.Context(), batch, queue.Cursor{Platform: Platform, Name: "bot", Value: "7"})
	if err != nil {
		t.Fatal(err)
	}
	wantIDs(t, refused, batch[2:4])
	if v, err := q.Cursor(t.Context(), Platform, "bot"); err != nil || v != "7" {
		t.Errorf("Cursor = %q, %v after a batch with refused items", v, err)
	}
}

func testRefusedIsDone(t *testing.T, s Subject) {
	t.Helper()
	q := occupied(t, s)
	put(t, q, Items("a", queue.MaxWaiting+1)[1:]...)
	again := Item("a", 100)
	for n, want := range []int{1, 0} {
		refused, err := q.Put(t.Context(), []queue.Item{again}, queue.Cursor{})
		if err != nil || len(refused) != want {
			t.Errorf("offer %d: refused %v, err %v; want %d refused", n+1, ids(refused), err, want)
		}
	}
}

func testCursor(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	want := func(platform, name, value string) {
		t.Helper()
		if v, err := q.Cursor(t.Context(), platform, name); err != nil || v != value {
			t.Errorf("Cursor(%s, %s) = %q, %v, want %q", platform, name, v, err, value)
		}
	}
	want(Platform, "bot", "")
	for _, c := range []queue.Cursor{
		{Platform: Platform, Name: "bot", Value: "41"},
		{Platform: Platform, Name: "other", Value: "1"},
		{Platform: "platform.test.second", Name: "bot", Value: "9"},
		{Platform: Platform, Name: "bot", Value: "42"},
		{}, // changes nothing
	} {
		if _, err := q.Put(t.Context(), nil, c); err != nil {
			t.Fatal(err)
		}
	}
	want(Platform, "bot", "42")
	want(Platform, "other", "1")
	want("platform.test.second", "bot", "9")
}

func testEndedContext(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := queue.Cursor{Platform: Platform, Name: "bot", Value: "7"}
	if _, err := q.Put(ctx, Items("a", 2), c); err == nil {
		t.Error("Put took a batch although its context had ended")
	}
	if waiting, _ := q.Depth(); waiting != 0 {
		t.Errorf("%d turns wait", waiting)
	}
	if v, _ := q.Cursor(t.Context(), Platform, "bot"); v != "" {
		t.Errorf("the cursor moved to %q", v)
	}
	put(t, q, Items("a", 2)...) // nothing of it counts as seen
	if waiting, _ := q.Depth(); waiting != 2 {
		t.Errorf("%d turns wait, want 2", waiting)
	}
}

func testDrop(t *testing.T, s Subject) {
	t.Helper()
	q := occupied(t, s)
	put(t, q, Item("a", 1), Item("a", 2), Item("b", 1))
	dropped, err := q.Drop(t.Context(), Item("a", 0).Conversation)
	if err != nil {
		t.Fatal(err)
	}
	wantIDs(t, dropped, Items("a", 3)[1:]) // not the running one
	if dropped, err = q.Drop(t.Context(), "platform.test.suite/nobody"); err != nil || len(dropped) > 0 {
		t.Errorf("Drop of an unknown conversation: %v, %v", ids(dropped), err)
	}
	put(t, q, Item("a", 3)) // there is room again
	if waiting, running := q.Depth(); waiting+running != 3 {
		t.Errorf("%d wait, %d run; want a-0, b-1 and a-3", waiting, running)
	}
}

func testDrain(t *testing.T, s Subject) {
	t.Helper()
	q := s.New(t)
	put(t, q, Item("b", 0), Item("a", 0), Item("b", 1))
	got := q.Drain(t.Context())
	if s.Durable {
		wantIDs(t, got, nil)
		return
	}
	wantIDs(t, got, []queue.Item{Item("b", 0), Item("a", 0), Item("b", 1)})
	if waiting, _ := q.Depth(); waiting != 0 {
		t.Errorf("%d turns wait after Drain", waiting)
	}
}

func testDepth(t *testing.T, s Subject) {
	t.Helper()
	q := occupied(t, s)
	put(t, q, Items("a", 4)[1:]...)
	if waiting, running := q.Depth(); waiting != 3 || running != 1 {
		t.Errorf("%d wait, %d run; want 3 and 1", waiting, running)
	}
}
