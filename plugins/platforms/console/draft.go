package console

import (
	"context"
	"strconv"
	"sync"

	"github.com/hermes-gateway/hermes/core/chat"
)

// draft is one reply in the making.
type draft struct {
	id      string
	message string // the message it answers
	p       *platform
	shown   string // what stands on the screen; guarded by the screen's turn

	mu     sync.Mutex
	latest string
	wake   chan struct{} // one slot
	stop   context.CancelFunc
	ended  chan struct{}
}

// Open begins a reply; it is shown as it grows until Finish, or until ctx ends.
func (p *platform) Open(ctx context.Context, to chat.Address, save func(chat.Ref) error) (chat.Draft, error) {
	p.mu.Lock()
	p.drafts++
	id := to.ReplyTo + "/" + strconv.Itoa(p.drafts)
	p.mu.Unlock()
	if err := save(chat.Ref{Parts: []string{id}}); err != nil {
		return nil, err
	}
	return p.open(ctx, id, to), nil
}

// Resume takes a reply up again. What an earlier terminal showed is gone, so it
// is shown whole, unless this one has shown its end.
func (p *platform) Resume(ctx context.Context, to chat.Address, ref chat.Ref, save func(chat.Ref) error) (chat.Draft, error) {
	if len(ref.Parts) == 0 {
		return p.Open(ctx, to, save)
	}
	return p.open(ctx, ref.Parts[0], to), nil
}

func (p *platform) open(ctx context.Context, id string, to chat.Address) *draft {
	ctx, stop := context.WithCancel(ctx)
	d := &draft{
		id: id, message: to.ReplyTo, p: p,
		wake: make(chan struct{}, 1), stop: stop, ended: make(chan struct{}),
	}
	go d.write(ctx)
	return d
}

// write shows what Update brings until ctx ends.
func (d *draft) write(ctx context.Context) {
	defer close(d.ended)
	for {
		select {
		case <-d.wake:
		case <-ctx.Done():
			return
		}
		d.mu.Lock()
		text := clean(d.latest)
		d.mu.Unlock()
		if d.p.screen.grow(ctx, d, text) != nil {
			return // Finish meets the same error and returns it
		}
	}
}

// Update shows the text so far.
func (d *draft) Update(text string) {
	d.mu.Lock()
	d.latest = text
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Finish shows the whole reply and, when a provider had trouble, one line about it.
func (d *draft) Finish(ctx context.Context, r chat.Reply) error {
	d.stop()
	<-d.ended
	if err := d.p.screen.finish(ctx, d, clean(r.Text), trouble(r.Attempts)); err != nil {
		if gone(err) {
			d.p.hangUp()
		}
		return err
	}
	d.p.settled(ctx, d.message)
	return nil
}
