package telegramtest

import (
	"strings"
	"time"
)

// maxJournal bounds the journal; the oldest calls are forgotten.
const maxJournal = 100_000

// Call is one call of the bot.
type Call struct {
	Method string
	Params Params
	At     time.Time
	Status int // HTTP status it was answered with; 0: not answered, or not yet

	token string
}

// note writes c down; s.mu is held.
func (s *Server) note(c *Call) {
	if len(s.journal) >= maxJournal {
		s.journal = append(s.journal[:0:0], s.journal[maxJournal/10:]...)
	}
	s.journal = append(s.journal, c)
	s.wake()
}

func (s *Server) setStatus(c *Call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Status = status
	s.wake()
}

// Calls returns what the bot has called, oldest first; with names, only these
// methods.
func (s *Server) Calls(names ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.journal {
		if len(names) == 0 || has(names, c.Method) {
			out = append(out, *c)
		}
	}
	return out
}

// ForgetCalls empties the journal.
func (s *Server) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal = nil
}

func has(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}
