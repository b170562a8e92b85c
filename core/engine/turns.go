package engine

import (
	"context"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/turn"
)

// handle makes one turn on the current generation; a reload meanwhile does not
// touch it. The turn ends with the engine's work, not with the queue's context.
func (e *Engine) handle(_ context.Context, it queue.Item) {
	begun := time.Now()
	outcome := turn.Failed
	err := turn.Safely(func() error {
		outcome = e.answer(it)
		return nil
	})
	if err != nil {
		e.log.Error("turn panicked", "turn", it.ID, "error", err)
	}
	e.turnDone(TurnDone{Platform: it.Platform, Outcome: string(outcome), Duration: time.Since(begun)})
}

func (e *Engine) answer(it queue.Item) turn.Outcome {
	g := e.acquire()
	if g == nil {
		return e.dropped(it, ErrNotServing)
	}
	defer g.leave()
	s, r := g.sender(it.Platform), g.routes[it.Platform]
	if s == nil || r.chain == nil {
		return e.dropped(it, errNoSender)
	}
	return e.turns.Do(e.work, turn.Turn{Item: it, Route: turn.Route{
		Sender: s, Model: r.chain.model, System: r.system, Timeout: r.chain.timeout,
	}})
}

func (e *Engine) dropped(it queue.Item, why error) turn.Outcome {
	e.log.Error("turn dropped", "turn", it.ID, "platform", it.Platform, "conversation", it.Conversation, "error", why)
	return turn.Failed
}

// health is what /status tells.
func (e *Engine) health(platform, conversation string) turn.Health {
	h := turn.Health{Writing: e.turns.Running(conversation)}
	g := e.acquire()
	if g == nil {
		return h
	}
	defer g.leave()
	chain := g.routes[platform].chain
	if chain == nil {
		return h
	}
	for _, link := range chain.links {
		h.Links++
		until, out := outUntil(g.providers[link].circuits.List())
		if !out {
			continue
		}
		h.Out++
		if h.Back.IsZero() || until.Before(h.Back) {
			h.Back = until
		}
	}
	return h
}

// outUntil reports whether a circuit of the whole provider is open, and until when.
func outUntil(circuits []breaker.Circuit) (until time.Time, out bool) {
	for _, c := range circuits {
		if c.State == breaker.Open && c.Model == "" && c.OpenUntil.After(time.Now()) {
			out = true
			if c.OpenUntil.After(until) {
				until = c.OpenUntil
			}
		}
	}
	return until, out
}
