package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/admin"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/service"
	"github.com/hermes-gateway/hermes/core/settings"
	"github.com/hermes-gateway/hermes/core/store"
)

// server is one life of `hermes serve`, once the data directory is held.
type server struct {
	app    *app
	path   string
	log    *slog.Logger
	level  *slog.LevelVar
	lock   *service.Lock
	notify *service.Notifier
	before *service.Ending

	engine   *engine.Engine
	listener *admin.Listener

	// Reloads share it, a plan has it alone: both make the admin listener ready
	// for a move, and a plan takes that back.
	planning sync.RWMutex

	mu       sync.Mutex
	settings settings.Settings  // in force
	wanted   *settings.Settings // of the files that are being taken into service
	reason   string             // why the process ends
}

// run serves until ctx ends, somebody asks it to end, or it cannot go on.
func (s *server) run(ctx context.Context, l loaded) (err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	metrics := admin.NewMetrics(version())
	if s.engine, err = s.newEngine(l.cfg, metrics); err != nil { //nolint:contextcheck // a reload outlives who asked for it
		return err
	}
	metrics.Watch(s.engine)
	s.listener = admin.NewListener(admin.ListenerOptions{Gateway: s, Facts: s.facts, Metrics: metrics})
	defer func() { err = errors.Join(err, s.listener.Close()) }() //nolint:contextcheck // ctx has ended by then
	if err := s.listen(l); err != nil {                           //nolint:contextcheck // opening a socket does not block
		return err
	}
	socket, err := admin.SocketPath(l.settings.DataDir, s.app.getenv)
	if err != nil {
		return err
	}
	control, err := admin.NewControl(admin.ControlOptions{ //nolint:contextcheck // opening a socket does not block
		Path: socket, Gateway: s, Facts: s.facts, Stop: func() { stop(errAsked) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, control.Close()) }() //nolint:contextcheck // ctx has ended by then
	return s.serve(ctx, stop, l)
}

// Why a server ends.
var (
	errAsked = errors.New("was asked to stop by a command")
	errLost  = errors.New("lost its data directory")
)

// serve runs the engine and what accompanies it.
func (s *server) serve(ctx context.Context, stop context.CancelCauseFunc, l loaded) error {
	hup, undo := s.app.daemon()
	defer undo()
	var company sync.WaitGroup
	ctxCompany, end := context.WithCancel(context.WithoutCancel(ctx))
	company.Go(func() { s.reloadOn(ctxCompany, hup) })
	company.Go(func() { s.guardLock(ctxCompany, stop) })
	company.Go(func() { s.notify.Watch(ctxCompany, func() { s.engine.Status() }) })
	company.Go(func() {
		select {
		case <-ctx.Done():
			s.tell(s.notify.Stopping())
		case <-ctxCompany.Done():
		}
	})
	err := s.engine.Run(ctx, l.cfg, l.settings.DrainTimeout)
	end()
	company.Wait()
	return s.ended(ctx, err)
}

// ended says why the server ends, and returns what is an error of it.
func (s *server) ended(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	switch {
	case err != nil:
		return verdictOf(err)
	case errors.Is(cause, errLost):
		return cause
	case errors.Is(cause, errAsked):
		s.reason = cause.Error()
	case ctx.Err() != nil:
		s.reason = "was told to end by a signal"
	default:
		s.reason = "ended because its input had ended"
	}
	return nil
}

// note writes down why the process ends.
func (s *server) note(err error) error {
	reason := s.reason
	if err != nil {
		reason = "failed"
	}
	if s.lock.Lost() == nil {
		return service.End(s.settings.DataDir, reason, s.app.now())
	}
	return nil // there is nowhere to note it
}

func (s *server) newEngine(cfg *config.Config, m *admin.Metrics) (*engine.Engine, error) {
	memory, err := s.newStore(cfg)
	if err != nil {
		return nil, err
	}
	hooks := m.Hooks()
	count := hooks.Reload
	hooks.Reload = func(d engine.ReloadDone) { count(d); s.reloaded(d) }
	hooks.Ready = func() { s.tell(s.notify.Ready(s.line())) }
	return engine.New(engine.Options{
		Load: func() (*config.Config, config.Diagnostics) {
			return config.Load(s.path, config.Options{Set: s.app.set, Environ: s.app.env})
		},
		Check: s.check, Queue: queue.NewMemory(), Store: memory, Logger: s.log, Version: version(), Hooks: hooks,
	}), nil
}

// newStore returns the store of the config, or the one in memory.
func (s *server) newStore(cfg *config.Config) (store.Store, error) {
	if cfg.Store == nil {
		return store.NewMemory(), nil
	}
	address := "store." + cfg.Store.Type
	st, err := cfg.Store.Config.New(plugin.Env{Address: address, Logger: s.log.With("store", address), Version: version()})
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	return st, nil
}

// listen opens the admin listener. Only an address that somebody chose has to
// be free: two gateways with the default would otherwise exclude each other.
func (s *server) listen(l loaded) error {
	err := s.listener.Prepare(l.settings.AdminListen, l.settings.AdminToken)
	if err == nil {
		return s.listener.Commit()
	}
	for _, o := range l.origins {
		if o.Key == "admin.listen" && o.Source == "default" {
			s.log.Warn("admin_listener_is_off", "error", err, "advice", `choose another address with hermes { admin { listen = "127.0.0.1:8399" } }`)
			return nil
		}
	}
	return fmt.Errorf("%w; choose another address with hermes { admin { listen } }, or \"\" for none", err)
}

func (s *server) guardLock(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(s.app.lockCheck)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := s.lock.Lost(); err != nil {
			s.log.Error("data_directory_is_lost", "error", err)
			stop(fmt.Errorf("%w: %w", errLost, err))
			return
		}
	}
}

func (s *server) reloadOn(ctx context.Context, hup <-chan os.Signal) {
	for {
		select {
		case <-hup:
			_, _ = s.Reload(ctx) // the verdict is logged, and shown by status
		case <-ctx.Done():
			return
		}
	}
}

// tell logs a notification that did not get through.
func (s *server) tell(err error) {
	if err != nil {
		s.log.Warn("systemd_not_notified", "error", err)
	}
}
