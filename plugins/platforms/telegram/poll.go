package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/mymmrac/telego"

	"github.com/hermes-gateway/hermes/core/chat"
)

// session finds out who the bot is and polls until something fails.
func (r *run) session(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	timeout := time.Duration(0) // the first poll comes back at once: it proves the connection
	for ctx.Err() == nil {
		updates, err := r.poll(ctx, timeout)
		if err != nil {
			return err
		}
		r.connected()
		if err := r.take(ctx, updates); err != nil {
			return err
		}
		timeout = r.timeout
	}
	return ctx.Err()
}

// begin learns the bot's name and where its queue was left.
func (r *run) begin(ctx context.Context) error {
	me, err := r.api.getMe(ctx)
	if err != nil {
		return err
	}
	r.me = identity{id: me.ID, name: me.Username}
	if r.offset != 0 {
		return nil
	}
	for n := 1; ; n++ {
		value, err := r.host.Cursor(ctx, r.cursorName())
		if err == nil {
			r.offset, _ = strconv.ParseInt(value, 10, 64) // "" before the first update
			return nil
		}
		if !r.wait(ctx, err, n) {
			return ctx.Err()
		}
	}
}

// poll asks for updates. An answer too long to be read is asked for again
// piecemeal; a single update of that size is left out.
func (r *run) poll(ctx context.Context, timeout time.Duration) ([]json.RawMessage, error) {
	updates, err := r.api.getUpdates(ctx, &telego.GetUpdatesParams{
		Offset: int(r.offset), Limit: r.limit, Timeout: int(timeout / time.Second),
		AllowedUpdates: []string{telego.MessageUpdates},
	})
	var body *bodyError
	switch {
	case err == nil:
		r.limit = 0
	case !errors.As(err, &body) || !body.TooLong:
	case r.limit != 1:
		r.limit = 1
		return nil, nil
	default:
		before := r.offset
		if r.skip(headID(body.Head), body); r.offset == before {
			return nil, err // nobody knows what to ask for instead
		}
		return nil, r.commit(ctx, chat.Batch{})
	}
	return updates, err
}

// take hands on what a poll brought. The offset moves only after that.
func (r *run) take(ctx context.Context, updates []json.RawMessage) error {
	if len(updates) == 0 {
		return nil
	}
	before := r.offset
	var batch chat.Batch
	var cannot []chat.Address
	for _, raw := range updates {
		u, err := readUpdate(raw)
		if err != nil {
			r.skip(u.ID, err)
			continue
		}
		// Ids that restart below the offset are adopted.
		r.offset = u.ID + 1
		in := r.receive(u, r.me)
		if in.message != nil {
			batch.Messages = append(batch.Messages, *in.message)
		}
		if in.cannot != nil {
			cannot = append(cannot, *in.cannot)
		}
	}
	if err := r.commit(ctx, batch); err != nil {
		return err
	}
	for _, to := range cannot {
		r.sorry(to)
	}
	if r.offset == before && !sleep(ctx, firstWait) { // the server repeats itself
		return ctx.Err()
	}
	return nil
}

// skip leaves out an update that cannot be read. One without an id is taken to
// be the next in turn.
func (r *run) skip(id int64, why error) {
	r.log.Warn("update left out", "update_id", id, "reason", why.Error())
	switch {
	case id > 0:
		r.offset = id + 1
	case r.offset > 0:
		r.offset++
	}
}

// commit offers a batch, with the offset as it stands, until host takes it.
func (r *run) commit(ctx context.Context, b chat.Batch) error {
	b.Cursor = chat.Cursor{Name: r.cursorName(), Value: strconv.FormatInt(r.offset, 10)}
	for n := 1; ; n++ {
		err := r.host.Accept(ctx, b)
		if err == nil {
			if n > 1 {
				r.connected()
			}
			return nil
		}
		if !r.wait(ctx, err, n) {
			return ctx.Err()
		}
	}
}

// wait reports that the gateway itself cannot take messages in, and rests.
func (r *run) wait(ctx context.Context, err error, n int) bool {
	if ctx.Err() != nil {
		return false
	}
	pause := min(grow(firstWait, n), maxRefusal)
	r.host.Report(chat.Status{State: chat.Retrying, Reason: "messages cannot be taken in just now", RetryAt: time.Now().Add(pause)})
	r.log.Warn("messages not taken in", "error", fmt.Sprint(err), "retry_in", pause)
	return sleep(ctx, pause)
}

// maxRefusal is the longest pause before a refused batch is offered again.
const maxRefusal = 5 * time.Second
