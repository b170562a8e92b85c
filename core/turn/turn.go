package turn

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/store"
)

// Bounds of a turn.
const (
	MaxHistory = 20              // turns of a conversation that the model is shown
	MaxAnswer  = 256 << 10       // bytes of an answer that a person is shown
	Delivery   = 2 * time.Minute // for opening and finishing a draft, beyond the route's timeout
	LastWords  = 5 * time.Second // for finishing a draft once the turn's context has ended
)

// Route is where a turn goes. It belongs to one generation.
type Route struct {
	Sender  chat.Sender
	Model   llm.Provider  // a chain
	System  string        // the agent's system prompt; may be empty
	Timeout time.Duration // of the chain
}

// Turn is one message to answer.
type Turn struct {
	Item  queue.Item
	Route Route
}

// Outcome says how a turn ended.
type Outcome string

// The outcomes.
const (
	Answered Outcome = "answered"
	Failed   Outcome = "failed"
	Stopped  Outcome = "stopped"
)

// Runner makes turns. It may be used concurrently.
type Runner struct {
	store   store.Store
	log     *slog.Logger
	running registry
}

// New returns a Runner that remembers in s.
func New(s store.Store, log *slog.Logger) *Runner {
	return &Runner{store: s, log: log}
}

// Do answers one message and returns when the person has the answer, or an
// apology, or when neither could be delivered. It never panics and is bounded
// in time. When ctx ends the person is told to send the message again.
func (r *Runner) Do(ctx context.Context, t Turn) Outcome {
	call, act, end := r.running.begin(ctx, t.Item.Conversation)
	defer end()
	words, cancel := deliveryContext(ctx, t.Route.Timeout+Delivery)
	defer cancel()
	x := &exchange{
		Turn: t, store: r.store, act: act, start: time.Now(),
		log:   r.log.With("turn", t.Item.ID, "platform", t.Item.Platform, "conversation", t.Item.Conversation),
		words: words,
	}
	if err := Safely(func() error { x.run(call); return nil }); err != nil {
		x.fail(err)
	}
	x.report()
	return x.outcome
}

// Stop cancels the running turn of a conversation, which then says so in its
// draft. It reports whether there was one, and does not wait.
func (r *Runner) Stop(conversation string) bool { return r.running.stop(conversation) }

// Forget stops the running turn of a conversation and forgets its history;
// nothing of the running turn is remembered later.
func (r *Runner) Forget(ctx context.Context, conversation string) error {
	r.running.stop(conversation)
	return r.store.Reset(ctx, conversation)
}

// Running reports whether a turn of the conversation runs.
func (r *Runner) Running(conversation string) bool { return r.running.has(conversation) }

// deliveryContext returns a context for talking to the platform: it outlives
// ctx by LastWords, and limit bounds it.
func deliveryContext(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	words, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(LastWords, cancel) })
	return words, func() { stop(); cancel() }
}

// exchange is one turn that runs.
type exchange struct {
	Turn
	store store.Store
	log   *slog.Logger
	act   *active
	words context.Context //nolint:containedctx // for talking to the platform: it outlives the call's context
	start time.Time
	draft chat.Draft // nil until it is open
	text  string     // the model's answer, to remember

	// What report tells.
	outcome  Outcome
	attempts []llm.Attempt
	err      error
}

// run opens the draft, answers into it, finishes it, and remembers the turn.
func (x *exchange) run(call context.Context) {
	draft, err := open(x.words, x.Route.Sender, x.Item.Message.To) //nolint:contextcheck // see words
	if err != nil {
		x.outcome, x.err = Failed, err
		return
	}
	x.draft = draft
	reply, outcome := x.answer(call)
	x.outcome = outcome
	if err := finish(x.words, draft, reply); err != nil { //nolint:contextcheck // see words
		x.outcome, x.err = Failed, err
		return
	}
	if outcome == Answered {
		x.remember()
	}
}

// fail apologises once for a panic in the turn.
func (x *exchange) fail(err error) {
	x.outcome, x.err = Failed, err
	_ = Safely(func() error {
		if x.draft == nil {
			return Say(x.words, x.Route.Sender, x.Item.Message.To, wordsBug)
		}
		return finish(x.words, x.draft, chat.Reply{Text: wordsBug, Notice: true})
	})
}

// remember adds the turn to the history unless the person has stopped it or
// asked for a new conversation meanwhile.
func (x *exchange) remember() {
	t := store.Turn{ID: x.Item.ID, User: x.Item.Message.Text, Reply: x.text, Attempts: x.attempts}
	err := x.act.unlessStopped(func() error { return x.store.Append(x.words, x.Item.Conversation, t) })
	if err != nil {
		x.log.Error("turn not remembered", "error", err)
	}
}

// report writes the one line that tells how the turn went, without its text.
func (x *exchange) report() {
	args := []any{"from", x.Item.Message.From.ID, "duration_ms", time.Since(x.start).Milliseconds()}
	if n := len(x.attempts); n > 0 {
		args = append(args, "link", x.attempts[n-1].Link, "attempts", Trail(x.attempts))
	}
	if x.err != nil {
		args = append(args, "error", x.err)
	}
	var p *PanicError
	switch {
	case errors.As(x.err, &p):
		x.log.Error("turn panicked", append(args, "stack", string(p.Stack))...)
	case x.outcome == Failed:
		x.log.Warn("turn failed", args...)
	case x.outcome == Stopped:
		x.log.Info("turn stopped", args...)
	default:
		x.log.Info("turn answered", args...)
	}
}
