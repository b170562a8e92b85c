package chattest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// Host is a chat.Host that remembers what a platform handed it. The zero Host
// takes everything in. It may be used concurrently.
type Host struct {
	// Answer serves Complete; nil: every call fails with kind bad_request. Set it
	// before the platform runs.
	Answer func(ctx context.Context, c llm.Call, emit func(llm.Delta) error) (*llm.Response, error)
	// Taken is called after a message was taken in, in order; it may be nil and
	// must not block. Set it before the platform runs.
	Taken func(chat.Message)

	mu       sync.Mutex
	changed  chan struct{}
	refusal  error
	offered  []chat.Batch
	messages []chat.Message
	seen     map[string]bool
	cursors  map[string]string
	reports  []chat.Status
}

// ErrRefused is an error for Refuse.
var ErrRefused = errors.New("not taken in just now")

// Accept takes the batch in, or refuses it as Refuse says.
func (h *Host) Accept(ctx context.Context, b chat.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	fresh, err := h.take(b)
	for _, m := range fresh {
		if h.Taken != nil {
			h.Taken(m)
		}
	}
	return err
}

func (h *Host) take(b chat.Batch) (fresh []chat.Message, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.wake()
	h.offered = append(h.offered, chat.Batch{Messages: slices.Clone(b.Messages), Cursor: b.Cursor})
	if h.refusal != nil {
		return nil, h.refusal
	}
	if h.seen == nil {
		h.seen, h.cursors = map[string]bool{}, map[string]string{}
	}
	for _, m := range b.Messages {
		if !h.seen[m.ID] {
			h.seen[m.ID] = true
			fresh = append(fresh, m)
		}
	}
	h.messages = append(h.messages, fresh...)
	if b.Cursor.Name != "" {
		h.cursors[b.Cursor.Name] = b.Cursor.Value
	}
	return fresh, nil
}

// Cursor returns the last accepted cursor of that name.
func (h *Host) Cursor(_ context.Context, name string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cursors[name], nil
}

// Complete calls Answer.
func (h *Host) Complete(ctx context.Context, c llm.Call, emit func(llm.Delta) error) (*llm.Response, error) {
	if h.Answer == nil {
		return nil, &llm.Error{Fault: fault.Fault{Kind: fault.BadRequest, Rule: "chattest"}}
	}
	return h.Answer(ctx, c, emit)
}

// Report remembers the status.
func (h *Host) Report(s chat.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.wake()
	h.reports = append(h.reports, s)
}

// Refuse makes every Accept fail with err until Refuse(nil).
func (h *Host) Refuse(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer h.wake()
	h.refusal = err
}

// SetCursor plays a cursor that an earlier process committed.
func (h *Host) SetCursor(name, value string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen, h.cursors = map[string]bool{}, map[string]string{}
	}
	h.cursors[name] = value
}

// Messages returns what was taken in, in order.
func (h *Host) Messages() []chat.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.messages)
}

// Offered returns every batch that was offered, the refused ones too.
func (h *Host) Offered() []chat.Batch {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.offered)
}

// Reports returns what the platform reported, in order.
func (h *Host) Reports() []chat.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.reports)
}

// Status returns the latest report, the zero Status before the first.
func (h *Host) Status() chat.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.reports) == 0 {
		return chat.Status{}
	}
	return h.reports[len(h.reports)-1]
}

// Wait blocks until cond holds, asking again whenever something was offered,
// refused or reported. It returns ctx's error when ctx ends first.
func (h *Host) Wait(ctx context.Context, cond func(h *Host) bool) error {
	for {
		h.mu.Lock()
		if h.changed == nil {
			h.changed = make(chan struct{})
		}
		changed := h.changed
		h.mu.Unlock()
		if cond(h) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// WaitMessages blocks until n messages were taken in and returns them all.
func (h *Host) WaitMessages(ctx context.Context, n int) ([]chat.Message, error) {
	err := h.Wait(ctx, func(h *Host) bool { return len(h.Messages()) >= n })
	return h.Messages(), err
}

// WaitState blocks until the latest report has that state.
func (h *Host) WaitState(ctx context.Context, s chat.State) error {
	return h.Wait(ctx, func(h *Host) bool { return h.Status().State == s })
}

// wake tells those who wait; h.mu is held.
func (h *Host) wake() {
	if h.changed != nil {
		close(h.changed)
	}
	h.changed = make(chan struct{})
}
