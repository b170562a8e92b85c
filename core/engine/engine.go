// Package engine runs what the config says: it plans, builds, commits and
// drains generations, supervises platforms, and hands every turn to the current
// generation. Nothing that a provider, a platform or a person does ends it.
package engine

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/store"
)

// Options are the collaborators of an Engine; all of them live as long as it does.
type Options struct {
	Load    func() (*config.Config, config.Diagnostics) // reads the files anew, at every reload and plan
	Check   func(*config.Config) error                  // may refuse a reload, such as a changed data_dir; may be nil
	Queue   queue.Queue
	Store   store.Store
	Logger  *slog.Logger
	Version string
	Hooks   Hooks
}

// Hooks tell of what happens, for metrics and sd_notify. Any may be nil. They
// are called outside locks, possibly concurrently, and must not block.
type Hooks struct {
	Turn    func(TurnDone)
	Call    func(CallDone)
	Circuit func(breaker.Change)
	Reload  func(ReloadDone)
	Ready   func() // the first generation serves
}

// TurnDone is one finished turn.
type TurnDone struct {
	Platform string
	Outcome  string // "answered", "failed", "busy", "stopped", "command"
	Duration time.Duration
}

// CallDone is one finished call to a chain.
type CallDone struct {
	Chain    string
	Attempts []llm.Attempt
	Err      *llm.Error // nil: answered
	Duration time.Duration
}

// ReloadDone is one finished reload.
type ReloadDone struct {
	At       time.Time          `json:"at"`
	Duration time.Duration      `json:"duration"`
	Plan     Plan               `json:"plan"`
	Problems config.Diagnostics `json:"problems,omitempty"` // errors and warnings of the files
	Error    string             `json:"error,omitempty"`    // why it was refused; empty: committed
}

// Action is what a reload does with an object.
type Action string

// The actions.
const (
	Keep    Action = "keep"
	Replace Action = "replace"
	Add     Action = "add"
	Remove  Action = "remove"
)

// Step is one line of a plan.
type Step struct {
	Address string `json:"address"`
	Action  Action `json:"action"`
	Reason  string `json:"reason,omitempty"` // the attributes that changed, never their values
}

// Plan is what a reload does or did, in the order of the files, removals last.
type Plan struct {
	Steps []Step `json:"steps"`
}

// Changes reports whether the plan does anything.
func (p Plan) Changes() bool {
	for _, s := range p.Steps {
		if s.Action != Keep {
			return true
		}
	}
	return false
}

// ErrUnknownProvider is returned for a name that no running provider has.
var ErrUnknownProvider = errors.New("no such provider")

// Engine runs the gateway. It may be used concurrently.
type Engine struct{ o Options }

// New returns an engine that runs nothing yet.
func New(o Options) *Engine { return &Engine{o: o} }

// Run builds the first generation from cfg, serves until ctx ends, then drains
// for at most drain and returns. A build error is returned at once, as a config.Diagnostics
// where it has a place. Trouble of platforms and providers never ends it.
func (e *Engine) Run(ctx context.Context, cfg *config.Config, drain time.Duration) error { return nil }

// Reload reads the files anew and makes the running generation like them, or
// leaves everything as it is and returns why. Concurrent calls coalesce.
func (e *Engine) Reload(ctx context.Context) (ReloadDone, error) { return ReloadDone{}, nil }

// Plan says what Reload would do, without doing it.
func (e *Engine) Plan(ctx context.Context) (Plan, config.Diagnostics, error) {
	return Plan{}, nil, nil
}

// ResetBreaker closes every circuit of a provider ("provider.openai.primary" or
// "openai.primary").
func (e *Engine) ResetBreaker(name string) error { return nil }

// OpenBreaker opens the quota circuit of a provider for d.
func (e *Engine) OpenBreaker(name string, d time.Duration) error { return nil }

// Status is a snapshot for `hermes status`, the dashboard and metrics.
func (e *Engine) Status() Status { return Status{} }

// Ready reports whether the first generation serves and no shutdown has begun.
func (e *Engine) Ready() bool { return false }

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
