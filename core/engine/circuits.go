package engine

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
)

// account is what circuits belong to: tuning or rebuilding a provider does not
// change it, another key or another base URL does.
type account struct{ kind, name, account string }

// ledger keeps the circuits of every account across reloads.
type ledger struct {
	notify func(breaker.Change)

	mu      sync.Mutex
	entries map[account]*entry
	clock   int
}

type entry struct {
	circuits *breaker.Circuits
	used     int // the ledger's clock when a generation used it last
}

// spareAccounts is how many accounts are remembered that no generation uses: a
// key that was taken out and put back finds its circuits.
const spareAccounts = 64

func newLedger(notify func(breaker.Change)) *ledger {
	return &ledger{notify: notify, entries: make(map[account]*entry)}
}

// circuits returns those of the account, new ones the first time.
func (l *ledger) circuits(address string, a account) *breaker.Circuits {
	l.mu.Lock()
	defer l.mu.Unlock()
	en := l.entries[a]
	if en == nil {
		en = &entry{circuits: breaker.NewCircuits(address, l.notify)}
		l.entries[a] = en
	}
	l.clock++
	en.used = l.clock
	return en.circuits
}

// trim forgets the accounts unused for longest, beyond spareAccounts.
func (l *ledger) trim(g *generation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	inUse := make(map[account]bool, len(g.providers))
	for _, p := range g.providers {
		inUse[p.account] = true
	}
	var spare []account
	for a := range l.entries {
		if !inUse[a] {
			spare = append(spare, a)
		}
	}
	slices.SortFunc(spare, func(a, b account) int { return cmp.Compare(l.entries[b].used, l.entries[a].used) })
	for _, a := range spare[min(len(spare), spareAccounts):] {
		delete(l.entries, a)
	}
}

// circuitChanged logs each change once and hands it on.
func (e *Engine) circuitChanged(c breaker.Change) {
	args := []any{"provider", c.Provider, "circuit", c.Circuit.Circuit}
	if c.Model != "" {
		args = append(args, "model", c.Model)
	}
	switch c.State {
	case breaker.Open:
		args = append(args, "reason", c.Reason())
		if !c.OpenUntil.IsZero() {
			args = append(args, "open_until", c.OpenUntil.UTC().Format(time.RFC3339))
		}
		e.log.Warn("circuit opened", args...)
	case breaker.HalfOpen:
		e.log.Debug("circuit half open", args...)
	default:
		e.log.Info("circuit closed", append(args, slog.String("from", string(c.From)))...)
	}
	if e.o.Hooks.Circuit != nil {
		e.o.Hooks.Circuit(c)
	}
}

// ResetBreaker closes every circuit of a provider ("provider.openai.primary" or
// "openai.primary").
func (e *Engine) ResetBreaker(name string) error {
	c, err := e.circuitsOf(name)
	if err != nil {
		return err
	}
	c.Reset()
	e.log.Info("breaker reset by hand", "provider", name)
	return nil
}

// OpenBreaker opens the quota circuit of a provider for d.
func (e *Engine) OpenBreaker(name string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("opening %s: the duration must be positive, not %s", name, d)
	}
	c, err := e.circuitsOf(name)
	if err != nil {
		return err
	}
	c.Open(d)
	e.log.Info("breaker opened by hand", "provider", name, "duration", d)
	return nil
}

// circuitsOf finds those of a running provider. The error lists the known names.
func (e *Engine) circuitsOf(name string) (*breaker.Circuits, error) {
	g := e.current.Load()
	if g == nil {
		return nil, ErrNotServing
	}
	for _, address := range []string{name, "provider." + name} {
		if p := g.providers[address]; p != nil {
			return p.circuits, nil
		}
	}
	known := make([]string, 0, len(g.cfg.Providers))
	for _, p := range g.cfg.Providers {
		known = append(known, p.Address)
	}
	return nil, fmt.Errorf("%w: %q; there are %s", ErrUnknownProvider, name, strings.Join(known, ", "))
}
