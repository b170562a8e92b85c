package store_test

import (
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/store"
	"github.com/hermes-gateway/hermes/core/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemoryConforms(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMemory() })
}

func TestBounds(t *testing.T) {
	t.Parallel()
	long := func(n int) store.Turn {
		turn := storetest.Turn(n)
		turn.Reply = strings.Repeat("x", 1000)
		return turn
	}
	for _, c := range []struct {
		name   string
		limits store.Limits
		fill   func(add func(key string, t store.Turn))
		want   map[string]string // key -> ids
	}{
		{
			"turns of a conversation",
			store.Limits{Turns: 3},
			func(add func(string, store.Turn)) {
				for n := range 5 {
					add("a", storetest.Turn(n))
				}
			},
			map[string]string{"a": "t2 t3 t4"},
		},
		{
			"conversations, the least recently used goes",
			store.Limits{Conversations: 2},
			func(add func(string, store.Turn)) {
				for n, key := range []string{"a", "b", "a", "c"} {
					add(key, storetest.Turn(n))
				}
			},
			map[string]string{"a": "t0 t2", "b": "", "c": "t3"},
		},
		{
			"bytes, whole conversations first",
			store.Limits{Bytes: 3500},
			func(add func(string, store.Turn)) {
				for n, key := range []string{"a", "b", "b", "b"} {
					add(key, long(n))
				}
			},
			map[string]string{"a": "", "b": "t1 t2 t3"},
		},
		{
			"bytes, older turns of the only one",
			store.Limits{Bytes: 2500},
			func(add func(string, store.Turn)) {
				for n := range 4 {
					add("a", long(n))
				}
			},
			map[string]string{"a": "t2 t3"},
		},
		{
			"the latest turn stays however long",
			store.Limits{Bytes: 10},
			func(add func(string, store.Turn)) { add("a", long(0)); add("b", long(1)) },
			map[string]string{"a": "", "b": "t1"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := store.NewBounded(c.limits)
			c.fill(func(key string, turn store.Turn) {
				if err := s.Append(t.Context(), key, turn); err != nil {
					t.Fatal(err)
				}
			})
			for key, want := range c.want {
				turns, _ := s.Recent(t.Context(), key, 100)
				var ids []string
				for _, turn := range turns {
					ids = append(ids, turn.ID)
				}
				if got := strings.Join(ids, " "); got != want {
					t.Errorf("%s holds %q, want %q", key, got, want)
				}
			}
		})
	}
}

func TestResetGivesRoomBack(t *testing.T) {
	t.Parallel()
	s := store.NewBounded(store.Limits{Bytes: 1000})
	for n := range 1000 {
		key := fmt.Sprint("gone", n)
		_ = s.Append(t.Context(), key, storetest.Turn(n))
		_ = s.Reset(t.Context(), key)
	}
	for n := range 4 {
		_ = s.Append(t.Context(), "a", storetest.Turn(n))
	}
	if turns, _ := s.Recent(t.Context(), "a", 10); len(turns) != 4 {
		t.Errorf("%d turns fit, want 4: reset conversations still count", len(turns))
	}
}
