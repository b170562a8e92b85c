package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// guard decides who may look. Without a token the address is loopback and the
// request has to name it: a web page that a browser was lured to, or a foreign
// name that points at 127.0.0.1, does not.
type guard struct {
	addr  string // as it listens: "127.0.0.1:8390"
	token plugin.Secret
}

// newGuard refuses an address beyond loopback without a token.
func newGuard(addr string, token plugin.Secret) (*guard, error) {
	if token == "" && !loopback(addr) {
		return nil, fmt.Errorf("%s can be reached from other machines, so the admin listener needs a token there (hermes { admin { token = env(\"HERMES_ADMIN_TOKEN\") } })", addr)
	}
	return &guard{addr: addr, token: token}, nil
}

// loopback reports whether only this machine can connect to addr.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost"
	}
	return ip.Unmap().IsLoopback()
}

// check returns 0 when the request may pass, else the status to refuse it with.
func (g *guard) check(r *http.Request) int {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return http.StatusMethodNotAllowed
	case g.token != "" && open(r.URL.Path):
		return 0
	case g.token != "" && !g.knows(r):
		return http.StatusUnauthorized
	case g.token == "" && !g.named(r.Host):
		return http.StatusMisdirectedRequest
	case g.token == "" && !g.from(r.Header.Values("Origin")):
		return http.StatusForbidden
	default:
		return 0
	}
}

// open lists the paths that tell nothing and need no token.
func open(path string) bool { return path == "/healthz" || path == "/readyz" }

// knows compares the token in constant time, whatever its length.
func (g *guard) knows(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	want, got := sha256.Sum256([]byte(g.token.Reveal())), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && ok
}

// named reports whether host is the address it listens on, or localhost with that port.
func (g *guard) named(host string) bool {
	_, port, err := net.SplitHostPort(g.addr)
	return err == nil && (host == g.addr || strings.EqualFold(host, net.JoinHostPort("localhost", port)))
}

// from reports whether a request with these Origin headers comes from our own page.
func (g *guard) from(origins []string) bool {
	for _, o := range origins {
		host, ok := strings.CutPrefix(o, "http://")
		if !ok || !g.named(host) {
			return false
		}
	}
	return true
}

// wrap guards a handler.
func (g *guard) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		code := g.check(r)
		switch code {
		case 0:
			next.ServeHTTP(w, r)
			return
		case http.StatusUnauthorized:
			h.Set("WWW-Authenticate", `Bearer realm="hermes"`)
		case http.StatusMethodNotAllowed:
			h.Set("Allow", "GET, HEAD")
		}
		http.Error(w, http.StatusText(code), code)
	})
}
