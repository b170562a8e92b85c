package telegram

import (
	"context"
	"errors"
	"time"

	ta "github.com/mymmrac/telego/telegoapi"
)

// Update shows the text so far, as soon as the chat's pace allows.
func (d *draft) Update(text string) {
	d.mu.Lock()
	d.latest = text
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default: // it is awake
	}
}

// stream shows a draft while it grows. Every edit may fail: the last one makes
// good for it.
type stream struct {
	*draft
	line  line
	id    int
	last  string // what the message says
	plain bool   // marks were refused
}

// run edits until open ends. An edit that has begun is carried through unless
// ctx ends, so that it cannot overtake the last one.
func (s *stream) run(ctx, open context.Context) {
	for {
		select {
		case <-s.wake:
		case <-open.Done():
			return
		}
		if !s.update(ctx, open) {
			return
		}
	}
}

// update makes one edit when its turn comes; false: the draft is over.
func (s *stream) update(ctx, open context.Context) bool {
	for {
		wait, ok := s.line.pace.try(time.Now())
		if open.Err() != nil {
			return false
		}
		if ok {
			s.edit(ctx)
			return true
		}
		if !sleep(open, wait) {
			return false
		}
	}
}

func (s *stream) edit(ctx context.Context) {
	s.mu.Lock()
	text := s.latest
	s.mu.Unlock()
	if blank(text) {
		return
	}
	p := tail(text)
	if s.plain {
		p = part{text: p.plain()}
	}
	if p.text == s.last {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, streamTimeout)
	defer cancel()
	err := s.line.api.edit(ctx, s.line.change(s.id, p))
	var e *ta.Error
	switch {
	case err == nil || says(err, "not modified"):
		s.last = p.text
		s.line.pace.eased()
	case errors.As(err, &e) && e.ErrorCode == 429:
		s.line.pace.flooded(retryAfter(e))
		s.again()
	case s.line.rerouted(err):
		s.again()
	case len(p.entities) > 0 && formRefused(err):
		s.plain = true
		s.again()
	}
}

// again asks for another edit, with the latest text.
func (s *stream) again() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// tail renders a text that grows into one message: its beginning, or, once that
// is full, its end.
func tail(text string) part {
	const more = placeholder + "\n"
	parts := render(text, maxUnits-len([]rune(more)))
	p := parts[len(parts)-1]
	if len(parts) == 1 {
		return p
	}
	p.text = more + p.text
	for i := range p.entities {
		p.entities[i].Offset += len([]rune(more))
	}
	return p
}
