package breaker

import (
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// machine is the gobreaker behind a circuit's gate. It says when to open and
// lets one call at a time through while half open; how long the circuit is open
// is none of its business, for it has no variable timeout. Its callbacks run
// under its own lock, so they keep what they have to tell for Circuits.flush.
//
// A circuit that is reset, opened by hand or expires gets a fresh machine. The
// calls that began on the old one end there and change nothing any more, as do
// calls that began before an opening: gobreaker numbers its generations.
type machine struct {
	*gobreaker.CircuitBreaker[*llm.Response]

	circuit  *circuit
	tripping bool // trip is at work; nobody else knows the machine yet
}

// newMachine returns a closed one. Interval stays 0: with one, gobreaker forgets
// consecutive faults and the outcomes of calls that outlived it.
func newMachine(c *circuit) *machine {
	m := &machine{circuit: c}
	m.CircuitBreaker = gobreaker.NewCircuitBreaker[*llm.Response](gobreaker.Settings{
		Timeout:       time.Nanosecond,
		ReadyToTrip:   m.readyToTrip,
		IsSuccessful:  m.judge,
		IsExcluded:    m.excluded,
		OnStateChange: m.changed,
	})
	return m
}

// newTripped returns an open one; 1 ns later it is half open.
func newTripped(c *circuit) *machine {
	m := newMachine(c)
	m.tripping = true
	_, _ = m.Execute(func() (*llm.Response, error) { return nil, errTrip })
	m.tripping = false
	return m
}

var errTrip = errors.New("opened without a call")

// excluded says which outcomes neither open nor close the circuit: those that
// belong to the other circuit, to the caller, or to nobody because an inner
// circuit refused.
func (m *machine) excluded(err error) bool {
	if err == nil || m.tripping {
		return false
	}
	e, ok := err.(*llm.Error) //nolint:errorlint // what Breaker.ask returned, and no *modelError around it
	if !ok || e.Fault.Kind.Circuit() != m.circuit.which {
		return true
	}
	// A request that is over a limit by itself says nothing of smaller ones.
	return m.circuit.which == fault.QuotaCircuit && e.Fault.Scope == fault.RequestScope
}

// judge notes an outcome that counts, before readyToTrip is asked.
func (m *machine) judge(err error) bool {
	c := m.circuit
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gb.Load() != m {
		return err == nil
	}
	if e, ok := err.(*llm.Error); ok { //nolint:errorlint // as in excluded
		c.last = e.Fault
	} else {
		c.again = 0
	}
	if c.which == fault.HealthCircuit {
		c.ring.add(time.Since(c.owner.born), err == nil)
	}
	return err == nil
}

func (m *machine) readyToTrip(gobreaker.Counts) bool {
	c := m.circuit
	if c.which == fault.QuotaCircuit || m.tripping {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	faults, calls, trips := c.ring.trips(time.Since(c.owner.born), c.owner.current().Failures)
	c.faults, c.calls = faults, calls
	return trips
}

func (m *machine) changed(_ string, from, to gobreaker.State) {
	c := m.circuit
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gb.Load() != m {
		return
	}
	switch to {
	case gobreaker.StateOpen:
		if from == gobreaker.StateHalfOpen {
			c.faults, c.calls = 0, 0
		}
		c.opens(time.Now())
	case gobreaker.StateClosed:
		c.closes()
	case gobreaker.StateHalfOpen: // 1 ns after the opening; the gate tells when it is so for callers
	}
}
