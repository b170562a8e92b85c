package engine

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/turn"
)

// guarded makes a panic of a provider a fault of that provider: it counts
// against its health, and the chain moves on.
type guarded struct {
	next    llm.Provider
	info    llm.Info
	address string
	log     *slog.Logger
}

// Info is llm.Informer.Info, as the provider told it when it was built.
func (g *guarded) Info() llm.Info { return g.info }

func (g *guarded) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (resp *llm.Response, err error) {
	err = turn.Safely(func() (err error) {
		resp, err = g.next.Stream(ctx, r, emit)
		return err
	})
	switch {
	case err != nil:
		return nil, panicked(err, g.log, g.address)
	case resp == nil:
		return nil, llm.AsError(errors.New("neither an answer nor an error"))
	}
	return resp, nil
}

// panicked returns err, or the llm.Error of a panic, which it logs. An error
// that merely wraps a panic, of emit, is no fault of the one who was called.
func panicked(err error, log *slog.Logger, address string) error {
	p, ok := err.(*turn.PanicError) //nolint:errorlint // see above
	if !ok {
		return err
	}
	log.Error("call panicked", "address", address, "error", p, "stack", string(p.Stack))
	return &llm.Error{Fault: fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: "panic"}, Err: err}
}

// observed tells of every call to a chain. A panic of the caller's emit ends
// the call and is no fault of a provider.
type observed struct {
	next    llm.Provider
	address string
	log     *slog.Logger
	done    func(CallDone) // may be nil
}

func (o *observed) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (resp *llm.Response, err error) {
	start := time.Now()
	if emit != nil {
		emit = o.safe(emit)
	}
	err = turn.Safely(func() (err error) {
		resp, err = o.next.Stream(ctx, r, emit)
		return err
	})
	d := CallDone{Chain: o.address, Duration: time.Since(start)}
	if err != nil {
		d.Err = llm.AsError(panicked(err, o.log, o.address))
		d.Attempts = d.Err.Attempts
		resp, err = nil, d.Err
	} else {
		d.Attempts = resp.Attempts
	}
	if o.done != nil {
		o.done(d)
	}
	return resp, err
}

// safe makes a panic of emit an error of emit.
func (o *observed) safe(emit func(llm.Delta) error) func(llm.Delta) error {
	return func(d llm.Delta) error {
		err := turn.Safely(func() error { return emit(d) })
		if p, ok := err.(*turn.PanicError); ok { //nolint:errorlint // its own panic alone
			o.log.Error("showing the answer panicked", "address", o.address, "error", p, "stack", string(p.Stack))
		}
		return err
	}
}
