package queue

import "time"

// Recent remembers ids for a while, to drop what comes twice. It is bounded in
// number and age: the oldest is forgotten first. It is not safe for concurrent use.
type Recent struct {
	max   int
	keep  time.Duration
	since map[string]time.Time
	order []string // a ring once it is full
	head  int      // the oldest of a full ring
}

// NewRecent returns a memory for at most limit ids, each for keep.
func NewRecent(limit int, keep time.Duration) *Recent {
	return &Recent{max: max(1, limit), keep: keep, since: make(map[string]time.Time)}
}

// Has reports whether id was added less than the time to keep before now.
func (r *Recent) Has(id string, now time.Time) bool {
	at, ok := r.since[id]
	return ok && now.Sub(at) < r.keep
}

// Add remembers id from now on. Adding it again does not renew an id that is
// still remembered.
func (r *Recent) Add(id string, now time.Time) {
	if r.Has(id, now) {
		return
	}
	if _, expired := r.since[id]; expired {
		r.since[id] = now
		return
	}
	r.since[id] = now
	if len(r.order) < r.max {
		r.order = append(r.order, id)
		return
	}
	delete(r.since, r.order[r.head])
	r.order[r.head] = id
	r.head = (r.head + 1) % r.max
}
