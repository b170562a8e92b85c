package queue_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/queue/queuetest"
)

func TestMemoryConforms(t *testing.T) {
	queuetest.Run(t, queuetest.Subject{New: func(*testing.T) queue.Queue { return queue.NewMemory() }})
}

func TestOneWorkerConforms(t *testing.T) {
	t.Parallel()
	q := queue.NewBounded(queue.Limits{Running: 1})
	ctx, cancel := context.WithCancel(t.Context())
	order := make(chan string, 6)
	for _, it := range []queue.Item{
		queuetest.Item("a", 0), queuetest.Item("a", 1), queuetest.Item("a", 2),
		queuetest.Item("b", 0), queuetest.Item("c", 0), queuetest.Item("b", 1),
	} {
		if _, err := q.Put(t.Context(), []queue.Item{it}, queue.Cursor{}); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx, func(_ context.Context, it queue.Item) { order <- it.Message.ID }) }()
	for i, want := range []string{"a-0", "b-0", "c-0", "a-1", "b-1", "a-2"} {
		if got := <-order; got != want {
			t.Errorf("turn %d was %s, want %s", i, got, want)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWorkersAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := queue.NewBounded(queue.Limits{Running: 3})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			if err := q.Run(ctx, func(context.Context, queue.Item) { time.Sleep(time.Minute) }); err != nil {
				t.Error(err)
			}
		}()
		for c := range 10 {
			if _, err := q.Put(ctx, queuetest.Items(fmt.Sprint(c), 1), queue.Cursor{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, want := range [][2]int{{7, 3}, {4, 3}, {1, 3}, {0, 1}, {0, 0}} {
			synctest.Wait()
			if waiting, running := q.Depth(); waiting != want[0] || running != want[1] {
				t.Errorf("%d wait, %d run; want %v", waiting, running, want)
			}
			time.Sleep(time.Minute)
		}
		cancel()
		synctest.Wait()
	})
}

func TestFull(t *testing.T) {
	t.Parallel()
	big := queuetest.Item("big", 0)
	big.Message.Text = strings.Repeat("x", 100)
	for _, c := range []struct {
		name   string
		limits queue.Limits
		first  []queue.Item
		second []queue.Item
		want   error
	}{
		{"fits", queue.Limits{Waiting: 3}, queuetest.Items("a", 2), queuetest.Items("b", 1), nil},
		{"too many", queue.Limits{Waiting: 3}, queuetest.Items("a", 2), queuetest.Items("b", 2), queue.ErrFull},
		{"too many bytes", queue.Limits{Bytes: 100}, queuetest.Items("a", 1), []queue.Item{big}, queue.ErrFull},
		{"an empty queue takes any batch", queue.Limits{Waiting: 1, Bytes: 1}, nil, append(queuetest.Items("a", 3), big), nil},
		{"only known ones", queue.Limits{Waiting: 2}, queuetest.Items("a", 2), queuetest.Items("a", 2), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := queue.NewBounded(c.limits)
			if _, err := q.Put(t.Context(), c.first, queue.Cursor{}); err != nil {
				t.Fatal(err)
			}
			_, err := q.Put(t.Context(), c.second, queue.Cursor{Platform: "p", Name: "n", Value: "1"})
			if !errors.Is(err, c.want) {
				t.Fatalf("Put = %v, want %v", err, c.want)
			}
			if v, _ := q.Cursor(t.Context(), "p", "n"); (v == "1") != (err == nil) {
				t.Errorf("the cursor is %q after %v", v, err)
			}
		})
	}
}

func TestFullQueueTakesTheBatchLater(t *testing.T) {
	t.Parallel()
	q := queue.NewBounded(queue.Limits{Waiting: 2})
	for _, items := range [][]queue.Item{queuetest.Items("a", 2)} {
		if _, err := q.Put(t.Context(), items, queue.Cursor{}); err != nil {
			t.Fatal(err)
		}
	}
	batch := queuetest.Items("b", 2)
	if _, err := q.Put(t.Context(), batch, queue.Cursor{}); !errors.Is(err, queue.ErrFull) {
		t.Fatalf("Put = %v, want ErrFull", err)
	}
	q.Drain(t.Context())
	if _, err := q.Put(t.Context(), batch, queue.Cursor{}); err != nil {
		t.Fatal(err)
	}
	if waiting, _ := q.Depth(); waiting != 2 {
		t.Errorf("%d wait, want 2: a batch that was not taken must not count as seen", waiting)
	}
}

func TestRecent(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	r := queue.NewRecent(3, time.Hour)
	for i, id := range []string{"a", "b", "c", "a", "d"} {
		r.Add(id, now.Add(time.Duration(i)*time.Minute))
	}
	at := now.Add(10 * time.Minute)
	for id, want := range map[string]bool{"a": false, "b": true, "c": true, "d": true} {
		if r.Has(id, at) != want {
			t.Errorf("Has(%s) = %v, want %v", id, !want, want)
		}
	}
	if later := now.Add(61 * time.Minute); r.Has("b", later) || !r.Has("d", later) {
		t.Error("ids must be forgotten after an hour, each from its own time")
	}
	r.Add("b", now.Add(2*time.Hour))
	if !r.Has("b", now.Add(2*time.Hour+time.Minute)) {
		t.Error("an expired id that comes again must be remembered anew")
	}
}
