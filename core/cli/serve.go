package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/admin"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/service"
	"github.com/hermes-gateway/hermes/core/settings"
)

func (a *app) serveCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway in the foreground",
		Long: `Runs the gateway until it is told to end. SIGHUP or 'hermes reload' makes it read
its files anew; SIGTERM, Ctrl-C or 'hermes stop' makes it drain and end, a second
signal at once. Trouble of a provider or platform never ends it.

Exit code: 0 when it was told to end, 1 when it could not serve, 2 for a mistake
on the command line, 78 when the config cannot be used.`,
		Example: `  hermes serve
  hermes serve --config configs/demo.hcl
  hermes serve --replace     take over from the gateway that runs`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), replace) }),
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "ask the gateway that holds the data directory to drain, and take over; not for service units")
	return cmd
}

func (a *app) serve(ctx context.Context, replace bool) error {
	path, l, err := a.loadToServe()
	if err != nil {
		return err
	}
	level := &slog.LevelVar{}
	level.Set(logLevel(l.settings.LogLevel))
	log := newLogger(a.err, l.settings.LogFormat, level)
	for _, w := range l.warnings {
		log.Warn("setting_ignored", "problem", w)
	}
	lock, err := a.hold(ctx, l.settings, replace)
	if err != nil {
		return err
	}
	s := &server{app: a, path: path, log: log, level: level, settings: l.settings, lock: lock, notify: service.NewNotifier(a.getenv)}
	before, err := service.Begin(l.settings.DataDir, a.now())
	if err == nil {
		s.before = before
		err = s.run(ctx, l)
		err = errors.Join(err, s.note(err))
	}
	return errors.Join(err, lock.Release())
}

// loadToServe reads the config, prints what there is to say of it, and returns
// an error with code 78 when it cannot be used.
func (a *app) loadToServe() (string, loaded, error) {
	path, err := a.find()
	if err != nil {
		return "", loaded{}, &codeError{code: exitBadConfig, err: err}
	}
	l, err := a.load(path, false)
	a.printProblems(l.problems)
	switch {
	case err != nil:
		return "", l, &codeError{code: exitBadConfig, err: fmt.Errorf("reading the settings: %w", err)}
	case l.cfg == nil:
		return "", l, &codeError{code: exitBadConfig, err: fmt.Errorf("%s cannot be used; 'hermes check' says the same without starting", path)}
	}
	return path, l, nil
}

// replaceWait is how much longer than the holder's drain a replacement waits.
const replaceWait = 15 * time.Second

// hold takes the lock on the data directory, from its holder if it has to be.
func (a *app) hold(ctx context.Context, s settings.Settings, replace bool) (*service.Lock, error) {
	if _, err := service.MakeDataDir(s.DataDir); err != nil {
		return nil, err
	}
	lock, err := service.Acquire(s.DataDir)
	held, ok := errors.AsType[*service.HeldError](err)
	switch {
	case !ok:
		return lock, err
	case !replace:
		return nil, fmt.Errorf("%w; end it with 'hermes stop', take over with 'hermes serve --replace', or give this one a data_dir of its own", err)
	}
	if err := service.Replace(s.DataDir, a.now()); err != nil {
		return nil, fmt.Errorf("replacing %w: %w", held, err)
	}
	client, err := admin.NewClient(s.DataDir, a.getenv)
	if err != nil {
		return nil, err
	}
	// One that is starting or ending has no socket: it is waited for all the same.
	if err := client.Stop(ctx); err != nil && !errors.Is(err, admin.ErrNotRunning) {
		return nil, fmt.Errorf("replacing %w: %w", held, err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.DrainTimeout+replaceWait)
	defer cancel()
	lock, err = service.Await(ctx, s.DataDir)
	if err != nil {
		return nil, fmt.Errorf("waiting for its end: %w", err)
	}
	return lock, nil
}

// verdictOf maps an error of the engine's start to an exit code.
func verdictOf(err error) error {
	if _, ok := errors.AsType[config.Diagnostics](err); ok {
		return &codeError{code: exitBadConfig, err: err}
	}
	return err
}
