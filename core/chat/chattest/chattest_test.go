package chattest

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wall is a platform in memory that does everything right.
type wall struct {
	mu     sync.Mutex
	inbox  []string // said, not yet accepted
	count  int
	poke   chan struct{}
	drafts []*note
}

func (w *wall) say(text string) {
	w.mu.Lock()
	w.inbox = append(w.inbox, text)
	w.mu.Unlock()
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

func (w *wall) next() (text string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.inbox) == 0 {
		return "", false
	}
	return w.inbox[0], true
}

func (w *wall) taken() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inbox = w.inbox[1:]
	w.count++
}

func (w *wall) Run(ctx context.Context, h chat.Host) error {
	h.Report(chat.Status{State: chat.Connected})
	for {
		if text, ok := w.next(); ok {
			m := chat.Message{ID: strconv.Itoa(w.count), Conversation: "c", From: chat.User{ID: "u"}, Text: text, Sent: time.Now()}
			if h.Accept(ctx, chat.Batch{Messages: []chat.Message{m}}) == nil {
				w.taken()
				continue
			}
		}
		select {
		case <-w.poke:
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return nil
		}
	}
}

// note is a draft on the wall.
type note struct {
	w    *wall
	text string
}

func (w *wall) Open(_ context.Context, _ chat.Address, save func(chat.Ref) error) (chat.Draft, error) {
	w.mu.Lock()
	n := &note{w: w}
	w.drafts = append(w.drafts, n)
	id := strconv.Itoa(len(w.drafts) - 1)
	w.mu.Unlock()
	if err := save(chat.Ref{Parts: []string{id}}); err != nil {
		return nil, err
	}
	return n, nil
}

func (w *wall) Resume(_ context.Context, _ chat.Address, ref chat.Ref, _ func(chat.Ref) error) (chat.Draft, error) {
	i, err := strconv.Atoi(ref.Parts[0])
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.drafts[i], nil
}

func (n *note) Update(text string) {
	n.w.mu.Lock()
	defer n.w.mu.Unlock()
	n.text = text
}

func (n *note) Finish(ctx context.Context, r chat.Reply) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n.Update(r.Text)
	return nil
}

func (w *wall) visible() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, n := range w.drafts {
		all = append(all, n.text)
	}
	return all
}

func fixture(*testing.T) Fixture {
	w := &wall{poke: make(chan struct{}, 1)}
	return Fixture{Platform: w, Say: w.say, Visible: w.visible, Offers: true}
}

func TestSuiteInRealTime(t *testing.T) { Run(t, fixture) }

func TestSuiteInBubbles(t *testing.T) { RunInBubble(t, fixture) }

func TestHost(t *testing.T) {
	t.Parallel()
	var told []string
	h := &Host{Taken: func(m chat.Message) { told = append(told, m.ID) }}
	ctx := t.Context()
	batch := chat.Batch{Messages: []chat.Message{{ID: "1"}, {ID: "2"}}, Cursor: chat.Cursor{Name: "bot", Value: "7"}}
	h.Refuse(ErrRefused)
	if err := h.Accept(ctx, batch); err == nil || len(h.Messages()) != 0 {
		t.Errorf("refused: error %v, %d messages", err, len(h.Messages()))
	}
	if c, _ := h.Cursor(ctx, "bot"); c != "" {
		t.Errorf("a refused batch moved the cursor to %q", c)
	}
	h.Refuse(nil)
	for range 2 { // the second time nothing is new
		if err := h.Accept(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	if c, _ := h.Cursor(ctx, "bot"); c != "7" || !slices.Equal(told, []string{"1", "2"}) || len(h.Offered()) != 3 {
		t.Errorf("cursor %q, told of %q, %d offers", c, told, len(h.Offered()))
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := h.Accept(ended, batch); err == nil {
		t.Error("an ended context was accepted")
	}
	if err := h.WaitState(ended, chat.Stopped); err == nil {
		t.Error("Wait outlived its context")
	}
	go h.Report(chat.Status{State: chat.Retrying})
	if err := h.WaitState(ctx, chat.Retrying); err != nil {
		t.Error(err)
	}
}
