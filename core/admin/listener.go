package admin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// answerTimeout bounds writing one answer of the listener.
const answerTimeout = 30 * time.Second

// ListenerOptions say what a Listener serves.
type ListenerOptions struct {
	Gateway Gateway
	Facts   Facts
	Metrics *Metrics
}

// Listener serves health, metrics and status over TCP, read-only. A reload can
// move it: Prepare opens the new address, then Commit or Discard. The three are
// called one after the other; Address and Close may be called at any time.
type Listener struct {
	o ListenerOptions

	mu     sync.Mutex
	addr   string                // as configured; empty: nowhere
	bound  string                // as it listens
	guard  atomic.Pointer[guard] // nil: nowhere
	serves *running

	next *prepared
}

// prepared is what Prepare made ready.
type prepared struct {
	addr   string
	guard  *guard
	socket net.Listener // nil: the address stays, or there is none
}

// NewListener returns a Listener that listens nowhere.
func NewListener(o ListenerOptions) *Listener { return &Listener{o: o} }

// Prepare opens addr, unless the Listener is there already, and checks that it
// may be served with that token. Empty means nowhere.
func (l *Listener) Prepare(addr string, token plugin.Secret) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.discard()
	p := &prepared{addr: addr}
	if addr == "" {
		l.next = p
		return nil
	}
	bound := l.bound
	if addr != l.addr {
		var lc net.ListenConfig
		socket, err := lc.Listen(context.Background(), "tcp", addr)
		if err != nil {
			return fmt.Errorf("opening the admin listener: %w", err)
		}
		p.socket, bound = socket, socket.Addr().String()
	}
	g, err := newGuard(bound, token)
	if err != nil {
		if p.socket != nil {
			err = errors.Join(err, p.socket.Close())
		}
		return fmt.Errorf("opening the admin listener: %w", err)
	}
	p.guard, l.next = g, p
	return nil
}

// Commit takes what was prepared into service and closes what it replaces. It
// does nothing when nothing was prepared.
func (l *Listener) Commit() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.next
	l.next = nil
	if p == nil {
		return nil
	}
	l.guard.Store(p.guard)
	if p.addr == l.addr {
		return nil
	}
	old := l.serves
	l.addr, l.bound, l.serves = p.addr, "", nil
	if p.socket != nil {
		l.bound = p.socket.Addr().String()
		l.serves = serve(newServer(l.handler(p.guard), answerTimeout), p.socket)
	}
	if old != nil {
		return old.end()
	}
	return nil
}

// Discard closes what was prepared.
func (l *Listener) Discard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.discard()
}

func (l *Listener) discard() {
	if l.next != nil && l.next.socket != nil {
		_ = l.next.socket.Close() // nobody was served on it
	}
	l.next = nil
}

// Address returns where it listens, "" when nowhere.
func (l *Listener) Address() string {
	if g := l.guard.Load(); g != nil {
		return g.addr
	}
	return ""
}

// Close ends it.
func (l *Listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.discard()
	old := l.serves
	l.guard.Store(nil)
	l.addr, l.bound, l.serves = "", "", nil
	if old == nil {
		return nil
	}
	return old.end()
}

// handler serves one address: with its own guard until another is committed
// for the same address.
func (l *Listener) handler(first *guard) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("/readyz", l.ready)
	mux.Handle("/metrics", promhttp.HandlerFor(l.o.Metrics.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4, Timeout: answerTimeout / 3,
	}))
	mux.HandleFunc("/status", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, l.o.Facts(l.o.Gateway.Status()))
	})
	mux.HandleFunc("/{$}", l.page)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := first
		if now := l.guard.Load(); now != nil && now.addr == first.addr {
			g = now
		}
		g.wrap(mux).ServeHTTP(w, r)
	})
}

func (l *Listener) ready(w http.ResponseWriter, _ *http.Request) {
	if !l.o.Gateway.Ready() {
		say(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	say(w, http.StatusOK, "ready")
}

func say(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(text + "\n")) // the client is gone
}
