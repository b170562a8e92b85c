package telegramtest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// The bounds of getUpdates.
const (
	keepUpdates = 24 * time.Hour
	maxUpdates  = 100
	maxPoll     = 50 * time.Second
	future      = 10      // an offset further beyond the last id is not believed
	past        = 2000000 // nor one so far before it
)

// queue holds the updates that are not acknowledged yet.
type queue struct {
	next    int64 // id of the next update
	waiting []update
	kinds   []string      // allowed_updates; nil is all
	poll    chan struct{} // closed when another getUpdates takes over; nil when none runs
}

type update struct {
	id      int64
	raw     json.RawMessage
	arrived time.Time
}

// push adds an update of one kind unless the bot has not asked for that kind;
// s.mu is held.
func (s *Server) push(kind string, value any) {
	if s.queue.kinds != nil && !has(s.queue.kinds, kind) {
		return
	}
	raw, err := json.Marshal(map[string]any{"update_id": s.queue.next, kind: value})
	if err != nil {
		return
	}
	s.pushRaw(raw)
}

func (s *Server) pushRaw(raw []byte) {
	s.queue.waiting = append(s.queue.waiting, update{id: s.queue.next, raw: raw, arrived: time.Now()})
	s.queue.next++
	s.wake()
}

// Push queues any JSON value as an update; make gets the update's id.
func (s *Server) Push(make func(id int64) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushRaw([]byte(make(s.queue.next)))
}

// Pending returns how many updates are not acknowledged yet.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting)
}

// NextID returns the id that the next update gets.
func (s *Server) NextID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.queue.next
}

// RestartIDs makes ids go on at next, as they do at a random place after a week
// without updates. What waits is acknowledged.
func (s *Server) RestartIDs(next int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.waiting, s.queue.next = nil, next
}

// getUpdates answers a poll: at once when something waits, else when something
// comes or the time is over. A poll ends the one before it with 409.
func (s *Server) getUpdates(ctx context.Context, c *Call) (any, *apiError) {
	q, err := s.beginPoll(c)
	if err != nil {
		return nil, err
	}
	defer s.endPoll(q.mine)
	over := time.NewTimer(q.timeout)
	defer over.Stop()
	for {
		s.mu.Lock()
		ready, changed, down := s.read(q), s.changed, s.down
		s.mu.Unlock()
		if down {
			panic(http.ErrAbortHandler)
		}
		if len(ready) > 0 {
			return ready, nil
		}
		select {
		case <-changed:
		case <-q.mine:
			return nil, fail(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
		case <-over.C:
			return []json.RawMessage{}, nil
		case <-ctx.Done():
			return nil, fail(500, "Internal Server Error: client is gone")
		}
	}
}

// poll is one running getUpdates.
type poll struct {
	offset  int64
	limit   int
	timeout time.Duration
	mine    chan struct{}
}

func (s *Server) beginPoll(c *Call) (poll, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook != "" {
		return poll{}, fail(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	var kinds []string
	if err := c.Params.decode("allowed_updates", &kinds); err != nil {
		return poll{}, err
	}
	if kinds != nil {
		s.queue.kinds = kinds
	}
	if s.queue.poll != nil {
		close(s.queue.poll)
	}
	p := poll{offset: c.Params.Int("offset"), limit: int(c.Params.Int("limit")), mine: make(chan struct{})}
	if p.limit < 1 || p.limit > maxUpdates {
		p.limit = maxUpdates
	}
	p.timeout = min(max(time.Duration(c.Params.Int("timeout"))*time.Second, 0), maxPoll)
	s.queue.poll = p.mine
	s.acknowledge(&p)
	return p, nil
}

func (s *Server) endPoll(mine chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queue.poll == mine {
		s.queue.poll = nil
	}
}

// acknowledge drops the updates before the offset. An offset far from any id is
// taken as none, so that restarted ids are seen; s.mu is held.
func (s *Server) acknowledge(p *poll) {
	q := &s.queue
	if p.offset < 0 {
		p.offset = max(q.next+p.offset, 1)
	}
	if p.offset > q.next+future || p.offset < q.next-past {
		p.offset = 0
	}
	n := 0
	for n < len(q.waiting) && (q.waiting[n].id < p.offset || time.Since(q.waiting[n].arrived) > keepUpdates) {
		n++
	}
	if n > 0 {
		q.waiting = append(q.waiting[:0:0], q.waiting[n:]...)
		s.wake()
	}
}

// read returns what waits for the poll; s.mu is held.
func (s *Server) read(p poll) []json.RawMessage {
	var out []json.RawMessage
	for _, u := range s.queue.waiting {
		if u.id >= p.offset && len(out) < p.limit {
			out = append(out, u.raw)
		}
	}
	return out
}
