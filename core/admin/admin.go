// Package admin is how operators look at and steer a running gateway: a control
// socket in the data directory, and a read-only listener with health, metrics
// and status.
package admin

import (
	"context"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

// Gateway is what admin needs of an engine.
type Gateway interface {
	Status() engine.Status
	Ready() bool
	Reload(ctx context.Context) (engine.ReloadDone, error)
	Plan(ctx context.Context) (engine.Plan, config.Diagnostics, error)
	ResetBreaker(name string) error
	OpenBreaker(name string, d time.Duration) error
}

var _ Gateway = (*engine.Engine)(nil)
var _ = breaker.Closed
