package turn

import (
	"context"
	"sync"

	"github.com/hermes-gateway/hermes/core/llm"
)

// registry knows the turn that runs in each conversation.
type registry struct {
	mu      sync.Mutex
	running map[string]*active
}

// active is a running turn.
type active struct {
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	stopped bool
}

// begin registers the running turn of a conversation. Its context ends with
// parent, with llm.ErrStopped when it is stopped, and with end.
func (r *registry) begin(parent context.Context, conversation string) (ctx context.Context, a *active, end func()) {
	ctx, cancel := context.WithCancelCause(parent)
	a = &active{cancel: cancel}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running == nil {
		r.running = make(map[string]*active)
	}
	r.running[conversation] = a
	return ctx, a, func() { r.end(conversation, a) }
}

func (r *registry) end(conversation string, a *active) {
	a.cancel(context.Canceled)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[conversation] == a {
		delete(r.running, conversation)
	}
}

func (r *registry) has(conversation string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running[conversation] != nil
}

func (r *registry) stop(conversation string) bool {
	r.mu.Lock()
	a := r.running[conversation]
	r.mu.Unlock()
	if a == nil {
		return false
	}
	a.mu.Lock()
	a.stopped = true
	a.mu.Unlock()
	a.cancel(llm.ErrStopped)
	return true
}

// unlessStopped calls f unless the turn was stopped; a stop that comes while f
// runs waits for it, so that what f wrote can be forgotten.
func (a *active) unlessStopped(f func() error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopped {
		return nil
	}
	return f()
}
