package engine

import (
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/turn"
)

// generation is everything built from one reading of the config. It does not
// change once it serves.
type generation struct {
	number    int
	cfg       *config.Config
	providers map[string]*provider // by address
	chains    map[string]*chainRoute
	platforms map[string]*platform
	routes    map[string]route // by the platform's address

	mu       sync.Mutex
	inflight int           // turns and calls that run on it
	retired  bool          // no longer the current one
	drained  chan struct{} // closed when it is retired and nothing runs on it
}

// provider is a built provider block. Generations that keep it share it.
type provider struct {
	shared   *shared
	breaker  *breaker.Breaker
	circuits *breaker.Circuits
	account  account
}

// platform is a built platform block. Generations that keep it share it.
type platform struct {
	shared  *shared
	address string
	value   chat.Platform
}

// chainRoute is a chain that can be asked.
type chainRoute struct {
	address string
	links   []string
	model   llm.Provider
	timeout time.Duration
}

// route is where the turns of a platform go.
type route struct {
	chain  *chainRoute
	system string
}

// enter keeps the generation's plugins open until leave. It reports false when
// they may be closed already.
func (g *generation) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.retired && g.inflight == 0 {
		return false
	}
	g.inflight++
	return true
}

func (g *generation) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inflight--
	if g.retired && g.inflight == 0 {
		close(g.drained)
	}
}

// retire says that no new work comes unless some is in flight.
func (g *generation) retire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.retired {
		return
	}
	g.retired = true
	if g.inflight == 0 {
		close(g.drained)
	}
}

// plugins lists what the generation holds.
func (g *generation) plugins() []*shared {
	var all []*shared
	for _, p := range g.platforms {
		all = append(all, p.shared)
	}
	for _, p := range g.providers {
		all = append(all, p.shared)
	}
	return all
}

// retireLimit bounds how long a replaced generation keeps its plugins open for
// what still runs on it.
const retireLimit = 15 * time.Minute

// discard retires a generation and, once it has drained, lets go of its plugins.
func (e *Engine) discard(g *generation) {
	g.retire()
	e.tasks.Go(func() {
		limit := time.NewTimer(retireLimit)
		defer limit.Stop()
		select {
		case <-g.drained:
		case <-limit.C:
			e.log.Warn("generation not drained in time", "generation", g.number)
		case <-e.end:
		}
		for _, s := range g.plugins() {
			s.release()
		}
	})
}

// shared is a plugin's value that several generations may hold. The last one
// that lets go closes it.
type shared struct {
	address string
	value   any
	log     *slog.Logger
	holders atomic.Int32
}

func (s *shared) hold() { s.holders.Add(1) }

func (s *shared) release() {
	if s.holders.Add(-1) != 0 {
		return
	}
	c, ok := s.value.(io.Closer)
	if !ok {
		return
	}
	if err := turn.Safely(c.Close); err != nil {
		s.log.Error("plugin not closed cleanly", "address", s.address, "error", err)
	}
}
