package breaker

import "time"

// The health circuit opens at half of at least windowCalls outcomes in window.
const (
	window      = 30 * time.Second
	windowCalls = 20
	ringSize    = 128
)

// ring counts outcomes: how many faults in a row, however far apart, and which
// part of the last 30 seconds failed. gobreaker's own counts forget both when
// an Interval is set.
type ring struct {
	row  int // consecutive faults
	at   [ringSize]time.Time
	ok   [ringSize]bool
	next int
	n    int
}

func (r *ring) add(now time.Time, ok bool) {
	r.row++
	if ok {
		r.row = 0
	}
	r.at[r.next], r.ok[r.next] = now, ok
	r.next = (r.next + 1) % ringSize
	r.n = min(r.n+1, ringSize)
}

func (r *ring) trips(now time.Time, failures int) bool {
	if r.row >= failures {
		return true
	}
	calls, bad := 0, 0
	for i := range r.n {
		if now.Sub(r.at[i]) <= window {
			calls++
			if !r.ok[i] {
				bad++
			}
		}
	}
	return calls >= windowCalls && 2*bad >= calls
}
