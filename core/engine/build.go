package engine

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chain"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/turn"
)

// build makes the generation of cfg: what the plan keeps is taken over from
// old, the rest is made anew. Nothing of it runs yet. After an error everything
// made is let go of.
func (e *Engine) build(cfg *config.Config, plan Plan, old *generation) (*generation, error) {
	if old == nil {
		old = &generation{}
	}
	g := &generation{
		number: old.number + 1, cfg: cfg, drained: make(chan struct{}),
		providers: make(map[string]*provider, len(cfg.Providers)),
		chains:    make(map[string]*chainRoute, len(cfg.Chains)),
		platforms: make(map[string]*platform, len(cfg.Platforms)),
		routes:    make(map[string]route, len(cfg.Platforms)),
	}
	err := errors.Join(
		e.buildProviders(g, plan, old),
		e.buildPlatforms(g, plan, old),
	)
	if err == nil {
		err = errors.Join(e.buildChains(g), buildRoutes(g))
	}
	if err != nil {
		for _, s := range g.plugins() {
			s.release()
		}
		return nil, err
	}
	return g, nil
}

func (e *Engine) buildProviders(g *generation, plan Plan, old *generation) error {
	var errs []error
	for _, c := range g.cfg.Providers {
		p := old.providers[c.Address]
		if p == nil || !plan.keeps(c.Address) {
			var err error
			if p, err = e.newProvider(c); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		p.shared.hold()
		g.providers[c.Address] = p
	}
	return errors.Join(errs...)
}

func (e *Engine) newProvider(c config.Provider) (*provider, error) {
	value, err := create(c.Config, e.env("provider", c.Address))
	if err != nil {
		return nil, err
	}
	p := &provider{
		shared:  &shared{address: c.Address, value: value, log: e.log},
		account: account{kind: c.Type, name: c.Name},
	}
	guard := &guarded{next: value, log: e.log, address: c.Address}
	if informer, ok := value.(llm.Informer); ok {
		err := turn.Safely(func() error { guard.info = informer.Info(); return nil })
		if err != nil {
			p.shared.hold()
			p.shared.release()
			return nil, fmt.Errorf("building %s: asking for its account: %w", c.Address, err)
		}
	}
	p.account.account = guard.info.Account
	p.circuits = e.ledger.circuits(c.Address, p.account)
	p.breaker = breaker.New(guard, p.circuits, c.Breaker)
	return p, nil
}

func (e *Engine) buildPlatforms(g *generation, plan Plan, old *generation) error {
	var errs []error
	for _, c := range g.cfg.Platforms {
		p := old.platforms[c.Address]
		if p == nil || !plan.keeps(c.Address) {
			value, err := create[chat.Platform](c.Config, e.env("platform", c.Address))
			if err != nil {
				errs = append(errs, err)
				continue
			}
			p = &platform{address: c.Address, value: value, shared: &shared{address: c.Address, value: value, log: e.log}}
		}
		p.shared.hold()
		g.platforms[c.Address] = p
	}
	return errors.Join(errs...)
}

func (e *Engine) env(kind, address string) plugin.Env {
	return plugin.Env{Address: address, Logger: e.log.With(slog.String(kind, address)), Version: e.o.Version}
}

// create calls a plugin's New; a panic becomes an error.
func create[T comparable](c plugin.Config[T], env plugin.Env) (value T, err error) {
	var none T
	err = turn.Safely(func() (err error) {
		value, err = c.New(env)
		return err
	})
	if err == nil && value == none {
		err = errors.New("the plugin made nothing")
	}
	if err != nil {
		return none, fmt.Errorf("building %s: %w", env.Address, err)
	}
	return value, nil
}

func (e *Engine) buildChains(g *generation) error {
	var errs []error
	for _, c := range g.cfg.Chains {
		o := chain.Options{Address: c.Address, Timeout: cmp.Or(c.Timeout, chain.DefaultTimeout)}
		r := &chainRoute{address: c.Address, timeout: o.Timeout}
		for _, l := range c.Links {
			p := g.providers[l.Provider]
			if p == nil {
				errs = append(errs, fmt.Errorf("building %s: there is no %s", c.Address, l.Provider))
				continue
			}
			o.Links = append(o.Links, chain.Link{
				Address: l.Provider, Provider: p.breaker, Model: l.Model,
				Timeout: l.Timeout, FirstToken: l.FirstToken, Idle: l.Idle,
			})
			r.links = append(r.links, l.Provider)
		}
		if len(c.Links) == 0 {
			errs = append(errs, fmt.Errorf("building %s: it has no links", c.Address))
			continue
		}
		r.model = &observed{address: c.Address, next: chain.New(o), log: e.log, done: e.o.Hooks.Call}
		g.chains[c.Address] = r
	}
	return errors.Join(errs...)
}

func buildRoutes(g *generation) error {
	agents := make(map[string]config.Agent, len(g.cfg.Agents))
	for _, a := range g.cfg.Agents {
		agents[a.Address] = a
	}
	var errs []error
	for _, p := range g.cfg.Platforms {
		agent := agents[p.Agent]
		c := g.chains[cmp.Or(p.Chain, agent.Chain)]
		if c == nil {
			errs = append(errs, fmt.Errorf("building %s: it leads to no chain", p.Address))
			continue
		}
		g.routes[p.Address] = route{chain: c, system: agent.SystemPrompt}
	}
	return errors.Join(errs...)
}

// chainFor resolves the chain that a call names: by its address, with or
// without "chain.", or the platform's own when it names none.
func (g *generation) chainFor(platform, name string) *chainRoute {
	if name == "" {
		return g.routes[platform].chain
	}
	if c := g.chains[name]; c != nil {
		return c
	}
	if strings.Contains(name, ".") {
		return nil
	}
	return g.chains["chain."+name]
}
