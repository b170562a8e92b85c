package fault

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxWait is the longest time that is repeated; a later one is cut to it.
// What acts on a fault has tighter limits of its own.
const maxWait = 366 * 24 * time.Hour

// stated is a time to try again as somebody stated it; either part may be zero.
type stated struct {
	wait time.Duration
	at   time.Time
}

// longest keeps the later of both statements, part by part. Where one is the
// other rounded up to whole seconds, the finer one is kept.
func (s *stated) longest(o stated) {
	fine, coarse := min(s.wait, o.wait), max(s.wait, o.wait)
	if fine > 0 && coarse%time.Second == 0 && coarse-fine < time.Second {
		s.wait = fine
	} else {
		s.wait = coarse
	}
	if o.at.After(s.at) {
		s.at = o.at
	}
}

// known reports whether anything was stated.
func (s *stated) known() bool { return s.wait > 0 || !s.at.IsZero() }

// from returns the stated wait, seen from now.
func (s *stated) from(now time.Time) time.Duration {
	if s.at.IsZero() {
		return s.wait
	}
	return max(s.wait, s.at.Sub(now))
}

// waits are the times stated in the places of an answer.
type waits struct{ fields, header, prose, window stated }

func (w *waits) field(s stated) { w.fields.longest(s) }

// best combines the places. A rate limit window's own header counts only where
// nobody says more.
func (w *waits) best() stated {
	all := w.fields
	all.longest(w.header)
	all.longest(w.prose)
	if !all.known() {
		return w.window
	}
	return all
}

// since makes a statement of a point in time: past ones are dropped, absurd
// ones cut.
func since(at, now time.Time) stated {
	switch d := at.Sub(now); {
	case d <= 0:
		return stated{}
	case d > maxWait:
		return stated{at: now.Add(maxWait).UTC()}
	}
	return stated{at: at.UTC()}
}

func after(d time.Duration) stated {
	if d <= 0 {
		return stated{}
	}
	return stated{wait: min(d, maxWait)}
}

// Numbers above these are unix times, not waits.
const (
	unixSeconds = 1e9  // 2001 in seconds, thirty years as a wait
	unixMillis  = 1e11 // 5138 in seconds, 1973 in milliseconds
)

// parseWhen reads the value of a header or a field: a number of units, a unix
// time in seconds or milliseconds, a duration like "1m30s", an RFC 3339 or an
// HTTP date.
func parseWhen(v string, unit time.Duration, now time.Time) stated {
	if len(v) == 0 || len(v) > 64 {
		return stated{}
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		return parseNumber(n, unit, now)
	}
	if !isDigit(v[0]) {
		if at, err := http.ParseTime(v); err == nil {
			return since(at, now)
		}
		return stated{}
	}
	c := cursor{text: strings.ToLower(v), now: now}
	if at, ok := c.date(); ok {
		return since(at, now)
	}
	c.pos = 0
	if d, ok := c.duration(); ok {
		return after(d)
	}
	return stated{}
}

func parseNumber(n float64, unit time.Duration, now time.Time) stated {
	switch {
	case !(n > 0) || n > 1e15:
		return stated{}
	case n >= unixMillis && unit == time.Second:
		return since(time.UnixMilli(int64(n)), now)
	case n >= unixSeconds && unit == time.Second:
		return since(time.UnixMilli(int64(n*1000)), now)
	case n*float64(unit) >= float64(maxWait):
		return stated{wait: maxWait}
	}
	return after(time.Duration(n * float64(unit)))
}

// readHeader takes what the headers state about the time to try again.
func (w *waits) readHeader(h http.Header, now time.Time) {
	for _, name := range []string{"Retry-After-Ms", "X-Ms-Retry-After-Ms"} {
		w.header.longest(parseWhen(strings.TrimSpace(h.Get(name)), time.Millisecond, now))
	}
	if !w.header.known() {
		w.header = parseWhen(strings.TrimSpace(h.Get("Retry-After")), time.Second, now)
	}
	if s := parseWhen(h.Get("Anthropic-Ratelimit-Unified-Reset"), time.Second, now); s.known() {
		w.header.longest(s)
	}
	for name, values := range h {
		if len(values) > 0 {
			w.readWindow(h, window{name: strings.ToLower(name), value: values[0], now: now})
		}
	}
}

// window is one header that says when a rate limit window ends.
type window struct {
	name, value string
	now         time.Time
}

// readWindow takes the reset of a window that is used up: x-ratelimit-reset,
// x-ratelimit-reset-tokens, anthropic-ratelimit-requests-reset and their like.
// A window with something left is not why the call failed.
func (w *waits) readWindow(h http.Header, r window) {
	if !strings.Contains(r.name, "ratelimit") && !strings.Contains(r.name, "rate-limit") ||
		!strings.Contains(r.name, "reset") || strings.Contains(r.name, "unified") {
		return
	}
	left := h.Get(strings.Replace(r.name, "reset", "remaining", 1))
	if n, err := strconv.ParseFloat(strings.TrimSpace(left), 64); err == nil && n >= 1 {
		return
	}
	if left == "" && hasRemaining(h) {
		return
	}
	w.window.longest(parseWhen(strings.TrimSpace(r.value), time.Second, r.now))
}

func hasRemaining(h http.Header) bool {
	for name := range h {
		if strings.Contains(strings.ToLower(name), "remaining") {
			return true
		}
	}
	return false
}
