package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hermes-gateway/hermes/core/admin"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

var _ admin.Gateway = (*server)(nil)

// Status returns the engine's status.
func (s *server) Status() engine.Status { return s.engine.Status() }

// Ready reports whether the engine serves.
func (s *server) Ready() bool { return s.engine.Ready() }

// ResetBreaker closes the circuits of a provider.
func (s *server) ResetBreaker(name string) error { return s.engine.ResetBreaker(name) }

// OpenBreaker opens the quota circuit of a provider.
func (s *server) OpenBreaker(name string, d time.Duration) error {
	return s.engine.OpenBreaker(name, d)
}

// Reload reads the files anew, and tells systemd.
func (s *server) Reload(ctx context.Context) (engine.ReloadDone, error) {
	s.planning.RLock()
	defer s.planning.RUnlock()
	s.tell(s.notify.Reloading())
	defer func() { s.tell(s.notify.Ready(s.line())) }()
	return s.engine.Reload(ctx)
}

// Plan says what Reload would do.
func (s *server) Plan(ctx context.Context) (engine.Plan, config.Diagnostics, error) {
	s.planning.Lock()
	defer s.planning.Unlock()
	defer s.listener.Discard()
	return s.engine.Plan(ctx)
}

// check refuses a reload that the process cannot follow, and makes the admin
// listener ready. The engine calls it while nothing has changed yet.
func (s *server) check(cfg *config.Config) error {
	next, _, warnings, err := s.app.layers(cfg, s.path)
	if err != nil {
		return fmt.Errorf("reading the settings: %w", err)
	}
	for _, w := range warnings {
		s.log.Warn("setting_ignored", "problem", w)
	}
	s.mu.Lock()
	now := s.settings
	s.wanted = &next
	s.mu.Unlock()
	if next.DataDir != now.DataDir {
		return errors.New("data_dir has changed: restart required")
	}
	return s.listener.Prepare(next.AdminListen, next.AdminToken)
}

// reloaded takes the process settings of a reload into service, or drops them.
func (s *server) reloaded(d engine.ReloadDone) {
	s.mu.Lock()
	next := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	if d.Error != "" || next == nil {
		s.listener.Discard()
		return
	}
	if err := s.listener.Commit(); err != nil {
		s.log.Warn("admin_listener_ended_badly", "error", err)
	}
	s.level.Set(logLevel(next.LogLevel))
	s.mu.Lock()
	now := s.settings
	s.settings = *next
	s.mu.Unlock()
	if next.LogFormat != now.LogFormat || next.DrainTimeout != now.DrainTimeout {
		s.log.Warn("setting_needs_a_restart", "settings", "log.format, drain_timeout")
	}
}

// facts adds what the process knows to the engine's status.
func (s *server) facts(st engine.Status) admin.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := admin.Status{Status: st, DataDir: s.settings.DataDir, AdminListen: s.listener.Address()}
	if s.before != nil {
		all.LastEnding = &admin.Ending{Reason: s.before.Reason, At: s.before.At}
	}
	return all
}

// line is what systemctl status shows.
func (s *server) line() string {
	st := s.engine.Status()
	return fmt.Sprintf("serving %s, generation %d", plural(len(st.Platforms), "platform"), st.Generation)
}
