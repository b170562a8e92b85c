package breaker

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// maxModels bounds the models that have a circuit of their own.
const maxModels = 256

// Circuits is the state behind a Breaker. It follows the account, not the
// block: the engine keeps it across reloads while (type, name, Info.Account)
// stay the same. It may be used concurrently.
type Circuits struct {
	address  string
	notify   func(Change)
	born     time.Time
	tuned    atomic.Pointer[tuning]
	tunings  atomic.Int64
	inflight atomic.Int64
	quota    *circuit
	health   *circuit
	models   atomic.Pointer[map[string]*circuit] // copied on write; nil until a model had a fault
	adding   sync.Mutex                          // one change of models at a time

	mu       sync.Mutex // guards what follows
	pending  []Change
	flushing bool
	dirty    atomic.Bool
}

// tuning is the settings of one Breaker; a newer one has a higher number.
type tuning struct {
	Settings

	number int64
}

// NewCircuits returns closed circuits for the provider of that address. notify
// is called once per change, outside every lock, in order, never concurrently,
// by a goroutine that called a Breaker or the Circuits; it may be nil.
func NewCircuits(address string, notify func(Change)) *Circuits {
	c := &Circuits{address: address, notify: notify, born: time.Now()}
	c.tuned.Store(&tuning{Settings: Defaults()})
	c.quota = newCircuit(c, fault.QuotaCircuit, "")
	c.health = newCircuit(c, fault.HealthCircuit, "")
	return c
}

// List returns every circuit that is not closed, and the closed provider-wide
// quota and health circuits, in a stable order.
func (c *Circuits) List() []Circuit {
	now := time.Now()
	list := make([]Circuit, 0, 2)
	for _, x := range c.all() {
		o := x.gate.Load()
		s := o.state(now)
		if s == Closed {
			o = nil
		}
		if o != nil || x.model == "" {
			list = append(list, x.describe(o, s))
		}
	}
	return list
}

// Reset closes every circuit at once and forgets how often they reopened. Calls
// that are under way no longer count.
func (c *Circuits) Reset() {
	for _, x := range c.all() {
		x.reset()
	}
	c.flush()
}

// Open opens the quota circuit by hand for d, at most for MaxOpen. The next call
// after that is the probe.
func (c *Circuits) Open(d time.Duration) {
	now := time.Now()
	c.quota.force(&opening{since: now, until: now.Add(min(d, c.current().MaxOpen)), manual: true})
	c.flush()
}

// Restore opens the quota circuit of a saved state again (provider or model
// scope), until its OpenUntil, but at most for MaxOpen. Of a state whose time
// has come the next call is the probe. It changes nothing when the circuit is
// open for as long already, or when the saved one is closed by now.
func (c *Circuits) Restore(saved Circuit) {
	if saved.State == Closed || saved.Circuit == fault.HealthCircuit.String() {
		return
	}
	now := time.Now()
	o := &opening{
		since: saved.Since, until: now.Add(min(saved.OpenUntil.Sub(now), c.current().MaxOpen)),
		fault:  fault.Fault{Kind: saved.Kind, Status: saved.Status, Code: saved.Code},
		manual: saved.Manual, expires: expires(saved.Kind), again: saved.Reopened,
	}
	if o.state(now) == Closed {
		return
	}
	x := c.quota
	if saved.Model != "" {
		x = c.addModel(saved.Model)
	}
	// The same opening comes back with the wall clock's error.
	if is := x.gate.Load(); is != nil && is.until.Add(time.Second).After(o.until) {
		return
	}
	x.force(o)
	c.flush()
}

// all lists the circuits, models last and by name.
func (c *Circuits) all() []*circuit {
	list := []*circuit{c.quota, c.health}
	if m := c.models.Load(); m != nil {
		list = slices.AppendSeq(list, maps.Values(*m))
		slices.SortFunc(list[2:], func(a, b *circuit) int { return cmp.Compare(a.model, b.model) })
	}
	return list
}

// tune returns the tuning of a new Breaker. The first one applies at once, a
// later one with its first call: a reload that is given up leaves no trace.
func (c *Circuits) tune(s Settings) *tuning {
	t := &tuning{Settings: s.whole(), number: c.tunings.Add(1)}
	if t.number == 1 {
		c.use(t)
	}
	return t
}

// use makes t apply unless a newer one does.
func (c *Circuits) use(t *tuning) {
	for {
		is := c.tuned.Load()
		if is.number >= t.number || c.tuned.CompareAndSwap(is, t) {
			return
		}
	}
}

func (c *Circuits) current() *Settings { return &c.tuned.Load().Settings }

// admit reports until when a call for that model is refused; zero: come in.
func (c *Circuits) admit(model string) time.Time {
	until := c.quota.admit()
	if u := c.health.admit(); u.After(until) {
		until = u
	}
	if m := c.model(model); m != nil {
		if u := m.admit(); u.After(until) {
			until = u
		}
	}
	return until
}

func (c *Circuits) model(name string) *circuit {
	if m := c.models.Load(); m != nil {
		return (*m)[name]
	}
	return nil
}

// addModel returns the circuit of a model. Past maxModels the one that is closed
// or closes first makes room.
func (c *Circuits) addModel(name string) *circuit {
	c.adding.Lock()
	defer c.adding.Unlock()
	next := make(map[string]*circuit)
	if old := c.models.Load(); old != nil {
		if is := (*old)[name]; is != nil {
			return is
		}
		maps.Copy(next, *old)
	}
	if len(next) >= maxModels {
		out := slices.MinFunc(slices.Collect(maps.Values(next)), sooner)
		delete(next, out.model)
		out.reset()
	}
	next[name] = newCircuit(c, fault.QuotaCircuit, name)
	c.models.Store(&next)
	return next[name]
}

func sooner(a, b *circuit) int {
	var ends [2]time.Time
	for i, x := range []*circuit{a, b} {
		if o := x.gate.Load(); o != nil {
			ends[i] = o.until
		}
	}
	return cmp.Or(ends[0].Compare(ends[1]), cmp.Compare(a.model, b.model))
}
