package breaker

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

type machine = gobreaker.CircuitBreaker[*llm.Response]

// opening is one time that a circuit is open. It is immutable but for probed.
type opening struct {
	since, until time.Time // until carries the monotonic clock: a jump of the wall clock moves nothing
	fault        fault.Fault
	manual       bool
	expires      bool // closes by itself, without a probe
	again        int
	probed       atomic.Bool // half-open was reported
}

// circuit is one gate. open is the only clock and is asked first; the gobreaker
// behind it, with a timeout of 1 ns, decides when to open and serialises the
// half-open call. It never decides how long: it has no variable timeout.
type circuit struct {
	owner *Circuits
	which fault.Circuit
	model string
	open  atomic.Pointer[opening]
	gb    atomic.Pointer[machine]

	mu     sync.Mutex // guards what follows; taken under gobreaker's lock, never the other way round
	last   fault.Fault
	again  int // openings since the last success
	ring   ring
	forced *opening // the next opening, when it is not decided by last
}

func newCircuit(owner *Circuits, which fault.Circuit, model string) *circuit {
	c := &circuit{owner: owner, which: which, model: model}
	c.gb.Store(c.machine())
	return c
}

// errForce trips a fresh gobreaker by hand.
var errForce = errors.New("opened by hand")

func (c *circuit) machine() *machine {
	return gobreaker.NewCircuitBreaker[*llm.Response](gobreaker.Settings{
		Timeout:       time.Nanosecond,
		ReadyToTrip:   c.readyToTrip,
		IsSuccessful:  c.judge,
		IsExcluded:    c.excluded,
		OnStateChange: c.changed,
	})
}

// admit reports until when the circuit lets nothing through; zero: come in.
func (c *circuit) admit() time.Time {
	o := c.open.Load()
	if o == nil {
		return time.Time{}
	}
	if time.Now().Before(o.until) {
		return o.until
	}
	c.pass(o)
	return time.Time{}
}

// pass reports that an opening is over, once.
func (c *circuit) pass(o *opening) {
	if !o.probed.CompareAndSwap(false, true) {
		return
	}
	to := HalfOpen
	if o.expires {
		to = Closed
		c.gb.Store(c.machine())
		c.open.CompareAndSwap(o, nil)
	}
	c.owner.report(Change{Circuit: c.describe(o, to), From: Open})
}

// excluded says which outcomes neither open nor close this circuit.
func (c *circuit) excluded(err error) bool {
	if err == nil || errors.Is(err, errForce) {
		return false
	}
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return true // an inner circuit refused: nobody was asked
	}
	f := llm.AsError(err).Fault
	if f.Kind.Circuit() == fault.QuotaCircuit && f.Scope == fault.RequestScope {
		return true // over a limit by itself: smaller requests still pass
	}
	return f.Kind.Circuit() != c.which
}

// judge notes an outcome that counts, under gobreaker's lock and before ReadyToTrip.
func (c *circuit) judge(err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && !errors.Is(err, errForce) {
		c.last = llm.AsError(err).Fault
	}
	if err == nil {
		c.again = 0
	}
	c.ring.add(time.Now(), err == nil)
	return err == nil
}

func (c *circuit) readyToTrip(gobreaker.Counts) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forced != nil || c.which == fault.QuotaCircuit {
		return true
	}
	return c.ring.trips(time.Now(), c.owner.current().Failures)
}

// changed runs under gobreaker's lock.
func (c *circuit) changed(_ string, _, to gobreaker.State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch to {
	case gobreaker.StateOpen:
		c.opened(time.Now())
	case gobreaker.StateClosed:
		if o := c.open.Swap(nil); o != nil {
			c.owner.report(Change{Circuit: c.describe(o, Closed), From: HalfOpen})
		}
		c.ring = ring{}
	case gobreaker.StateHalfOpen: // reported by pass, when open_until has come
	}
}

// opened begins an opening; mu is held.
func (c *circuit) opened(now time.Time) {
	from := Closed
	if c.open.Load() != nil {
		from = HalfOpen
	}
	o := c.forced
	c.forced = nil
	if o == nil {
		d, expires := c.owner.current().duration(c.last, now, c.again)
		o = &opening{since: now, until: now.Add(d), fault: c.last, expires: expires, again: c.again}
		c.again++
	}
	c.ring = ring{}
	c.open.Store(o)
	c.owner.report(Change{Circuit: c.describe(o, Open), From: from})
}

// force opens the circuit as o says, whatever it was.
func (c *circuit) force(o *opening) {
	gb := c.machine()
	c.mu.Lock()
	c.forced = o
	c.mu.Unlock()
	_, _ = gb.Execute(func() (*llm.Response, error) { return nil, errForce })
	c.gb.Store(gb)
}

// reset closes the circuit. Calls that are under way no longer count.
func (c *circuit) reset() {
	c.mu.Lock()
	c.again, c.ring = 0, ring{}
	c.gb.Store(c.machine())
	o := c.open.Swap(nil)
	c.mu.Unlock()
	if o != nil {
		c.owner.report(Change{Circuit: c.describe(o, Closed), From: c.state(o)})
	}
}

func (c *circuit) state(o *opening) State {
	switch {
	case o == nil:
		return Closed
	case time.Now().Before(o.until):
		return Open
	case o.expires:
		return Closed
	default:
		return HalfOpen
	}
}

func (c *circuit) describe(o *opening, s State) Circuit {
	d := Circuit{Provider: c.owner.address, Circuit: c.which.String(), Scope: fault.AccountScope.String(), Model: c.model, State: s}
	if c.model != "" {
		d.Scope = fault.ModelScope.String()
	}
	if o != nil {
		d.Kind, d.Manual, d.Status, d.Code = o.fault.Kind, o.manual, o.fault.Status, o.fault.Code
		d.Since, d.Reopened = o.since, o.again
		if s == Open {
			d.OpenUntil = o.until
		}
	}
	return d
}
