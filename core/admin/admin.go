// Package admin is how operators look at and steer a running gateway: a control
// socket in the data directory, and a read-only listener with health, metrics
// and status.
package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

// Gateway is what admin needs of an engine.
type Gateway interface {
	Viewer
	Reloader
	Breakers
}

// Viewer tells how a gateway fares.
type Viewer interface {
	// Status is a snapshot.
	Status() engine.Status
	// Ready reports whether the gateway serves and no shutdown has begun.
	Ready() bool
}

// Reloader reads the files anew.
type Reloader interface {
	// Reload makes the gateway like its files, or changes nothing and says why.
	Reload(ctx context.Context) (engine.ReloadDone, error)
	// Plan says what Reload would do.
	Plan(ctx context.Context) (engine.Plan, config.Diagnostics, error)
}

// Breakers moves circuits by hand. Names are "provider.openai.primary" or "openai.primary".
type Breakers interface {
	// ResetBreaker closes every circuit of a provider.
	ResetBreaker(name string) error
	// OpenBreaker opens the quota circuit of a provider for d.
	OpenBreaker(name string, d time.Duration) error
}

var _ Gateway = (*engine.Engine)(nil)

// Status is what `hermes status` shows: the engine's, and what the process knows.
type Status struct {
	engine.Status
	DataDir     string  `json:"data_dir"`
	AdminListen string  `json:"admin_listen,omitempty"`
	LastEnding  *Ending `json:"last_ending,omitempty"` // of the process before this one; nil: there was none
}

// Ending is how a process ended.
type Ending struct {
	Reason string    `json:"reason"`
	At     time.Time `json:"at,omitzero"`
}

// Facts add what the process knows to the engine's status.
type Facts func(engine.Status) Status

// The bounds of both servers. Requests are small and have no bodies to speak of.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	idleTimeout   = time.Minute
	maxHeader     = 16 << 10 // bytes
	maxBody       = 4 << 10  // bytes
	maxConns      = 64
)

// newServer returns a bounded server; write bounds one answer.
func newServer(h http.Handler, write time.Duration) *http.Server {
	return &http.Server{
		Handler:           http.MaxBytesHandler(h, maxBody),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      write,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
	}
}
