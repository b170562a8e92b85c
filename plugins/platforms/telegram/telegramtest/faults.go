package telegramtest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Fault makes calls fail. With neither Drop nor Hang it answers with Status:
// with Body, or with an error in JSON made of Description and RetryAfter.
type Fault struct {
	// Which calls. The zero values match any.
	Method string
	Chat   int64
	Where  func(Call) bool // asked under the server's lock: it must not call the server
	Skip   int             // so many matching calls pass first
	Times  int             // so many fail; 0: until the fault is removed

	// What happens to them.
	Status          int
	Description     string
	RetryAfter      int    // seconds
	Body            string // sent as it is
	Drop            bool   // the connection is closed without an answer
	AfterProcessing bool   // with Drop or Hang: the call is carried out first
	Hang            bool   // no answer comes until the client leaves
}

// BadGateway is nginx's page for HTTP 502.
const BadGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"

// Inject adds a fault and returns a function that removes it.
func (s *Server) Inject(f Fault) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	added := &f
	if added.Times == 0 {
		added.Times = -1
	}
	s.faults = append(s.faults, added)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		added.Times = 0
	}
}

// Down makes every connection fail, as when nothing listens; false undoes it.
// Polls that wait are dropped too.
func (s *Server) Down(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = on
	s.wake()
}

// Revoke makes the token invalid: every call answers 401. False undoes it.
func (s *Server) Revoke(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = on
}

// matchFault returns a copy of the fault that meets c, nil when there is none;
// s.mu is held.
func (s *Server) matchFault(c *Call) *Fault {
	for _, f := range s.faults {
		switch {
		case f.Times == 0, f.Method != "" && !strings.EqualFold(f.Method, c.Method):
		case f.Chat != 0 && c.Params.Int("chat_id") != f.Chat:
		case f.Where != nil && !f.Where(*c):
		case f.Skip > 0:
			f.Skip--
		default:
			f.Times--
			met := *f
			return &met
		}
	}
	return nil
}

func (f *Fault) status() int {
	if f.Drop || f.Hang {
		return 0
	}
	return f.Status
}

// act answers, or does not.
func (f *Fault) act(w http.ResponseWriter, r *http.Request) {
	switch {
	case f.Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case f.Drop:
		panic(http.ErrAbortHandler)
	case f.Body != "":
		if strings.HasPrefix(f.Body, "<") {
			w.Header().Set("Content-Type", "text/html")
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body) // the client may have gone
	default:
		text := f.Description
		if text == "" {
			text = http.StatusText(f.Status)
			if f.RetryAfter > 0 {
				text = fmt.Sprintf("%s: retry after %d", text, f.RetryAfter)
			}
		}
		writeError(w, &apiError{Code: f.Status, Text: text, RetryAfter: f.RetryAfter})
	}
}

// Limits are the rates beyond which sends and edits are answered with 429. Zero
// is no limit.
type Limits struct {
	ChatPerSecond  int
	GroupPerMinute int
	TotalPerSecond int
}

// Limit sets the flood limits.
func (s *Server) Limit(l Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits, s.flood = l, map[int64]*floodGate{}
}

// floodGate counts the calls of one window.
type floodGate struct {
	since time.Time
	count int
}

// allow counts one call; it returns the seconds to wait when there were limit
// calls in this window already.
func (g *floodGate) allow(limit int, window time.Duration) int {
	now := time.Now()
	if now.Sub(g.since) >= window {
		g.since, g.count = now, 0
	}
	if g.count >= limit {
		return int((window-now.Sub(g.since))/time.Second) + 1
	}
	g.count++
	return 0
}

// tooFast applies the flood limits; s.mu is held.
func (s *Server) tooFast(c *Call) *apiError {
	if !has([]string{"sendMessage", "editMessageText"}, c.Method) {
		return nil
	}
	chat := c.Params.Int("chat_id")
	wait := s.gate(0, s.limits.TotalPerSecond, time.Second)
	if chat < 0 {
		wait = max(wait, s.gate(chat, s.limits.GroupPerMinute, time.Minute))
	} else {
		wait = max(wait, s.gate(chat, s.limits.ChatPerSecond, time.Second))
	}
	if wait > 0 {
		return tooMany(wait)
	}
	return nil
}

func (s *Server) gate(key int64, limit int, window time.Duration) int {
	if limit <= 0 {
		return 0
	}
	g := s.flood[key]
	if g == nil {
		g = &floodGate{}
		s.flood[key] = g
	}
	return g.allow(limit, window)
}
