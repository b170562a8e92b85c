package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lockFile holds the process id of its holder. It is never removed: a lock on a
// removed file would keep nobody out.
const lockFile = "hermes.lock"

// retry is the pause between two tries for a lock that is held.
const retry = 50 * time.Millisecond

// HeldError says that another process serves the data directory.
type HeldError struct {
	Dir string
	PID int // 0: unknown
}

// Error names the directory and the process.
func (e *HeldError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another process already serves %s", e.Dir)
	}
	return fmt.Sprintf("process %d already serves %s", e.PID, e.Dir)
}

// Lock is this process's hold on a data directory. The system gives it back
// when the process ends, however it ends.
type Lock struct {
	dir  string
	file *flock.Flock
}

// MakeDataDir creates the data directory, for its owner alone. It reports
// whether an existing one is open to other users of the system.
func MakeDataDir(dir string) (open bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, fmt.Errorf("creating the data directory: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return false, fmt.Errorf("looking at the data directory: %w", err)
	}
	return info.Mode().Perm()&0o077 != 0, nil
}

// Acquire takes the lock on an existing data directory or returns a *HeldError
// at once.
func Acquire(dir string) (*Lock, error) {
	l := &Lock{dir: dir, file: flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))}
	ok, err := l.file.TryLock()
	if err == nil && ok {
		err = l.write(strconv.Itoa(os.Getpid()) + "\n")
	}
	return l.taken(ok, err)
}

// Await takes the lock as soon as its holder gives it back, or returns a
// *HeldError when ctx ends first.
func Await(ctx context.Context, dir string) (*Lock, error) {
	for {
		l, err := Acquire(dir)
		if _, held := errors.AsType[*HeldError](err); !held {
			return l, err
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func (l *Lock) taken(ok bool, err error) (*Lock, error) {
	switch {
	case err != nil:
		return nil, errors.Join(fmt.Errorf("locking the data directory: %w", err), l.file.Close())
	case !ok:
		return nil, errors.Join(&HeldError{Dir: l.dir, PID: Holder(l.dir)}, l.file.Close())
	default:
		return l, nil
	}
}

func (l *Lock) write(text string) error {
	return os.WriteFile(l.file.Path(), []byte(text), 0o600)
}

// Holder returns the process id that the lock file names, 0 when it names none.
func Holder(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, lockFile))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}

// Lost returns an error when the data directory or the lock in it is no longer
// the one that was taken: then a second process could serve it, too.
func (l *Lock) Lost() error {
	held, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("looking at the lock: %w", err)
	}
	there, err := os.Stat(l.file.Path())
	if err != nil {
		return fmt.Errorf("looking for the lock: %w", err)
	}
	if !os.SameFile(held, there) {
		return fmt.Errorf("looking for the lock: %s was replaced", l.file.Path())
	}
	return nil
}

// Release gives the lock back. It may be called once.
func (l *Lock) Release() error {
	if l.Lost() != nil {
		return l.file.Close() // leave what is somebody else's alone
	}
	return errors.Join(l.write(""), l.file.Close())
}
