package breaker

import "time"

// The health circuit opens at half of at least windowCalls outcomes in window.
const (
	window      = 30 // seconds
	windowCalls = 20
)

// ring counts outcomes: how many faults in a row, however far apart, and which
// part of the last 30 seconds failed. gobreaker's own counts would forget both
// when an Interval is set, and with it the outcome of a call that began earlier.
type ring struct {
	row   int // faults since the last success
	slots [window]slot
}

// slot holds the outcomes of one second.
type slot struct {
	second        int64
	calls, faults int
}

// add counts an outcome at that age of the circuits.
func (r *ring) add(age time.Duration, ok bool) {
	second := int64(age / time.Second)
	s := &r.slots[second%window]
	if s.second != second {
		*s = slot{second: second}
	}
	s.calls++
	if ok {
		r.row = 0
		return
	}
	s.faults++
	r.row++
}

// recent counts the outcomes of the last 30 seconds.
func (r *ring) recent(age time.Duration) (calls, faults int) {
	second := int64(age / time.Second)
	for i := range r.slots {
		if s := &r.slots[i]; second-s.second < window {
			calls += s.calls
			faults += s.faults
		}
	}
	return calls, faults
}

// trips reports whether the circuit has to open, and what made it: so many
// faults in a row (calls is 0), or so many of so many calls.
func (r *ring) trips(age time.Duration, limit int) (faults, calls int, trips bool) {
	if r.row >= limit {
		return r.row, 0, true
	}
	calls, faults = r.recent(age)
	return faults, calls, calls >= windowCalls && 2*faults >= calls
}
