package telegram

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/mymmrac/telego"
	ta "github.com/mymmrac/telego/telegoapi"

	"github.com/hermes-gateway/hermes/core/chat"
)

const (
	placeholder   = "…"
	typingEvery   = 4 * time.Second // Telegram shows it for five
	streamTimeout = 10 * time.Second
	finishGrace   = 2 * time.Second // for an edit that is under way when the answer is whole
)

// draft is one reply in the making. Its goroutines end with Finish or with the
// context it was opened in.
type draft struct {
	line   *line
	save   func(chat.Ref) error
	cancel context.CancelFunc // ends both goroutines at once
	halt   context.CancelFunc // ends typing; no edit begins any more
	ended  chan struct{}      // both goroutines have ended

	ref     chat.Ref
	unsaved bool
	shown   string // what Finish has shown, when done
	done    bool

	mu     sync.Mutex
	latest string
	wake   chan struct{} // one slot
}

// Open sends a placeholder, which becomes the reply.
func (p *platform) Open(ctx context.Context, to chat.Address, save func(chat.Ref) error) (chat.Draft, error) {
	l, err := p.line(to)
	if err != nil {
		return nil, err
	}
	id, err := l.send(ctx, part{text: placeholder})
	if err != nil {
		return nil, err
	}
	ref := chat.Ref{Parts: []string{strconv.Itoa(id)}}
	if err := save(copied(ref)); err != nil {
		l.remove(ctx, id) // nobody could finish it
		return nil, err
	}
	return newDraft(ctx, l, ref, save), nil
}

// Resume takes up a reply whose placeholder an earlier process has sent.
func (p *platform) Resume(ctx context.Context, to chat.Address, ref chat.Ref, save func(chat.Ref) error) (chat.Draft, error) {
	if len(ref.Parts) == 0 {
		return p.Open(ctx, to, save)
	}
	l, err := p.line(to)
	if err != nil {
		return nil, err
	}
	return newDraft(ctx, l, copied(ref), save), nil
}

func copied(r chat.Ref) chat.Ref { return chat.Ref{Parts: append([]string(nil), r.Parts...)} }

func newDraft(ctx context.Context, l *line, ref chat.Ref, save func(chat.Ref) error) *draft {
	ctx, cancel := context.WithCancel(ctx)
	open, halt := context.WithCancel(ctx)
	d := &draft{
		line: l, save: save, ref: ref, cancel: cancel, halt: halt,
		ended: make(chan struct{}), wake: make(chan struct{}, 1),
	}
	show := &stream{draft: d, line: *l, id: number(ref.Parts[0])}
	var both sync.WaitGroup
	both.Go(func() { typing(open, *l) })
	both.Go(func() { show.run(ctx, open) })
	go func() { both.Wait(); cancel(); close(d.ended) }() // both end with ctx, or with halt
	return d
}

// number reads a message's id; 0 is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// typing shows that an answer is on its way until the draft is finished.
func typing(ctx context.Context, l line) {
	for {
		wait := typingEvery
		err := l.api.typing(ctx, &telego.SendChatActionParams{
			ChatID: l.id(), MessageThreadID: l.thread, Action: telego.ChatActionTyping,
		})
		var e *ta.Error
		if errors.As(err, &e) {
			l.rerouted(err)
			wait = max(wait, retryAfter(e))
		}
		if !sleep(ctx, wait) {
			return
		}
	}
}
