package chattest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// answering returns a Host that finishes a draft for every message, as the
// engine does, and a function that waits for these answers.
func answering(t *testing.T, f Fixture) (*Host, func()) {
	t.Helper()
	taken := make(chan chat.Message, 100)
	h := &Host{Taken: func(m chat.Message) { taken <- m }}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case m := <-taken:
				answer(ctx, t, f, m)
			case <-ctx.Done():
				return
			}
		}
	}()
	return h, func() { cancel(); <-done }
}

func answer(ctx context.Context, t *testing.T, f Fixture, m chat.Message) {
	s, ok := f.Platform.(chat.Sender)
	if !ok {
		return
	}
	d, err := s.Open(ctx, m.To, func(chat.Ref) error { return nil })
	if err != nil {
		if ctx.Err() == nil {
			t.Errorf("opening a reply to an accepted message: %v", err)
		}
		return
	}
	if err := d.Finish(ctx, chat.Reply{Text: "re: " + m.Text}); err != nil && ctx.Err() == nil {
		t.Errorf("finishing a reply to an accepted message: %v", err)
	}
}

func runEnds(t *testing.T, f Fixture) {
	h := &Host{}
	stop := start(t, f, h)
	if err := h.Wait(bounded(t), func(h *Host) bool { return len(h.Reports()) > 0 }); err != nil {
		t.Fatal("Run reported no status")
	}
	stop()
}

func messagesInOrder(t *testing.T, f Fixture) {
	h, settled := answering(t, f)
	defer settled()
	stop := start(t, f, h)
	defer stop()
	const n = 5
	for i := range n {
		f.Say(fmt.Sprintf("message %d", i))
	}
	got, err := h.WaitMessages(bounded(t), n)
	if err != nil {
		t.Fatalf("taking in %d messages: got %d", n, len(got))
	}
	ids := map[string]bool{}
	for i, m := range got {
		if want := fmt.Sprintf("message %d", i); m.Text != want {
			t.Errorf("message %d: text %q, want %q", i, m.Text, want)
		}
		if m.ID == "" || ids[m.ID] {
			t.Errorf("message %d: id %q is empty or was there before", i, m.ID)
		}
		ids[m.ID] = true
		if m.Conversation == "" || m.Conversation != got[0].Conversation {
			t.Errorf("message %d: conversation %q, want one name for all", i, m.Conversation)
		}
		if m.From.ID == "" || m.Sent.IsZero() {
			t.Errorf("message %d: sender %q or time %v is missing", i, m.From.ID, m.Sent)
		}
	}
}

func runAgain(t *testing.T, f Fixture) {
	h, settled := answering(t, f)
	defer settled()
	for i, text := range []string{"first run", "second run"} {
		stop := start(t, f, h)
		f.Say(text)
		got, err := h.WaitMessages(bounded(t), i+1)
		if err != nil {
			t.Fatalf("%s: nothing came", text)
		}
		if got[i].Text != text {
			t.Errorf("%s: got %q", text, got[i].Text)
		}
		stop()
	}
}

func refusedComesAgain(t *testing.T, f Fixture) {
	if !f.Offers {
		t.Skip("this platform cannot offer a message twice")
	}
	h, settled := answering(t, f)
	defer settled()
	h.Refuse(ErrRefused)
	stop := start(t, f, h)
	defer stop()
	f.Say("take me")
	if err := h.Wait(bounded(t), offered(2)); err != nil {
		t.Fatal("a refused message was not offered again")
	}
	h.Refuse(nil)
	got, err := h.WaitMessages(bounded(t), 1)
	if err != nil || got[0].Text != "take me" {
		t.Fatalf("after refusals: got %v, error %v", got, err)
	}
	f.Say("and me")
	if got, err = h.WaitMessages(bounded(t), 2); err != nil || got[1].Text != "and me" {
		t.Fatalf("the message after a refused one: got %v, error %v", got, err)
	}
}

// offered says that n messages were offered, counting each time.
func offered(n int) func(*Host) bool {
	return func(h *Host) bool {
		left := n
		for _, b := range h.Offered() {
			left -= len(b.Messages)
		}
		return left <= 0
	}
}

func refusedOutlivesRun(t *testing.T, f Fixture) {
	if !f.Offers {
		t.Skip("this platform cannot offer a message twice")
	}
	h, settled := answering(t, f)
	defer settled()
	h.Refuse(ErrRefused)
	stop := start(t, f, h)
	f.Say("keep me")
	if err := h.Wait(bounded(t), offered(1)); err != nil {
		t.Fatal("the message was never offered")
	}
	stop()
	h.Refuse(nil)
	stop = start(t, f, h)
	defer stop()
	if got, err := h.WaitMessages(bounded(t), 1); err != nil || got[0].Text != "keep me" {
		t.Fatalf("after another Run: got %v, error %v", got, err)
	}
}

// within fails the test unless do returns soon.
func within(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s did not return", what)
	}
}
