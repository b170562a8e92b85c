package engine

import (
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/llm"
)

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

// The outcomes of messages that never become a turn of the queue.
const (
	outcomeBusy    = "busy"
	outcomeCommand = "command"
)

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

func (e *Engine) turnDone(d TurnDone) {
	if e.o.Hooks.Turn != nil {
		e.o.Hooks.Turn(d)
	}
}
