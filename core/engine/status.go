package engine

import (
	"os"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
)

// Status is what an operator sees. It holds no secret.
type Status struct {
	Version    string            `json:"version"`
	PID        int               `json:"pid"`
	Started    time.Time         `json:"started"`
	Generation int               `json:"generation"` // 1 after the start, one more per committed reload that changed something
	Draining   bool              `json:"draining,omitempty"`
	Files      []string          `json:"files"`
	Platforms  []PlatformStatus  `json:"platforms"`
	Circuits   []breaker.Circuit `json:"circuits"` // as breaker.Circuits.List, of every provider in the order of the files
	Chains     []ChainStatus     `json:"chains"`
	Waiting    int               `json:"turns_waiting"`
	Running    int               `json:"turns_running"`
	LastReload *ReloadDone       `json:"last_reload,omitempty"`
}

// PlatformStatus is how one platform fares.
type PlatformStatus struct {
	Address  string     `json:"address"`
	State    chat.State `json:"state"`
	Reason   string     `json:"reason,omitempty"`
	Since    time.Time  `json:"since"`
	RetryAt  time.Time  `json:"retry_at,omitzero"`
	Restarts int        `json:"restarts,omitempty"` // early returns and panics of Run
}

// ChainStatus names the links of a chain.
type ChainStatus struct {
	Address string   `json:"address"`
	Links   []string `json:"links"`
}

// Status is a snapshot for `hermes status`, the dashboard and metrics.
func (e *Engine) Status() Status {
	s := Status{
		Version: e.o.Version, PID: os.Getpid(), Draining: e.draining.Load(),
		Files: []string{}, Platforms: []PlatformStatus{}, Circuits: []breaker.Circuit{}, Chains: []ChainStatus{},
	}
	s.Waiting, s.Running = e.o.Queue.Depth()
	g := e.current.Load()
	if g == nil {
		return s
	}
	s.Generation = g.number
	for _, p := range g.cfg.Providers {
		s.Circuits = append(s.Circuits, g.providers[p.Address].circuits.List()...)
	}
	for _, c := range g.cfg.Chains {
		s.Chains = append(s.Chains, ChainStatus{Address: c.Address, Links: g.chains[c.Address].links})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s.Started, s.Files, s.LastReload = e.started, append(s.Files, e.files...), e.last
	for _, p := range g.cfg.Platforms {
		if r := e.runners[p.Address]; r != nil {
			s.Platforms = append(s.Platforms, r.snapshot())
		} else {
			s.Platforms = append(s.Platforms, PlatformStatus{Address: p.Address, State: chat.Stopped})
		}
	}
	return s
}
