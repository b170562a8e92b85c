package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
)

// errTooLong says that a line was longer than a message may be. It was skipped.
var errTooLong = errors.New("line is too long")

// lines reads lines and keeps what it has read of one when it is interrupted.
// It is used by one goroutine at a time.
type lines struct {
	in       io.Reader
	max      int // bytes
	buf      []byte
	skipping bool // the rest of a line that is too long
	ended    error
}

// next returns the next line without its end. After the last one it returns io.EOF.
func (l *lines) next(ctx context.Context) (string, error) {
	for {
		if i := bytes.IndexByte(l.buf, '\n'); i >= 0 {
			return l.cut(i, i+1)
		}
		if len(l.buf) > l.max {
			l.buf, l.skipping = l.buf[:0], true
		}
		if l.ended != nil {
			if len(l.buf) == 0 && !l.skipping {
				return "", l.ended
			}
			return l.cut(len(l.buf), len(l.buf))
		}
		if err := l.fill(ctx); err != nil {
			return "", err
		}
	}
}

// cut takes the line of end bytes off the buffer, which goes on at rest.
func (l *lines) cut(end, rest int) (string, error) {
	line := strings.ToValidUTF8(strings.TrimRight(string(l.buf[:end]), "\r"), "\uFFFD")
	l.buf = append(l.buf[:0], l.buf[rest:]...)
	if l.skipping || len(line) > l.max {
		l.skipping = false
		return "", errTooLong
	}
	return line, nil
}

func (l *lines) fill(ctx context.Context) error {
	var piece [4096]byte
	n, err := read(ctx, l.in, piece[:])
	l.buf = append(l.buf, piece[:n]...)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), gone(err):
		l.ended = io.EOF
		return nil
	default:
		return err
	}
}
