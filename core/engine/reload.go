package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/turn"
)

// ErrInvalid is why a reload or a plan is refused when the files have errors;
// the diagnostics say which.
var ErrInvalid = errors.New("the configuration is not valid")

// Reload reads the files anew and makes the running generation like them, or
// leaves everything as it is and returns why. Concurrent calls coalesce: those
// that come while one runs share the next one, which reads the files after they came.
func (e *Engine) Reload(ctx context.Context) (ReloadDone, error) {
	f, err := e.reloads.join(e.reload)
	if err != nil {
		return ReloadDone{}, fmt.Errorf("reloading: %w", err)
	}
	select {
	case <-f.ended:
		return f.done, f.err
	case <-ctx.Done(): // the reload goes on
		return ReloadDone{}, fmt.Errorf("waiting for the reload: %w", ctx.Err())
	}
}

// Plan says what Reload would do, without doing it.
func (e *Engine) Plan(context.Context) (Plan, config.Diagnostics, error) {
	g := e.current.Load()
	if g == nil {
		return Plan{}, nil, ErrNotServing
	}
	cfg, problems, err := e.read(g)
	if err != nil {
		return Plan{}, problems, err
	}
	return planFrom(g.cfg, cfg), problems, nil
}

// reload is one reload from beginning to end.
func (e *Engine) reload() (ReloadDone, error) {
	d := ReloadDone{At: time.Now()}
	err := turn.Safely(func() error { return e.transact(&d) })
	d.Duration = time.Since(d.At)
	if err != nil {
		d.Error = err.Error()
	}
	e.mu.Lock()
	e.last = &d
	e.mu.Unlock()
	e.logReload(d)
	if e.o.Hooks.Reload != nil {
		e.o.Hooks.Reload(d)
	}
	return d, err
}

// transact reads, plans and builds; then it swaps.
func (e *Engine) transact(d *ReloadDone) error {
	old := e.current.Load()
	cfg, problems, err := e.read(old) // 1: read and check all
	d.Problems = problems
	if err != nil {
		return err
	}
	d.Plan = planFrom(old.cfg, cfg) // 2: plan
	if !d.Plan.Changes() {
		e.keepServing(cfg)
		return nil
	}
	next, err := e.build(cfg, d.Plan, old) // 3 and 4: build what changed, and the routes
	if err != nil {
		return err
	}
	// Point of no return. Everything above can fail and has touched nothing that
	// runs; nothing below can fail.
	e.commit(old, next)
	return nil
}

// read is step 1: the files, checked. The error says why they are refused.
func (e *Engine) read(g *generation) (cfg *config.Config, problems config.Diagnostics, err error) {
	err = turn.Safely(func() error { cfg, problems = e.o.Load(); return nil })
	if err != nil {
		return nil, problems, fmt.Errorf("reading the configuration: %w", err)
	}
	if cfg == nil || problems.HasErrors() {
		return nil, problems, ErrInvalid
	}
	if !reflect.DeepEqual(g.cfg.Store, cfg.Store) {
		return nil, problems, errors.New("the store has changed: restart required")
	}
	if e.o.Check != nil {
		err = turn.Safely(func() error { return e.o.Check(cfg) })
	}
	return cfg, problems, err
}

// keepServing ends a reload that changes nothing.
func (e *Engine) keepServing(cfg *config.Config) {
	e.mu.Lock()
	e.files = cfg.Files
	e.mu.Unlock()
	e.retryPlatforms()
}

// commit takes the next generation into service.
func (e *Engine) commit(old, next *generation) {
	var leaving, coming []string
	for _, c := range old.cfg.Platforms {
		if next.platforms[c.Address] != old.platforms[c.Address] {
			leaving = append(leaving, c.Address)
		}
	}
	for _, c := range next.cfg.Platforms {
		if next.platforms[c.Address] != old.platforms[c.Address] {
			coming = append(coming, c.Address)
		}
	}
	e.stopPlatforms(leaving, stopTimeout) // 5: what was removed or replaced
	e.current.Store(next)                 // 6: swap
	e.keepServing(next.cfg)
	for _, address := range coming { // 7: what is new
		e.startPlatform(next.platforms[address])
	}
	e.ledger.trim(next)
	e.discard(old) // 8: drain
	select {       // the platforms that are left may all have ended
	case e.inputEnd <- struct{}{}:
	default:
	}
}

// retryPlatforms tries platforms again that their upstream refuses: whatever
// the reload was for may have mended that.
func (e *Engine) retryPlatforms() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runners {
		r.retry()
	}
}

func (e *Engine) logReload(d ReloadDone) {
	for _, p := range d.Problems {
		log := e.log.Warn
		if p.Severity == config.Error {
			log = e.log.Error
		}
		log("configuration problem", "file", p.File, "line", p.Line, "problem", p.Summary, "detail", p.Detail)
	}
	switch {
	case d.Error != "":
		e.log.Error("reload refused, the running configuration stays", "error", d.Error, "duration_ms", d.Duration.Milliseconds())
	case !d.Plan.Changes():
		e.log.Info("reload changed nothing", "duration_ms", d.Duration.Milliseconds())
	default:
		e.log.Info("reload committed", "generation", e.current.Load().number, "kept", d.Plan.count(Keep), "replaced", d.Plan.count(Replace),
			"added", d.Plan.count(Add), "removed", d.Plan.count(Remove), "duration_ms", d.Duration.Milliseconds())
	}
}

// reloads lets one reload run at a time; those who ask meanwhile share the next.
type reloads struct {
	mu      sync.Mutex
	serving bool
	running *flight
	next    *flight
}

// flight is one reload and those who wait for it.
type flight struct {
	ended chan struct{}
	done  ReloadDone
	err   error
}

func (r *reloads) open() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serving = true
}

// join returns the reload that begins after this call.
func (r *reloads) join(reload func() (ReloadDone, error)) (*flight, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.serving {
		return nil, ErrNotServing
	}
	if r.running == nil {
		r.running = &flight{ended: make(chan struct{})}
		go r.run(r.running, reload) // close waits for it
		return r.running, nil
	}
	if r.next == nil {
		r.next = &flight{ended: make(chan struct{})}
	}
	return r.next, nil
}

func (r *reloads) run(f *flight, reload func() (ReloadDone, error)) {
	for f != nil {
		f.done, f.err = reload()
		r.mu.Lock()
		r.running, r.next = r.next, nil
		if !r.serving && r.running != nil {
			r.running.err = ErrNotServing
			close(r.running.ended)
			r.running = nil
		}
		next := r.running
		r.mu.Unlock()
		close(f.ended)
		f = next
	}
}

// close refuses reloads from now on and waits for the running one while ctx lives.
func (r *reloads) close(ctx context.Context) {
	r.mu.Lock()
	r.serving = false
	running := r.running
	r.mu.Unlock()
	if running == nil {
		return
	}
	select {
	case <-running.ended:
	case <-ctx.Done():
	}
}
