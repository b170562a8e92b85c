// Package breaker keeps the circuits of one provider. A Breaker is an
// llm.Provider in front of another one; the Circuits behind it outlive reloads.
package breaker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	Failures  int        `json:"failures,omitempty"` // health: faults that opened it; 0: its probe failed
	Calls     int        `json:"calls,omitempty"`    // health: of so many recent calls; 0: the faults came in a row
}

// Change is one change of state. Each is reported once. A circuit that is half
// open, or that closed because its time was over, says so with the next call.
type Change struct {
	Circuit

	From State
}

// unnamed stands for the model of a provider that does not say which one it asks.
const unnamed = "(default)"

// probing is when to come again while another call is the probe.
const probing = time.Second

// Breaker guards one provider. It is an llm.Provider and may be used concurrently.
type Breaker struct {
	next     llm.Provider
	circuits *Circuits
	tuning   *tuning
	model    string // of requests that name none
}

// New returns a Breaker in front of next, with the account's circuits. The
// settings of the newest Breaker that was called apply to them.
func New(next llm.Provider, circuits *Circuits, settings Settings) *Breaker {
	b := &Breaker{next: next, circuits: circuits, tuning: circuits.tune(settings), model: unnamed}
	if i, ok := next.(llm.Informer); ok {
		b.model = cmp.Or(i.Info().Model, unnamed)
	}
	return b
}

// Stream asks the provider unless a circuit is open or MaxInflight calls of the
// account run; then the Error is of kind circuit_open or local_limit, at once,
// and carries RetryAt when that is known. An Error of a fault that opened a
// circuit, or that came with a stated wait, carries RetryAt, too.
//
// Stream returns when the provider does: one that ignores its context keeps its
// place among MaxInflight until then.
func (b *Breaker) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	c := b.circuits
	c.use(b.tuning)
	defer c.flush()
	model := cmp.Or(r.Model, b.model)
	if until := c.admit(model); !until.IsZero() {
		return nil, refused(fault.CircuitOpen, until)
	}
	limit := int64(b.tuning.MaxInflight)
	defer c.inflight.Add(-1)
	if n := c.inflight.Add(1); limit > 0 && n > limit {
		return nil, refused(fault.LocalLimit, time.Time{})
	}
	res, err := c.quota.gb.Load().Execute(func() (*llm.Response, error) {
		return c.health.gb.Load().Execute(func() (*llm.Response, error) {
			return b.scoped(ctx, r, emit)
		})
	})
	if err == nil {
		return res, nil
	}
	return nil, b.conclude(err, model)
}

// scoped keeps faults of one model from the circuits of the account: the model's
// own circuit judges them.
func (b *Breaker) scoped(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	model := cmp.Or(r.Model, b.model)
	m := b.circuits.model(model)
	if m == nil {
		res, err := b.ask(ctx, r, emit)
		if err == nil || !ofModel(err) {
			return res, err
		}
		m = b.circuits.addModel(model)
		_, _ = m.gb.Load().Execute(func() (*llm.Response, error) {
			if !m.admit().IsZero() {
				return nil, errTrip // the fault of another call was first
			}
			return nil, err
		})
		return nil, &modelError{err}
	}
	res, err := m.gb.Load().Execute(func() (*llm.Response, error) { return b.ask(ctx, r, emit) })
	if err != nil && ofModel(err) {
		return nil, &modelError{err}
	}
	return res, err
}

// modelError carries a fault of one model past the circuits of the account,
// which exclude what is no *llm.Error.
type modelError struct{ error }

func (e *modelError) Unwrap() error { return e.error }

func ofModel(err error) bool {
	e, ok := errors.AsType[*llm.Error](err)
	return ok && e.Fault.Kind.Circuit() == fault.QuotaCircuit &&
		(e.Fault.Scope == fault.ModelScope || e.Fault.Kind == fault.ModelNotFound)
}

// ask calls the provider and returns an answer or an *llm.Error. A context that
// has ended is judged by its cause, whatever the provider made of it; a panic is
// a fault of the provider.
func (b *Breaker) ask(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (res *llm.Response, err error) {
	// The gates are asked once more: one may have shut since this call passed,
	// and then gobreaker took it for the probe.
	if until := b.circuits.admit(cmp.Or(r.Model, b.model)); !until.IsZero() {
		return nil, refused(fault.CircuitOpen, until)
	}
	defer func() {
		if p := recover(); p != nil { // its text may hold secrets
			res, err = nil, malformed("panic", fmt.Errorf("provider panicked with a %T", p))
		}
	}()
	res, err = b.next.Stream(ctx, r, emit)
	switch {
	case err == nil && res.Empty():
		return nil, malformed("empty_answer", nil)
	case err == nil:
		return res, nil
	}
	if e := llm.Interrupted(ctx); e != nil {
		return nil, e
	}
	return nil, llm.AsError(err)
}

// conclude turns what came out of the circuits into the caller's error.
func (b *Breaker) conclude(err error, model string) error {
	now := time.Now()
	until := b.circuits.admit(model)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		if until.IsZero() {
			until = now.Add(probing)
		}
		return refused(fault.CircuitOpen, until)
	}
	e := *llm.AsError(err)
	if e.Fault.Kind == fault.CircuitOpen {
		return &e
	}
	if e.RetryAt = until; until.IsZero() && e.Fault.Kind.Circuit() == fault.HealthCircuit {
		e.RetryAt = b.stated(e.Fault, now)
	}
	return &e
}

// stated returns when a fault that opened nothing asked to be tried again.
func (b *Breaker) stated(f fault.Fault, now time.Time) time.Time {
	at := f.Until(now)
	if !at.After(now) {
		return time.Time{}
	}
	return now.Add(min(at.Sub(now), b.tuning.MaxOpen))
}

func refused(k fault.Kind, until time.Time) *llm.Error {
	return &llm.Error{Fault: fault.Fault{Kind: k, Scope: fault.AccountScope, Rule: "local"}, RetryAt: until}
}

func malformed(rule string, cause error) *llm.Error {
	return &llm.Error{Fault: fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: rule}, Err: cause}
}
