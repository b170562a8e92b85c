package admin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// endTimeout is how long an answer that is being written may take when a server ends.
const endTimeout = 3 * time.Second

// running is a server on a listener, and the goroutine that serves it.
type running struct {
	http *http.Server
	done chan struct{}
}

func serve(s *http.Server, l net.Listener) *running {
	r := &running{http: s, done: make(chan struct{})}
	s.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // broken clients are no news
	go func() {
		defer close(r.done)
		_ = s.Serve(limit(l, maxConns)) // ends with Shutdown or Close alone
	}()
	return r
}

// end stops accepting, lets the answers that are being written finish for a
// moment, and waits for the goroutine.
func (r *running) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	err := r.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, r.http.Close())
	}
	<-r.done
	return err
}

// limit bounds how many connections of l are open at once: further ones wait
// in the system's queue.
func limit(l net.Listener, n int) net.Listener {
	return &limited{Listener: l, slots: make(chan struct{}, n), closed: make(chan struct{})}
}

type limited struct {
	net.Listener
	slots  chan struct{}
	once   sync.Once
	closed chan struct{}
}

// Accept waits for a slot, then for a connection.
func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &slotted{Conn: c, free: sync.OnceFunc(func() { <-l.slots })}, nil
}

// Close ends Accept.
func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type slotted struct {
	net.Conn
	free func()
}

// Close frees the slot.
func (c *slotted) Close() error {
	defer c.free()
	return c.Conn.Close()
}
