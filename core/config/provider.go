package config

import (
	"fmt"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/store"
)

func (l *loader) decodeProvider(o *object) {
	core := defaultProvider()
	cfg, n := decodePlugin(l, choice[llm.Provider]{specs: l.o.Set.Providers, o: o, core: []any{&core}})
	settings, ok := l.breaker(n, core)
	if cfg == nil || !ok {
		return
	}
	l.cfg.Providers = append(l.cfg.Providers, Provider{Address: o.address, Type: o.typ, Name: o.name, Config: cfg, Breaker: settings})
}

// Bounds of the breaker block: beyond them it is a slip of the pen.
const (
	maxOpening  = 31 * 24 * time.Hour
	maxFailures = 1_000
	maxCalls    = 100_000
)

// breaker checks max_inflight and the breaker block.
func (l *loader) breaker(n *node, core providerBlock) (breaker.Settings, bool) {
	before := l.report.errors
	if core.MaxInflight < 0 || core.MaxInflight > maxCalls {
		l.report.fail(n.at("max_inflight"), "Out of range", fmt.Sprintf("\"max_inflight\" must be between 0, for no bound, and %d.", maxCalls))
	}
	b := core.Breaker
	s := breaker.Settings{
		QuotaOpen: b.QuotaOpen.Value(), HoldOpen: b.HoldOpen.Value(), AuthOpen: b.AuthOpen.Value(), RateOpen: b.RateOpen.Value(),
		ModelOpen: b.ModelOpen.Value(), MaxOpen: b.MaxOpen.Value(), HealthOpen: b.HealthOpen.Value(),
		Failures: b.Failures, MaxInflight: core.MaxInflight,
	}
	if at := n.child("breaker"); at != nil {
		l.breakerRanges(at, &s)
	}
	return s, l.report.errors == before
}

func (l *loader) breakerRanges(n *node, s *breaker.Settings) {
	if s.Failures < 1 || s.Failures > maxFailures {
		l.report.fail(n.at("failures"), "Out of range", fmt.Sprintf("\"failures\" must be between 1 and %d.", maxFailures))
	}
	l.positive(n, "quota_open", "hold_open", "auth_open", "rate_open", "model_open", "max_open", "health_open")
	for _, name := range []string{"max_open", "health_open"} {
		if d, ok := n.duration(name); ok && d > maxOpening {
			l.report.fail(n.at(name), "Out of range", fmt.Sprintf("%q must be at most %s.", name, short(maxOpening)))
		}
	}
	for _, open := range []struct {
		name  string
		value *time.Duration
	}{
		{"quota_open", &s.QuotaOpen},
		{"hold_open", &s.HoldOpen},
		{"auth_open", &s.AuthOpen},
		{"rate_open", &s.RateOpen},
		{"model_open", &s.ModelOpen},
	} {
		if _, written := n.duration(open.name); written && *open.value > s.MaxOpen {
			l.report.fail(n.at(open.name), "Out of range", fmt.Sprintf("%q must be at most max_open, which is %s.", open.name, short(s.MaxOpen)))
		}
		*open.value = min(*open.value, s.MaxOpen) // a default gives way
	}
}

func (n *node) child(kind string) *node {
	for _, c := range n.blocks {
		if c.kind == kind {
			return c.node
		}
	}
	return nil
}

func (l *loader) decodeStore() {
	o := l.index.store
	if o == nil {
		return
	}
	var cfg plugin.Config[store.Store]
	if cfg, _ = decodePlugin(l, choice[store.Store]{specs: l.o.Set.Stores, o: o}); cfg != nil {
		l.cfg.Store = &Store{Type: o.typ, Config: cfg}
	}
}
