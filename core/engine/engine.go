// Package engine runs what the config says: it plans, builds, commits and
// drains generations, supervises platforms, and hands every turn to the current
// generation. Nothing that a provider, a platform or a person does ends it.
package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/store"
	"github.com/hermes-gateway/hermes/core/turn"
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

// ErrUnknownProvider is returned for a name that no running provider has.
var ErrUnknownProvider = errors.New("no such provider")

// ErrNotServing is returned before the first generation serves and once a
// shutdown has begun.
var ErrNotServing = errors.New("the gateway is not serving")

var errQueueEnded = errors.New("it ended by itself")

// Engine runs the gateway. It may be used concurrently.
type Engine struct {
	// They live as long as the engine.
	o        Options
	log      *slog.Logger
	turns    *turn.Runner
	ledger   *ledger
	notices  *notices
	bursts   *bursts
	commands *seen
	reloads  reloads

	// The current generation, swapped by a reload as a whole.
	current atomic.Pointer[generation]

	started  time.Time
	work     context.Context         //nolint:containedctx // turns and calls run in it; it ends after the drain
	abort    context.CancelCauseFunc // ends work
	speech   context.Context         //nolint:containedctx // notices are delivered in it; it outlives work by the last words
	silence  context.CancelFunc      // ends speech
	tasks    sync.WaitGroup          // retiring generations and the queue
	end      chan struct{}           // closed when nothing waits for in-flight work any more
	inputEnd chan struct{}           // one slot: a platform's input has ended
	serving  atomic.Bool
	draining atomic.Bool

	intake sync.RWMutex // held for reading while a batch is taken in
	closed bool         // nothing is taken in any more; guarded by intake

	mu      sync.Mutex
	runners map[string]*runner // by address
	files   []string
	last    *ReloadDone
}

// New returns an engine that runs nothing yet.
func New(o Options) *Engine {
	e := &Engine{
		o: o, log: o.Logger,
		turns:    turn.New(o.Store, o.Logger),
		bursts:   &bursts{told: make(map[string]time.Time)},
		commands: newSeen(),
		end:      make(chan struct{}),
		inputEnd: make(chan struct{}, 1),
		runners:  make(map[string]*runner),
	}
	e.work, e.abort = context.WithCancelCause(context.Background())
	e.speech, e.silence = context.WithCancel(context.Background())
	e.ledger = newLedger(e.circuitChanged)
	e.notices = newNotices(e.deliver)
	return e
}

// Run builds the first generation from cfg, serves until ctx ends, then drains
// for at most drain and returns. A build error is returned at once, as a config.Diagnostics
// where it has a place. Trouble of platforms and providers never ends it. It
// also ends, with nil, when the input of every platform has ended and
// everything that was accepted is answered. Call it once.
func (e *Engine) Run(ctx context.Context, cfg *config.Config, drain time.Duration) error {
	plan := planFrom(nil, cfg)
	first, err := e.build(cfg, plan, nil)
	if err != nil {
		return err
	}
	taking, stopTaking := context.WithCancel(context.WithoutCancel(ctx))
	defer stopTaking()
	e.current.Store(first)
	q := e.runQueue(taking)
	e.serve(first) //nolint:contextcheck // platforms run until they are stopped, beyond ctx
	err = e.wait(ctx, q)
	e.shutdown(drain, stopTaking, q) //nolint:contextcheck // ctx has ended
	return err
}

// serve takes the first generation into service.
func (e *Engine) serve(first *generation) {
	e.mu.Lock()
	e.started = time.Now()
	e.files = first.cfg.Files
	e.mu.Unlock()
	for _, p := range first.cfg.Platforms {
		e.startPlatform(first.platforms[p.Address])
	}
	e.reloads.open()
	e.serving.Store(true)
	e.log.Info("serving", "version", e.o.Version, "platforms", len(first.platforms), "providers", len(first.providers))
	if e.o.Hooks.Ready != nil {
		e.o.Hooks.Ready()
	}
}

// queueRun is the queue's Run.
type queueRun struct {
	done chan struct{} // closed when it has returned
	err  error         // what it returned; read it after done
}

// runQueue hands out turns until ctx ends.
func (e *Engine) runQueue(ctx context.Context) *queueRun {
	q := &queueRun{done: make(chan struct{})}
	e.tasks.Go(func() {
		defer close(q.done)
		q.err = turn.Safely(func() error { return e.o.Queue.Run(ctx, e.handle) })
	})
	return q
}

// wait returns when ctx has ended, the queue has failed, or every input has
// ended and everything accepted is answered.
func (e *Engine) wait(ctx context.Context, q *queueRun) error {
	tick := time.NewTicker(idleCheck)
	defer tick.Stop()
	check := tick.C
	if !e.inputEnded() {
		check = nil
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-q.done:
			return fmt.Errorf("running the turn queue: %w", cmp.Or(q.err, errQueueEnded))
		case <-e.inputEnd:
			check = tick.C
		case <-check:
			if !e.inputEnded() {
				check = nil
			} else if e.idle() {
				e.log.Info("all input has ended")
				return nil
			}
		}
	}
}

// idleCheck is how often the engine looks whether everything is answered once
// all input has ended.
const idleCheck = 10 * time.Millisecond

func (e *Engine) idle() bool {
	waiting, running := e.o.Queue.Depth()
	return waiting+running == 0 && e.notices.idle()
}

// Ready reports whether the first generation serves and no shutdown has begun.
func (e *Engine) Ready() bool { return e.serving.Load() && !e.draining.Load() }

// acquire returns the current generation and keeps what it holds open until
// leave is called. It returns nil when nothing serves any more.
func (e *Engine) acquire() *generation {
	g := e.current.Load()
	for g != nil && !g.enter() { // it was replaced and has drained meanwhile
		next := e.current.Load()
		if next == g {
			return nil
		}
		g = next
	}
	return g
}

// joined returns a context that also ends with the engine's work.
func (e *Engine) joined(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(e.work, func() { cancel(llm.ErrShutdown) })
	return ctx, func() { stop(); cancel(context.Canceled) }
}
