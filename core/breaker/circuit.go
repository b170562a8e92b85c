package breaker

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// opening is one time that a circuit is open. It is not changed once the gate
// holds it, but for probed.
type opening struct {
	since         time.Time
	until         time.Time // carries the monotonic clock: a jump of the wall clock moves nothing
	fault         fault.Fault
	manual        bool
	expires       bool // closes by itself, without a probe
	again         int  // openings before this one since the last success
	faults, calls int  // what opened the health circuit, as ring.trips says

	probed atomic.Bool // its end was reported
}

// circuit is a gate with a machine behind it. The gate is the only clock and is
// asked first; both circuits of an account and those of its models work alike,
// health too, because its openings double and gobreaker's Timeout is fixed.
//
// Locks are taken in this order: the machine's, mu, Circuits.mu.
type circuit struct {
	owner *Circuits
	which fault.Circuit
	model string

	gate atomic.Pointer[opening] // nil: closed
	gb   atomic.Pointer[machine] // set under mu

	mu            sync.Mutex // guards what follows, and changes of the gate
	told          State      // as last reported
	last          fault.Fault
	kind          fault.Kind // of the last opening
	again         int        // openings since the last success
	ring          ring       // health only
	faults, calls int        // of the opening that is due
}

func newCircuit(owner *Circuits, which fault.Circuit, model string) *circuit {
	c := &circuit{owner: owner, which: which, model: model, told: Closed}
	c.gb.Store(newMachine(c))
	return c
}

// admit reports until when the circuit lets nothing through; zero: come in.
func (c *circuit) admit() time.Time {
	o := c.gate.Load()
	if o == nil {
		return time.Time{}
	}
	if time.Now().Before(o.until) {
		return o.until
	}
	if !o.probed.Load() {
		c.due(o)
	}
	return time.Time{}
}

// due ends the time of o: the circuit is half open, or closed if o expires.
func (c *circuit) due(o *opening) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gate.Load() != o || o.probed.Swap(true) {
		return
	}
	if !o.expires {
		c.report(o, HalfOpen)
		return
	}
	c.gb.Store(newMachine(c)) // first: whoever finds the gate open finds the new one
	c.gate.Store(nil)
	c.report(o, Closed)
}

// opens begins an opening for the last fault; mu is held.
func (c *circuit) opens(now time.Time) {
	if c.which == fault.QuotaCircuit && c.kind != c.last.Kind {
		c.again = 0 // what doubled for rate limits says nothing of credit
	}
	o := &opening{
		since: now, fault: c.last, expires: expires(c.last.Kind),
		again: c.again, faults: c.faults, calls: c.calls,
	}
	o.until = now.Add(c.owner.current().duration(c.last, now, c.again))
	c.kind = c.last.Kind
	c.again++
	c.ring = ring{}
	c.gate.Store(o)
	c.report(o, Open)
}

// closes ends an opening because a call succeeded; mu is held.
func (c *circuit) closes() {
	c.ring = ring{}
	if o := c.gate.Swap(nil); o != nil {
		c.report(o, Closed)
	}
}

// force opens the circuit as o says, whatever it was.
func (c *circuit) force(o *opening) {
	m := newTripped(c)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kind, c.again = o.fault.Kind, o.again+1
	c.gate.Store(o) // first: whoever finds the new machine finds the gate shut
	c.gb.Store(m)
	c.report(o, Open)
}

// reset closes the circuit. Calls that are under way no longer count.
func (c *circuit) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.again, c.ring = 0, ring{}
	c.gb.Store(newMachine(c))
	if o := c.gate.Swap(nil); o != nil {
		c.report(o, Closed)
	}
}

// report tells of a change; mu is held.
func (c *circuit) report(o *opening, to State) {
	from := c.told
	c.told = to
	c.owner.report(Change{Circuit: c.describe(o, to), From: from})
}

// state says what the circuit does with the next call.
func (o *opening) state(now time.Time) State {
	switch {
	case o == nil:
		return Closed
	case now.Before(o.until):
		return Open
	case o.expires:
		return Closed
	default:
		return HalfOpen
	}
}

// describe shows the circuit in state s because of o, which may be nil. A change
// to closed tells what ended.
func (c *circuit) describe(o *opening, s State) Circuit {
	d := Circuit{Provider: c.owner.address, Circuit: c.which.String(), Scope: fault.AccountScope.String(), Model: c.model, State: s}
	if c.model != "" {
		d.Scope = fault.ModelScope.String()
	}
	if o == nil {
		return d
	}
	d.Kind, d.Manual, d.Status, d.Code = o.fault.Kind, o.manual, o.fault.Status, o.fault.Code
	d.Since, d.Reopened, d.Failures, d.Calls = o.since, o.again, o.faults, o.calls
	if s != Closed {
		d.OpenUntil = o.until
	}
	return d
}
