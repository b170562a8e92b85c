package chain

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// outcome is what a link's goroutine hands back.
type outcome struct {
	res *llm.Response
	err error
}

// attempt is one call to one link. The provider runs in a goroutine of its own,
// so that one that ignores its context costs this link's time and no more: it
// is then cut off, and its later words go nowhere. The breaker's max_inflight
// bounds how many such goroutines there can be.
type attempt struct {
	link  *Link
	emit  func(llm.Delta) error
	limit int

	mu      sync.Mutex // held while emit runs; guards what follows
	cut     bool
	restart bool // say Restart with the first Delta
	spoke   bool
	shown   bool // text was emitted
	size    int
	first   time.Time
	idle    *time.Timer
}

var errCut = errors.New("link was cut off")

// errEndless ends an answer beyond the bound.
var errEndless = errors.New("answer is over the bound")

// run asks the link and returns its answer, or why there is none.
func (a *attempt) run(ctx context.Context, r *llm.Request) (*llm.Response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	deadline := time.AfterFunc(a.link.Timeout, func() { cancel(llm.ErrLinkTimeout) })
	defer deadline.Stop()
	var emit func(llm.Delta) error
	if a.emit != nil {
		a.idle = time.AfterFunc(a.link.FirstToken, func() { a.silent(cancel) })
		defer a.idle.Stop()
		emit = func(d llm.Delta) error { return a.deliver(ctx, d) }
	}
	done := make(chan outcome, 1)
	go func() {
		res, err := a.link.Provider.Stream(ctx, r, emit)
		done <- outcome{res, err}
	}()
	select {
	case o := <-done:
		return a.judge(ctx, o)
	case <-ctx.Done():
	}
	grace := time.NewTimer(grace)
	defer grace.Stop()
	select { // the provider is told; a well-behaved one answers at once
	case o := <-done:
		return a.judge(ctx, o)
	case <-grace.C:
		a.mu.Lock()
		a.cut = true
		a.mu.Unlock()
		return nil, llm.Interrupted(ctx)
	}
}

// grace is how long a provider whose context has ended may take to return.
const grace = 100 * time.Millisecond

// silent ends a stream without events.
func (a *attempt) silent(cancel context.CancelCauseFunc) {
	a.mu.Lock()
	spoke := a.spoke
	a.mu.Unlock()
	if spoke {
		cancel(llm.ErrIdle)
		return
	}
	cancel(llm.ErrFirstToken)
}

// deliver hands one Delta on. The idle timer rests meanwhile.
func (a *attempt) deliver(ctx context.Context, d llm.Delta) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cut || ctx.Err() != nil {
		return errCut
	}
	a.idle.Stop()
	defer a.idle.Reset(a.link.Idle)
	if !a.spoke {
		d.Link = a.link.Address
		a.spoke = true
	}
	if d.Text != "" {
		if a.first.IsZero() {
			a.first = time.Now()
		}
		d.Restart, a.restart, a.shown = d.Restart || a.restart, false, true
		if a.size += len(d.Text); a.size > a.limit {
			return errEndless
		}
	}
	return a.emit(d)
}

// judge accepts an answer only when it is one.
func (a *attempt) judge(ctx context.Context, o outcome) (*llm.Response, error) {
	switch {
	case o.err == nil && o.res != nil && a.whole(o.res):
		return o.res, nil
	case o.err == nil:
		return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: "empty_answer"}}
	case errors.Is(o.err, errEndless):
		return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: "endless_answer"}}
	}
	e := llm.AsError(o.err)
	if e.Fault.Kind == fault.CircuitOpen || e.Fault.Kind == fault.LocalLimit {
		return nil, e
	}
	if interrupted := llm.Interrupted(ctx); interrupted != nil {
		interrupted.RetryAt = e.RetryAt
		return nil, interrupted
	}
	return nil, e
}

func (a *attempt) whole(r *llm.Response) bool {
	return len(r.Text) <= a.limit && (strings.TrimSpace(r.Text) != "" || r.FinishReason == "tool_calls")
}
