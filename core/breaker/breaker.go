// Package breaker keeps the circuits of one provider. A Breaker is an
// llm.Provider in front of another one; the Circuits behind it outlive reloads.
package breaker

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// State is what a circuit does with the next call.
type State string

// The states.
const (
	Closed   State = "closed"
	Open     State = "open"
	HalfOpen State = "half_open" // the next call is the probe
)

// Circuit is the state of one circuit, for status, metrics and logs.
type Circuit struct {
	Provider  string     `json:"provider"` // address
	Circuit   string     `json:"circuit"`  // "quota" or "health"
	Scope     string     `json:"scope"`    // "provider" or "model"
	Model     string     `json:"model,omitempty"`
	State     State      `json:"state"`
	Kind      fault.Kind `json:"kind,omitzero"` // the fault that opened it; None when by hand
	Manual    bool       `json:"manual,omitempty"`
	Status    int        `json:"status,omitempty"`
	Code      string     `json:"code,omitempty"`
	Since     time.Time  `json:"since,omitzero"`
	OpenUntil time.Time  `json:"open_until,omitzero"`
	Reopened  int        `json:"reopened,omitempty"` // how often in a row it opened again
}

// Change is one change of state. Each is reported once.
type Change struct {
	Circuit
	From State
}

// Breaker guards one provider. It is an llm.Provider and may be used concurrently.
type Breaker struct {
	next     llm.Provider
	circuits *Circuits
	settings Settings
	model    string // of requests that name none
	inflight atomic.Int64
}

// New returns a Breaker in front of next, with the account's circuits. The
// settings of the Breaker that was called last apply to them.
func New(next llm.Provider, circuits *Circuits, settings Settings) *Breaker {
	b := &Breaker{next: next, circuits: circuits, settings: settings}
	if i, ok := next.(llm.Informer); ok {
		b.model = i.Info().Model
	}
	return b
}

// Stream asks the provider unless a circuit is open or MaxInflight calls run;
// then the Error is of kind circuit_open or local_limit and carries RetryAt. An
// Error of a fault that opened a circuit carries RetryAt, too.
func (b *Breaker) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	b.circuits.use(&b.settings)
	defer b.circuits.flush()
	model := r.Model
	if model == "" {
		model = b.model
	}
	if until := b.circuits.admit(model); !until.IsZero() {
		return nil, refused(fault.CircuitOpen, until)
	}
	if n := b.inflight.Add(1); b.settings.MaxInflight > 0 && n > int64(b.settings.MaxInflight) {
		b.inflight.Add(-1)
		return nil, refused(fault.LocalLimit, time.Time{})
	}
	defer b.inflight.Add(-1)
	res, err := b.circuits.quota.gb.Load().Execute(func() (*llm.Response, error) {
		return b.circuits.health.gb.Load().Execute(func() (*llm.Response, error) {
			return b.scoped(ctx, r, emit, model)
		})
	})
	if err == nil {
		return res, nil
	}
	return nil, b.conclude(err, model)
}

// scoped keeps faults of one model from the circuits of the account: the model's
// own circuit has judged them.
func (b *Breaker) scoped(ctx context.Context, r *llm.Request, emit func(llm.Delta) error, model string) (*llm.Response, error) {
	m := b.circuits.model(model)
	if m == nil {
		res, err := b.ask(ctx, r, emit)
		if err == nil || !ofModel(err, model) {
			return res, err
		}
		m = b.circuits.addModel(model)
		_, err = m.gb.Load().Execute(func() (*llm.Response, error) { return nil, err })
		return nil, &modelError{err: llm.AsError(err)}
	}
	res, err := m.gb.Load().Execute(func() (*llm.Response, error) { return b.ask(ctx, r, emit) })
	if err != nil && ofModel(err, model) {
		return nil, &modelError{err: llm.AsError(err)}
	}
	return res, err
}

// modelError carries a fault of one model past the account's circuits: as a
// canceled call it is excluded from both.
type modelError struct{ err *llm.Error }

func (e *modelError) Error() string { return e.err.Error() }

// As shows the circuits a call that does not count.
func (e *modelError) As(target any) bool {
	t, ok := target.(**llm.Error)
	if ok {
		*t = &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}}
	}
	return ok
}

func ofModel(err error, model string) bool {
	f := llm.AsError(err).Fault
	return model != "" && f.Kind.Circuit() == fault.QuotaCircuit && (f.Scope == fault.ModelScope || f.Kind == fault.ModelNotFound)
}

// ask calls the provider. A context that has ended is judged by its cause,
// whatever the provider made of it; a panic is a fault of the provider.
func (b *Breaker) ask(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (res *llm.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			f := fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: "panic"}
			res, err = nil, &llm.Error{Fault: f, Err: fmt.Errorf("provider panicked with a %T", p)}
		}
	}()
	res, err = b.next.Stream(ctx, r, emit)
	if err == nil {
		return res, nil
	}
	if e := llm.Interrupted(ctx); e != nil {
		return nil, e
	}
	return nil, llm.AsError(err)
}

// conclude turns what came out of the circuits into the caller's error.
func (b *Breaker) conclude(err error, model string) error {
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		until := b.circuits.admit(model)
		if until.IsZero() { // another call is the probe
			until = time.Now().Add(time.Second)
		}
		return refused(fault.CircuitOpen, until)
	}
	if m, ok := errors.AsType[*modelError](err); ok {
		err = m.err
	}
	e := *llm.AsError(err)
	e.RetryAt = b.circuits.admit(model)
	return &e
}

func refused(k fault.Kind, until time.Time) *llm.Error {
	return &llm.Error{Fault: fault.Fault{Kind: k, Scope: fault.AccountScope, Rule: "local"}, RetryAt: until}
}
