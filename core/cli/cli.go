// Package cli is the hermes command: it parses words, calls the packages that
// do the work, and prints. It alone knows exit codes and signals.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// The exit codes.
const (
	exitOK        = 0
	exitFailure   = 1
	exitUsage     = 2
	exitBadConfig = 78 // EX_CONFIG of sysexits.h; the unit file does not restart on it
)

// Main runs the command line of this process and returns its exit code: 0
// clean, 1 failure, 2 usage, 78 bad config at start. A second SIGINT or SIGTERM
// makes it return at once.
func Main(set plugin.Set) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	p := process{
		args: os.Args[1:], in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.Environ(),
		now: time.Now, daemon: daemon, lockCheck: lockCheck,
	}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, set, p) }()
	for range cap(signals) {
		select {
		case code := <-ended:
			return code
		case <-signals:
			if ctx.Err() != nil {
				fmt.Fprintln(os.Stderr, "hermes: asked twice to end: not waiting for what is unfinished")
				return exitFailure
			}
			cancel()
		}
	}
	return <-ended
}

// daemon makes ready for a life in the background: SIGHUP asks for a reload,
// and a reader of standard output or error that goes away does not end the
// process. The returned function undoes it.
func daemon() (reload <-chan os.Signal, undo func()) {
	hup := make(chan os.Signal, 1) // one slot: signals that come meanwhile coalesce
	signal.Notify(hup, syscall.SIGHUP)
	signal.Ignore(syscall.SIGPIPE)
	return hup, func() {
		signal.Stop(hup)
		signal.Reset(syscall.SIGPIPE)
	}
}

// process is what a command sees of the process it runs in.
type process struct {
	args     []string
	in       io.Reader
	out, err io.Writer
	env      []string // KEY=VALUE
	now      func() time.Time
	daemon   func() (reload <-chan os.Signal, undo func())

	lockCheck time.Duration // how often serve looks whether the data directory is still its own
}

const lockCheck = 5 * time.Second

// getenv returns the last value of a variable, as a process sees it.
func (p *process) getenv(name string) string {
	for _, pair := range slices.Backward(p.env) {
		if v, ok := strings.CutPrefix(pair, name+"="); ok {
			return v
		}
	}
	return ""
}

// app is one run of the command.
type app struct {
	process
	set plugin.Set

	config, dataDir     string // flags
	logLevel, logFormat string
	started             bool // the words were understood: what fails now is no usage error
}

// codeError is an error with an exit code. What was to be said has been said
// when it is silent.
type codeError struct {
	code   int
	err    error
	silent bool
}

// Error is the wrapped error's.
func (e *codeError) Error() string { return e.err.Error() }

// Unwrap returns the wrapped error.
func (e *codeError) Unwrap() error { return e.err }

// errSaid stands for what a command has printed already.
var errSaid = errors.New("said already")

// said ends a command that has printed what is wrong.
func said(code int) error { return &codeError{code: code, err: errSaid, silent: true} }

// usage is an error of whoever typed the words.
func usage(format string, args ...any) error {
	return &codeError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, set plugin.Set, p process) int {
	a := &app{process: p, set: set}
	if err := set.Check(); err != nil {
		fmt.Fprintf(p.err, "hermes: %v\n", err)
		return exitFailure
	}
	root := a.root()                            //nolint:contextcheck // each command takes the context that the tree is run with
	root.SetArgs(append([]string{}, p.args...)) // never nil: that would mean os.Args
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	cmd, err := root.ExecuteContextC(ctx)
	return a.exit(cmd, err)
}

// exit says what went wrong and returns the exit code.
func (a *app) exit(cmd *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	var coded *codeError
	switch {
	case errors.As(err, &coded):
	case a.started:
		coded = &codeError{code: exitFailure, err: err}
	default:
		coded = &codeError{code: exitUsage, err: err}
	}
	if !coded.silent {
		fmt.Fprintf(a.err, "hermes: %v\n", coded.err)
	}
	if coded.code == exitUsage {
		fmt.Fprintf(a.err, "Run '%s --help' for how to use it.\n", cmd.CommandPath())
	}
	return coded.code
}
