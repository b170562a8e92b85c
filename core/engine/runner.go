package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/turn"
)

// runner supervises one platform: it calls Run again whenever it returns early.
type runner struct {
	platform *platform
	host     chat.Host
	log      *slog.Logger
	ended    func() // called once when the platform's input has ended

	ctx    context.Context //nolint:containedctx // it ends when the runner is stopped
	cancel context.CancelFunc
	done   chan struct{} // closed when Run has returned for the last time

	mu        sync.Mutex
	status    PlatformStatus
	final     bool               // nothing is reported any more
	inputEnd  bool               // Run returned chat.ErrDone
	interrupt context.CancelFunc // ends the Run or the pause that is on; nil between them
	again     bool               // that was asked for
}

// startPlatform starts the platform's runner.
func (e *Engine) startPlatform(p *platform) {
	r := &runner{
		platform: p, done: make(chan struct{}),
		log:    e.log.With("platform", p.address),
		status: PlatformStatus{Address: p.address, State: chat.Connecting, Since: time.Now()},
	}
	r.ctx, r.cancel = context.WithCancel(e.work)
	r.host = &host{e: e, platform: p.address, report: r.report}
	r.ended = func() {
		select {
		case e.inputEnd <- struct{}{}:
		default: // it is told already
		}
	}
	e.mu.Lock()
	e.runners[p.address] = r
	e.mu.Unlock()
	go r.loop() // ends with r.cancel; done tells when
}

// loop runs the platform until the runner is stopped or its input has ended.
func (r *runner) loop() {
	defer close(r.done)
	var b backoff
	for r.ctx.Err() == nil {
		begun := time.Now()
		err := r.once()
		switch {
		case r.ctx.Err() != nil:
		case errors.Is(err, chat.ErrDone):
			r.finish(true)
			r.ended()
			return
		case r.askedAgain():
		default:
			r.pause(err, b.next(err, time.Since(begun), time.Now()))
		}
	}
	r.finish(false)
}

// once calls Run, interruptibly.
func (r *runner) once() error {
	ctx, done := r.interruptible()
	defer done()
	return turn.Safely(func() error { return r.platform.value.Run(ctx, r.host) })
}

// pause shows why the platform does not run, and waits.
func (r *runner) pause(err error, d time.Duration) {
	ctx, done := r.interruptible()
	defer done()
	reason := "it ended early"
	var p *turn.PanicError
	switch {
	case errors.As(err, &p):
		reason = p.Error()
		r.log.Error("platform panicked", "retry_in", d, "error", p, "stack", string(p.Stack))
	case err != nil:
		reason = err.Error()
		fallthrough
	default:
		r.log.Warn("platform ended early", "retry_in", d, "reason", reason)
	}
	r.retrying(reason, time.Now().Add(d))
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
	r.askedAgain()
	r.report(chat.Status{State: chat.Connecting, Reason: reason})
}

// interruptible returns a context that retry and the end of the runner end.
func (r *runner) interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.interrupt = cancel
	return ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		cancel()
		r.interrupt = nil
	}
}

// retry starts a platform that is retrying anew, at once.
func (r *runner) retry() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status.State == chat.Retrying && r.interrupt != nil {
		r.again = true
		r.interrupt()
	}
}

func (r *runner) askedAgain() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	asked := r.again
	r.again = false
	return asked
}

// report takes the platform's own word.
func (r *runner) report(s chat.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.final {
		r.set(s)
	}
}

func (r *runner) retrying(reason string, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Restarts++
	r.set(chat.Status{State: chat.Retrying, Reason: reason, RetryAt: at})
}

func (r *runner) finish(inputEnd bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.final, r.inputEnd = true, inputEnd
	s := chat.Status{State: chat.Stopped}
	if inputEnd {
		s.Reason = chat.ErrDone.Error()
	}
	r.set(s)
}

// set changes the status and logs what changed. The lock is held.
func (r *runner) set(s chat.Status) {
	if s.State != r.status.State {
		r.status.Since = time.Now()
		r.log.Info("platform state changed", "state", s.State, "reason", s.Reason)
	}
	r.status.State, r.status.Reason, r.status.RetryAt = s.State, s.Reason, s.RetryAt
}

func (r *runner) snapshot() PlatformStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

func (r *runner) inputHasEnded() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inputEnd
}

// inputEnded reports whether there are platforms and none takes anything in any more.
func (e *Engine) inputEnded() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runners {
		if !r.inputHasEnded() {
			return false
		}
	}
	return len(e.runners) > 0
}

// stopTimeout bounds the wait for a platform to end.
const stopTimeout = 10 * time.Second

// stopPlatforms stops the runners of those addresses, together, and waits at
// most limit. One that does not end in time is left behind.
func (e *Engine) stopPlatforms(addresses []string, limit time.Duration) {
	e.mu.Lock()
	var stopped []*runner
	for _, a := range addresses {
		if r := e.runners[a]; r != nil {
			stopped = append(stopped, r)
			delete(e.runners, a)
		}
	}
	e.mu.Unlock()
	for _, r := range stopped {
		r.cancel()
	}
	late := time.NewTimer(limit)
	defer late.Stop()
	for i, r := range stopped {
		select {
		case <-r.done:
			continue
		case <-late.C:
		}
		for _, r := range stopped[i:] {
			select {
			case <-r.done:
			default:
				r.log.Error("platform did not end in time", "limit", limit)
			}
		}
		return
	}
}
