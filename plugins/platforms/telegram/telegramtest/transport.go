package telegramtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"time"
)

// Transport calls the server without a network. A dropped connection is
// io.ErrUnexpectedEOF, a server that is down ECONNREFUSED. The whole answer is
// made before it is read.
func (s *Server) Transport() http.RoundTripper { return direct{s} }

type direct struct{ s *Server }

// RoundTrip runs the handler and waits for it, or for the request's context.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	d.s.mu.Lock()
	down := d.s.down
	d.s.mu.Unlock()
	if down {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	body := r.Body
	if body == nil {
		body = http.NoBody
	}
	in := r.Clone(r.Context())
	in.Body = body
	rec := httptest.NewRecorder()
	done := make(chan bool, 1)
	go func() { done <- d.run(rec, in) }()
	select {
	case whole := <-done:
		if !whole {
			return nil, io.ErrUnexpectedEOF
		}
		return rec.Result(), nil
	case <-r.Context().Done():
		<-done // every wait of the handler ends with the request's context
		return nil, r.Context().Err()
	}
}

// run serves one request; false: the connection was dropped.
func (d direct) run(w http.ResponseWriter, r *http.Request) (whole bool) {
	defer func() {
		if v := recover(); v != nil && !isAbort(v) {
			panic(v)
		}
	}()
	defer func() { _ = r.Body.Close() }()
	d.s.ServeHTTP(w, r)
	return true
}

func isAbort(v any) bool {
	err, ok := v.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// Listener serves a Server on a TCP address.
type Listener struct {
	URL    string // for api_url
	server *http.Server
	ended  chan struct{}
}

// Listen serves s on addr, such as "127.0.0.1:0", until Close.
func (s *Server) Listen(addr string) (*Listener, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", addr, err)
	}
	l := &Listener{
		URL:    "http://" + ln.Addr().String(),
		server: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute},
		ended:  make(chan struct{}),
	}
	go func() {
		defer close(l.ended)
		_ = l.server.Serve(ln) // always an error: that it was closed
	}()
	return l, nil
}

// Close stops listening, drops every connection and waits for the accept loop.
func (l *Listener) Close() error {
	err := l.server.Close()
	<-l.ended
	return err
}
