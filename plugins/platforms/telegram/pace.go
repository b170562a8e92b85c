package telegram

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How often one chat is written to. Telegram's own word, retry_after, comes
// before all of this.
const (
	editGap      = time.Second      // between two edits
	groupEditGap = 3 * time.Second  // in a group, while an answer grows: 20 a minute
	longestGap   = 30 * time.Second // a flood limit doubles the gap up to this
	sendGap      = time.Second      // between two messages, after sendBurst at once
	groupSendGap = 3 * time.Second
	sendBurst    = 8
	maxChats     = 10_000 // remembered; idle ones are forgotten beyond that
)

// pace keeps the platform within the rates that Telegram allows. It may be used
// concurrently.
type pace struct {
	all *rate.Limiter

	mu    sync.Mutex
	chats map[int64]*chatPace
}

func newPace(perSecond int) *pace {
	return &pace{all: rate.NewLimiter(rate.Limit(perSecond), perSecond), chats: map[int64]*chatPace{}}
}

// chat returns the pace of one chat; a negative id is a group.
func (p *pace) chat(id int64) *chatPace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.chats[id]; c != nil {
		return c
	}
	if len(p.chats) >= maxChats {
		now := time.Now()
		for id, c := range p.chats {
			if c.idle(now) {
				delete(p.chats, id)
			}
		}
	}
	c := &chatPace{all: p.all, normal: editGap, gap: editGap, sendGap: sendGap}
	if id < 0 {
		c.normal, c.gap, c.sendGap = groupEditGap, groupEditGap, groupSendGap
	}
	p.chats[id] = c
	return c
}

// chatPace is the pace of one chat.
type chatPace struct {
	all     *rate.Limiter
	normal  time.Duration // between edits while an answer grows
	sendGap time.Duration

	mu     sync.Mutex
	gap    time.Duration // normal, or longer after a flood limit
	edited time.Time     // the last edit, also one that is planned
	sends  time.Time     // when the bucket of sends is full again
	until  time.Time     // nothing goes before: Telegram said so
}

func (c *chatPace) idle(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.After(c.until) && now.After(c.sends) && now.Sub(c.edited) > time.Minute
}

// turn is what a call waits for.
type turn int

const (
	sending turn = iota
	lastEdit
)

// wait blocks until a message may be sent, or the last edit of a message made.
// It fails at once when ctx would end before.
func (c *chatPace) wait(ctx context.Context, t turn) error {
	for {
		d := c.reserve(t, time.Now())
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
			return fmt.Errorf("waiting %s for Telegram's rate limit: %w", d.Round(time.Second), context.DeadlineExceeded)
		}
		if !sleep(ctx, d) {
			return context.Cause(ctx)
		}
		if !c.limited(time.Now()) {
			break
		}
	}
	if err := c.all.Wait(ctx); err != nil {
		return fmt.Errorf("waiting for the rate of all chats: %w", err)
	}
	return nil
}

// reserve takes the next place and returns how long it is until then.
func (c *chatPace) reserve(t turn, now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := later(now, c.until)
	switch t {
	case sending:
		c.sends = later(c.sends, now)
		at = later(at, c.sends.Add(-(sendBurst-1)*c.sendGap))
		c.sends = c.sends.Add(c.sendGap)
	case lastEdit:
		at = later(at, c.edited.Add(editGap))
		c.edited = at
	}
	return at.Sub(now)
}

// try takes the place of an edit that shows an answer growing, or returns how
// long to wait before trying again. Such edits leave room for what matters more.
func (c *chatPace) try(now time.Time) (wait time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := later(c.edited.Add(c.gap), c.until)
	if at.After(now) {
		return at.Sub(now), false
	}
	if c.all.TokensAt(now) < float64(c.all.Burst())/3 || !c.all.AllowN(now, 1) {
		return editGap, false
	}
	c.edited = now
	return 0, true
}

func (c *chatPace) limited(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.until.After(now)
}

// flooded notes that Telegram asks to wait, and slows down.
func (c *chatPace) flooded(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = later(c.until, time.Now().Add(max(d, time.Second)))
	c.gap = min(2*c.gap, longestGap)
}

// eased notes that an edit went well: the gap shrinks back to normal.
func (c *chatPace) eased() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gap = max(c.gap*9/10, c.normal)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
