package turn

import (
	"context"
	"fmt"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// How often, and how soon, a platform that refuses is asked again.
const (
	deliveryTries = 5
	deliveryPause = 500 * time.Millisecond // doubles
)

// Say sends a notice. It tries a few times, while ctx lives.
func Say(ctx context.Context, s chat.Sender, to chat.Address, text string) error {
	draft, err := open(ctx, s, to)
	if err != nil {
		return err
	}
	return finish(ctx, draft, chat.Reply{Text: text, Notice: true})
}

// open begins a draft. A part that was sent before an error is taken up again
// instead of being sent twice.
func open(ctx context.Context, s chat.Sender, to chat.Address) (draft chat.Draft, err error) {
	var sent chat.Ref
	save := func(r chat.Ref) error { sent = r; return nil } //nolint:unparam // memory never fails
	err = retry(ctx, func() (err error) {
		if len(sent.Parts) > 0 {
			draft, err = s.Resume(ctx, to, sent, save)
		} else {
			draft, err = s.Open(ctx, to, save)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("opening the reply: %w", err)
	}
	return draft, nil
}

// finish shows the reply as it stays.
func finish(ctx context.Context, d chat.Draft, reply chat.Reply) error {
	if err := retry(ctx, func() error { return d.Finish(ctx, reply) }); err != nil {
		return fmt.Errorf("finishing the reply: %w", err)
	}
	return nil
}

// retry calls f, which may panic, until it succeeds, a few times, while ctx lives.
func retry(ctx context.Context, f func() error) error {
	for n, pause := 1, deliveryPause; ; n, pause = n+1, 2*pause {
		err := Safely(f)
		if err == nil || n == deliveryTries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
