package telegram

import (
	"context"
	"strconv"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// Finish turns the placeholder into the reply and sends what does not fit into
// it. Done again it edits what is there to the same text.
func (d *draft) Finish(ctx context.Context, r chat.Reply) error {
	if err := d.settle(ctx); err != nil {
		return err
	}
	if d.done && d.shown == r.Text {
		return nil
	}
	d.done = false
	if err := d.keep(); err != nil {
		return err
	}
	parts := render(r.Text, maxUnits)
	for i, p := range parts {
		if err := d.place(ctx, i, p); err != nil {
			return err
		}
	}
	if err := d.trim(ctx, len(parts)); err != nil {
		return err
	}
	d.shown, d.done = r.Text, true
	return nil
}

// settle stops typing and edits, and waits for them to end. An edit that is
// under way may end by itself, for a while.
func (d *draft) settle(ctx context.Context) error {
	d.halt()
	grace := time.NewTimer(finishGrace)
	defer grace.Stop()
	select {
	case <-d.ended:
	case <-grace.C:
	case <-ctx.Done():
	}
	d.cancel()
	<-d.ended // everything they wait for ends with their context
	return ctx.Err()
}

// place shows the i-th part: in the message that is there for it, else in a new one.
func (d *draft) place(ctx context.Context, i int, p part) error {
	if i > 0 {
		d.line.reply = 0 // the first message alone is shown as a reply
	}
	if i < len(d.ref.Parts) {
		gone := true
		var err error
		if id := number(d.ref.Parts[i]); id != 0 {
			gone, err = d.line.edit(ctx, id, p)
		}
		if err != nil || !gone {
			return err
		}
	}
	id, err := d.line.send(ctx, p)
	if err != nil {
		return err
	}
	if i == len(d.ref.Parts) {
		d.ref.Parts = append(d.ref.Parts, "")
	}
	d.ref.Parts[i] = strconv.Itoa(id)
	d.unsaved = true
	return d.keep()
}

// trim takes away messages that an earlier, longer text needed.
func (d *draft) trim(ctx context.Context, n int) error {
	if len(d.ref.Parts) <= n {
		return nil
	}
	for _, id := range d.ref.Parts[n:] {
		d.line.remove(ctx, number(id))
	}
	d.ref.Parts = d.ref.Parts[:n]
	d.unsaved = true
	return d.keep()
}

// keep saves the ids of the messages, if they have changed.
func (d *draft) keep() error {
	if !d.unsaved {
		return nil
	}
	if err := d.save(copied(d.ref)); err != nil {
		return err
	}
	d.unsaved = false
	return nil
}
