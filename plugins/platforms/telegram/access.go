package telegram

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// everybody in an allow list lets anybody write.
const everybody = "*"

// The bounds of what is remembered about strangers.
const (
	strangerQuiet = time.Hour   // a stranger is logged again after that
	strangerGap   = time.Second // between two lines about strangers
	maxStrangers  = 1000
)

// access decides who may write. It may be used concurrently.
type access struct {
	log *slog.Logger
	all bool
	ids map[int64]bool

	mu        sync.Mutex
	names     map[string]int64 // lower-case name; 0 until its owner has written
	strangers map[int64]time.Time
	lastLine  time.Time
}

func newAccess(allow []string, log *slog.Logger) *access {
	a := &access{log: log, ids: map[int64]bool{}, names: map[string]int64{}, strangers: map[int64]time.Time{}}
	for _, who := range allow {
		id, err := strconv.ParseInt(who, 10, 64)
		switch {
		case who == everybody:
			a.all = true
		case err == nil:
			a.ids[id] = true
		default:
			a.names[strings.ToLower(strings.TrimPrefix(who, "@"))] = 0
		}
	}
	return a
}

// may reports whether a user may write. A name belongs, until the platform is
// built anew, to the first user seen with it.
func (a *access) may(id int64, name string) bool {
	if a.all || a.ids[id] {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	name = strings.ToLower(name)
	owner, listed := a.names[name]
	if listed && owner == 0 && name != "" {
		a.names[name] = id
		a.log.Info("user name bound to its first user", "user_name", name, "user_id", id)
		return true
	}
	for _, owner := range a.names { // who was bound stays allowed under a new name
		if owner == id {
			return true
		}
	}
	return false
}

// refuse writes one line about a stranger now and then, so that the operator can
// find the id to allow.
func (a *access) refuse(id int64, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if now.Sub(a.strangers[id]) < strangerQuiet || now.Sub(a.lastLine) < strangerGap {
		return
	}
	if len(a.strangers) >= maxStrangers {
		clear(a.strangers)
	}
	a.strangers[id], a.lastLine = now, now
	a.log.Warn("message of a user who is not allowed was ignored", "user_id", id, "user_name", name)
}
