package turn_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/store"
	"github.com/hermes-gateway/hermes/core/turn"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sender records what people get to see.
type sender struct {
	mu      sync.Mutex
	updates []string
	replies []chat.Reply
	opened  int
	resumed int
	tried   int

	onOpen   func(save func(chat.Ref) error) error // may be nil
	onUpdate func()
	onFinish func(try int) error
}

func (s *sender) Open(_ context.Context, _ chat.Address, save func(chat.Ref) error) (chat.Draft, error) {
	s.opened++
	if s.onOpen != nil {
		if err := s.onOpen(save); err != nil {
			return nil, err
		}
	}
	return draft{s}, nil
}

func (s *sender) Resume(_ context.Context, _ chat.Address, ref chat.Ref, _ func(chat.Ref) error) (chat.Draft, error) {
	s.resumed += len(ref.Parts)
	return draft{s}, nil
}

type draft struct{ s *sender }

func (d draft) Update(text string) {
	if d.s.onUpdate != nil {
		d.s.onUpdate()
	}
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.s.updates = append(d.s.updates, text)
}

func (d draft) Finish(ctx context.Context, r chat.Reply) error {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	d.s.tried++
	if d.s.onFinish != nil {
		if err := d.s.onFinish(d.s.tried); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	d.s.replies = append(d.s.replies, r)
	return nil
}

func (s *sender) only(t *testing.T) chat.Reply {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.replies) != 1 {
		t.Fatalf("the person got %d replies, want 1: %+v", len(s.replies), s.replies)
	}
	return s.replies[0]
}

// model is a function as a provider.
type model func(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error)

func (m model) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	return m(ctx, r, emit)
}

// says is a model that streams and returns these parts.
func says(parts ...string) model {
	return func(_ context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
		text := ""
		for _, p := range parts {
			text += p
			if err := emit(llm.Delta{Text: p}); err != nil {
				return nil, canceled(err)
			}
		}
		return &llm.Response{Text: text, Attempts: []llm.Attempt{{Link: "provider.x.a"}}}, nil
	}
}

func fails(k fault.Kind) model {
	return func(context.Context, *llm.Request, func(llm.Delta) error) (*llm.Response, error) {
		return nil, &llm.Error{
			Fault:    fault.Fault{Kind: k, Status: 599},
			Attempts: []llm.Attempt{{Link: "provider.x.a", Fault: &fault.Fault{Kind: k, Status: 599}}},
			Err:      errors.New("upstream secret"),
		}
	}
}

// hangs waits for the end of its context, after some text.
func hangs(text string) model {
	return func(ctx context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
		if err := emit(llm.Delta{Text: text}); err != nil {
			return nil, canceled(err)
		}
		<-ctx.Done()
		return nil, llm.Interrupted(ctx)
	}
}

func canceled(err error) *llm.Error {
	return &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}, Err: err}
}

// bench is a Runner with what it works on.
type bench struct {
	*turn.Runner
	store  store.Store
	sender *sender
	log    *logLines
}

const conversation = "platform.test.x/c"

func newBench() *bench {
	b := &bench{store: store.NewMemory(), sender: &sender{}, log: &logLines{}}
	b.Runner = turn.New(b.store, slog.New(slog.NewTextHandler(b.log, nil)))
	return b
}

func (b *bench) do(ctx context.Context, text string, m model) turn.Outcome {
	return b.Do(ctx, turn.Turn{
		Item: queue.Item{
			ID: "platform.test.x/" + text, Platform: "platform.test.x", Conversation: conversation,
			Message: chat.Message{ID: text, Text: text, From: chat.User{ID: "u1", Name: "Ann"}, To: chat.Address{Chat: "c"}},
		},
		Route: turn.Route{Sender: b.sender, Model: m, System: "Be kind.", Timeout: time.Minute},
	})
}

func (b *bench) remembered(t *testing.T) []store.Turn {
	t.Helper()
	turns, err := b.store.Recent(t.Context(), conversation, 100)
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

// logLines collects log output.
type logLines struct {
	mu  sync.Mutex
	all []byte
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p...)
	return len(p), nil
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.all)
}

// onceOpen calls f at the first Open alone.
func onceOpen(f func()) func(func(chat.Ref) error) error {
	first := true
	return func(func(chat.Ref) error) error {
		if first {
			first = false
			f()
		}
		return nil
	}
}
