package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// read reads from in, or returns ctx's error when ctx ends first. A blocked
// read of a terminal or pipe cannot be interrupted, so files are polled.
func read(ctx context.Context, in io.Reader, buf []byte) (int, error) {
	if err := ready(ctx, in, unix.POLLIN); err != nil {
		return 0, err
	}
	return in.Read(buf)
}

// chunk is what a pipe that polls as writable takes without blocking
// (POSIX PIPE_BUF is at least 512; Linux and macOS take more).
const chunk = 512

// write writes s to out in pieces, or returns ctx's error when ctx ends first.
func write(ctx context.Context, out io.Writer, s string) (int, error) {
	done := 0
	for done < len(s) {
		if err := ready(ctx, out, unix.POLLOUT); err != nil {
			return done, err
		}
		n, err := io.WriteString(out, s[done:min(done+chunk, len(s))])
		done += n
		if err != nil {
			return done, fmt.Errorf("writing to the terminal: %w", err)
		}
	}
	return done, nil
}

// ready waits until v, if it is a file, can be read or written.
func ready(ctx context.Context, v any, event int16) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, ok := v.(*os.File)
	if !ok || int(f.Fd()) < 0 { // -1 is a closed file: using it says so
		return nil
	}
	wake, closer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("waiting for the terminal: %w", err)
	}
	defer func() { _ = wake.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = closer.Close() })
	defer func() {
		if stop() {
			_ = closer.Close()
		}
	}()
	return poll(ctx, []unix.PollFd{
		{Fd: int32(f.Fd()), Events: event},
		{Fd: int32(wake.Fd()), Events: unix.POLLIN},
	})
}

// gone reports whether an error says that the terminal was closed, or that
// nobody reads what is written.
func gone(err error) bool {
	for _, end := range []error{os.ErrClosed, io.ErrClosedPipe, unix.EPIPE, unix.EIO, unix.EBADF} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

func poll(ctx context.Context, fds []unix.PollFd) error {
	for {
		_, err := unix.Poll(fds, -1)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return fmt.Errorf("waiting for the terminal: %w", err)
		case fds[0].Revents != 0:
			return nil
		}
	}
}
