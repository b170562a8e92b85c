package breaker

import (
	"maps"
	"sort"
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
	settings atomic.Pointer[Settings]
	quota    *circuit
	health   *circuit
	models   atomic.Pointer[map[string]*circuit] // copied on write; nil until a model had a fault

	mu       sync.Mutex
	pending  []Change
	flushing bool
	dirty    atomic.Bool
}

// NewCircuits returns closed circuits for the provider of that address. notify
// is called once per change, outside every lock, in order; it may be nil.
func NewCircuits(address string, notify func(Change)) *Circuits {
	c := &Circuits{address: address, notify: notify}
	d := Defaults()
	c.settings.Store(&d)
	c.quota = newCircuit(c, fault.QuotaCircuit, "")
	c.health = newCircuit(c, fault.HealthCircuit, "")
	return c
}

// List returns every circuit that is not closed, and the closed provider-wide
// quota and health circuits, in a stable order.
func (c *Circuits) List() []Circuit {
	var list []Circuit
	for _, x := range c.all() {
		o := x.open.Load()
		s := x.state(o)
		if s == Closed {
			if x.model != "" {
				continue
			}
			o = nil
		}
		list = append(list, x.describe(o, s))
	}
	return list
}

// Reset closes every circuit at once.
func (c *Circuits) Reset() {
	for _, x := range c.all() {
		x.reset()
	}
	c.flush()
}

// Open opens the quota circuit by hand for d.
func (c *Circuits) Open(d time.Duration) {
	now := time.Now()
	c.quota.force(&opening{since: now, until: now.Add(d), manual: true})
	c.flush()
}

// Restore opens the quota circuit of a saved state again (provider or model
// scope). A state whose time has come is half open: its next call is the probe.
func (c *Circuits) Restore(saved Circuit) {
	x := c.quota
	if saved.Model != "" {
		x = c.addModel(saved.Model)
	}
	if x == nil {
		return
	}
	now := time.Now()
	d := min(saved.OpenUntil.Sub(now), c.current().MaxOpen)
	f := fault.Fault{Kind: saved.Kind, Status: saved.Status, Code: saved.Code}
	x.force(&opening{since: saved.Since, until: now.Add(d), fault: f, manual: saved.Manual, again: saved.Reopened})
	c.flush()
}

func (c *Circuits) all() []*circuit {
	list := []*circuit{c.quota, c.health}
	if m := c.models.Load(); m != nil {
		for _, x := range *m {
			list = append(list, x)
		}
		sort.Slice(list[2:], func(i, j int) bool { return list[2+i].model < list[2+j].model })
	}
	return list
}

func (c *Circuits) use(s *Settings) {
	if c.settings.Load() != s {
		c.settings.Store(s)
	}
}

func (c *Circuits) current() *Settings { return c.settings.Load() }

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

// addModel returns the circuit of a model. Past maxModels the oldest knowledge
// is dropped: a model's circuit is only a saving.
func (c *Circuits) addModel(name string) *circuit {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.models.Load()
	if old != nil && (*old)[name] != nil {
		return (*old)[name]
	}
	next := map[string]*circuit{}
	if old != nil && len(*old) < maxModels {
		maps.Copy(next, *old)
	}
	next[name] = newCircuit(c, fault.QuotaCircuit, name)
	c.models.Store(&next)
	return next[name]
}

// report keeps a change for flush: it may be called under gobreaker's lock.
func (c *Circuits) report(ch Change) {
	c.mu.Lock()
	c.pending = append(c.pending, ch)
	c.mu.Unlock()
	c.dirty.Store(true)
}

// flush hands changes on in order, holding no lock.
func (c *Circuits) flush() {
	if !c.dirty.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flushing {
		return // whoever flushes takes ours along
	}
	c.flushing = true
	for len(c.pending) > 0 {
		ch := c.pending[0]
		c.pending = c.pending[1:]
		if c.notify != nil {
			c.mu.Unlock()
			c.notify(ch)
			c.mu.Lock()
		}
	}
	c.flushing = false
	c.dirty.Store(false)
}
