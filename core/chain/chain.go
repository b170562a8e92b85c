// Package chain asks providers in order of preference under one deadline, and
// records what each of them said.
package chain

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// Defaults of a chain and its links.
const (
	DefaultTimeout     = 2 * time.Minute  // whole chain
	DefaultLinkTimeout = 90 * time.Second // one link
	DefaultFirstToken  = 30 * time.Second // first event of a stream
	DefaultIdle        = 30 * time.Second // between events of a stream
	DefaultMaxWait     = 10 * time.Second // for a link that is expected back
	DefaultMaxAnswer   = 4 << 20          // bytes of text
)

// Link is one entry of a chain.
type Link struct {
	Address    string       // of the provider: "provider.openai.primary"
	Provider   llm.Provider // a breaker; shared with other chains
	Model      string       // override; empty: the request's, else the provider's own
	Timeout    time.Duration
	FirstToken time.Duration
	Idle       time.Duration
}

// Options describe a chain. Zero durations take the defaults.
type Options struct {
	Address string // "chain.default"
	Links   []Link // at least one
	Timeout time.Duration
	// MaxWait bounds the one wait for a link that says when it is back, when every
	// link is out; 0 means DefaultMaxWait, negative means not to wait.
	MaxWait   time.Duration
	MaxAnswer int // bytes of text; 0 means DefaultMaxAnswer
}

// Chain is an llm.Provider made of links. It may be used concurrently.
type Chain struct{ o Options }

// New returns a chain.
func New(o Options) *Chain {
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	o.MaxWait = cmp.Or(o.MaxWait, DefaultMaxWait)
	o.MaxAnswer = cmp.Or(o.MaxAnswer, DefaultMaxAnswer)
	links := make([]Link, len(o.Links))
	for i, l := range o.Links {
		l.Timeout = cmp.Or(l.Timeout, DefaultLinkTimeout)
		l.FirstToken = cmp.Or(l.FirstToken, DefaultFirstToken)
		l.Idle = cmp.Or(l.Idle, DefaultIdle)
		links[i] = l
	}
	o.Links = links
	return &Chain{o: o}
}

// Stream asks one link after the other until one answers. Response.Attempts
// and Error.Attempts list every link that was asked or skipped. When a link
// broke off after text was emitted, the next link's first text says Restart.
func (c *Chain) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, llm.ErrChainDeadline)
	defer cancel()
	w := walk{chain: c, request: r, emit: emit}
	for _, l := range w.chain.o.Links {
		if res, done := w.ask(ctx, &l); done {
			return res, w.failure()
		}
	}
	if l := w.worthWaiting(ctx); l != nil && wait(ctx, w.back) {
		if res, done := w.ask(ctx, l); done {
			return res, w.failure()
		}
	}
	return nil, w.failure()
}

// walk is one call on its way through the links.
type walk struct {
	chain    *Chain
	request  *llm.Request
	emit     func(llm.Delta) error
	attempts []llm.Attempt
	shown    bool // text was emitted by a link that then failed
	final    *llm.Error
	back     time.Time // when the first of the links is expected back
}

// ask asks one link. done means that the walk ends: with res, or with final.
func (w *walk) ask(ctx context.Context, l *Link) (res *llm.Response, done bool) {
	if e := llm.Interrupted(ctx); e != nil {
		w.final = e
		return nil, true
	}
	r := w.request
	if l.Model != "" && l.Model != r.Model {
		r = r.WithModel(l.Model)
	}
	a := attempt{link: l, emit: w.emit, limit: w.chain.o.MaxAnswer, restart: w.shown}
	record := llm.Attempt{Link: l.Address, Model: r.Model, Start: time.Now()}
	res, err := a.run(ctx, r)
	a.mu.Lock()
	record.FirstToken, record.End = a.first, time.Now()
	w.shown = w.shown || a.shown
	a.mu.Unlock()
	if err == nil {
		record.Usage, record.Model = res.Usage, cmp.Or(res.Model, record.Model)
		answer := *res
		answer.Attempts = append(slices.Clip(w.attempts), record)
		w.final = nil
		return &answer, true
	}
	e := llm.AsError(err)
	record.Fault, record.RetryAt = &e.Fault, e.RetryAt
	w.attempts = append(w.attempts, record)
	w.note(e)
	return nil, e.Fault.Kind.Stops()
}

// note keeps the error that tells the caller most, and the earliest return.
func (w *walk) note(e *llm.Error) {
	if !e.RetryAt.IsZero() && (w.back.IsZero() || e.RetryAt.Before(w.back)) {
		w.back = e.RetryAt
	}
	if w.final == nil || weight(e.Fault.Kind) >= weight(w.final.Fault.Kind) {
		w.final = e
	}
}

// weight ranks faults by what they tell the caller of the whole chain.
func weight(k fault.Kind) int {
	switch k {
	case fault.BadRequest, fault.Canceled:
		return 3
	case fault.ContextOverflow, fault.RequestTooLarge, fault.ContentPolicy:
		return 2
	case fault.CircuitOpen, fault.LocalLimit:
		return 0
	default:
		return 1
	}
}

// failure returns the walk's error, nil when a link answered.
func (w *walk) failure() error {
	if w.final == nil {
		return nil
	}
	e := *w.final
	e.Attempts, e.RetryAt = w.attempts, w.back
	return &e
}

// worthWaiting returns the link to ask again when all are out and the first of
// them is back soon, well within the deadline.
func (w *walk) worthWaiting(ctx context.Context) *Link {
	d := time.Until(w.back)
	deadline, _ := ctx.Deadline()
	if w.back.IsZero() || d > w.chain.o.MaxWait || w.back.Add(d).After(deadline) {
		return nil
	}
	for i, a := range w.attempts {
		if a.RetryAt.Equal(w.back) {
			return &w.chain.o.Links[i]
		}
	}
	return nil
}

// wait waits until t; false when ctx ended first.
func wait(ctx context.Context, t time.Time) bool {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
