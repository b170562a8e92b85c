package service

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLockKeepsTheSecondOut(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Acquire(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Acquire(dir)
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("second Acquire: %v, want a HeldError", err)
	}
	if held.PID != os.Getpid() || held.Dir != dir || !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("HeldError %+v, text %q", held, err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if pid := Holder(dir); pid != 0 {
		t.Errorf("after Release the file names process %d", pid)
	}
	again, err := Acquire(dir)
	if err != nil {
		t.Fatalf("Acquire after Release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestAwaitTakesOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := Acquire(dir)
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var held *HeldError
	if _, err := Await(ended, dir); !errors.As(err, &held) {
		t.Fatalf("Await with an ended context: %v, want a HeldError", err)
	}
	go func() { _ = first.Release() }()
	second, err := Await(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockIsLost(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(dir string) error{
		"removed": os.RemoveAll,
		"replaced": func(dir string) error {
			path := filepath.Join(dir, lockFile)
			return errors.Join(os.Remove(path), os.WriteFile(path, []byte("1"), 0o600))
		},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		if _, err := MakeDataDir(dir); err != nil {
			t.Fatal(err)
		}
		l, err := Acquire(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Lost(); err != nil {
			t.Errorf("%s: lost before it was: %v", name, err)
		}
		if err := lose(dir); err != nil {
			t.Fatal(err)
		}
		if l.Lost() == nil {
			t.Errorf("%s: not noticed", name)
		}
		if err := l.Release(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMakeDataDir(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	for _, mode := range []os.FileMode{0o700, 0o750} {
		open, err := MakeDataDir(dir)
		if err != nil || open {
			t.Fatalf("open %v, error %v", open, err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
	}
	if open, err := MakeDataDir(dir); err != nil || !open {
		t.Errorf("a directory of mode 0750: open %v, error %v", open, err)
	}
}

func TestReplaceRefusesASecond(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, step := range []struct {
		at time.Duration
		ok bool
	}{{0, true}, {59 * time.Second, false}, {60 * time.Second, true}, {61 * time.Second, false}} {
		err := Replace(dir, now.Add(step.at))
		if (err == nil) != step.ok {
			t.Errorf("after %s: %v", step.at, err)
		}
		if err != nil && !strings.Contains(err.Error(), "replaced") {
			t.Errorf("after %s: text %q", step.at, err)
		}
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if before, err := Begin(dir, now); err != nil || before != nil {
		t.Fatalf("first start: %v, %v", before, err)
	}
	if before, err := Begin(dir, now); err != nil || !strings.Contains(before.Reason, "without a word") {
		t.Errorf("start after a kill: %v, %v", before, err)
	}
	if err := End(dir, "asked to stop", now); err != nil {
		t.Fatal(err)
	}
	if before, err := Begin(dir, now); err != nil || before.Reason != "asked to stop" || !before.At.Equal(now) {
		t.Errorf("start after a stop: %v, %v", before, err)
	}
	if err := os.WriteFile(filepath.Join(dir, journalFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if before, err := Begin(dir, now); err != nil || before == nil {
		t.Errorf("start after a broken note: %v, %v", before, err)
	}
}

// journald plays systemd: it returns a socket's path and a function that reads
// the next notification.
func journald(t *testing.T) (path string, next func() string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "n") //nolint:usetesting // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "s")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(); _ = os.RemoveAll(dir) })
	return path, func() string {
		t.Helper()
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		buf := make([]byte, 1024)
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("waiting for a notification: %v", err)
		}
		return string(buf[:n])
	}
}

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestNotify(t *testing.T) {
	t.Parallel()
	path, next := journald(t)
	n := NewNotifier(env(map[string]string{"NOTIFY_SOCKET": path}))
	for _, tc := range []struct {
		send func() error
		want string
	}{
		{func() error { return n.Ready("2 platforms\nREADY=0") }, "READY=1\nSTATUS=2 platforms READY=0"},
		{n.Reloading, "RELOADING=1\nMONOTONIC_USEC="},
		{func() error { return n.Status("fine") }, "STATUS=fine"},
		{n.Stopping, "STOPPING=1\nSTATUS=draining"},
	} {
		if err := tc.send(); err != nil {
			t.Fatal(err)
		}
		got := next()
		if !strings.HasPrefix(got, tc.want) {
			t.Errorf("got %q, want %q", got, tc.want)
		}
		if usec, ok := strings.CutPrefix(got, "RELOADING=1\nMONOTONIC_USEC="); ok {
			if v, err := strconv.ParseInt(usec, 10, 64); err != nil || v <= 0 {
				t.Errorf("monotonic time %q", usec)
			}
		}
	}
}

func TestNotifyWithoutSystemd(t *testing.T) {
	t.Parallel()
	for _, socket := range []string{"", "vsock:2:1234", "relative/path"} {
		n := NewNotifier(env(map[string]string{"NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "1000"}))
		if err := n.Ready("x"); err != nil {
			t.Errorf("socket %q: %v", socket, err)
		}
		n.Watch(t.Context(), func() { t.Error("alive was asked") })
	}
	gone := NewNotifier(env(map[string]string{"NOTIFY_SOCKET": "/nowhere/at/all"}))
	if gone.Ready("x") == nil {
		t.Error("a socket that is gone is no error")
	}
}

func TestWatchdog(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pid  string
		asks int
	}{
		"for_this_process": {strconv.Itoa(os.Getpid()), 5},
		"for_any":          {"", 5},
		"for_another":      {"1", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			n := NewNotifier(env(map[string]string{"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "10000000", "WATCHDOG_PID": tc.pid}))
			ctx, cancel := context.WithTimeout(t.Context(), 21*time.Second)
			defer cancel()
			asked := 0
			n.Watch(ctx, func() { asked++ })
			if asked != tc.asks {
				t.Errorf("%s: asked %d times in 21 s of a 10 s watchdog, want %d", name, asked, tc.asks)
			}
		})
	}
}

func TestWatchdogSends(t *testing.T) {
	t.Parallel()
	path, next := journald(t)
	n := NewNotifier(env(map[string]string{"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "60000000"}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); n.Watch(ctx, func() {}) }()
	if got := next(); got != "WATCHDOG=1" {
		t.Errorf("got %q", got)
	}
	cancel()
	<-done
}
