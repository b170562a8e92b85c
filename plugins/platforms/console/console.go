package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// platform is a chat.Platform and chat.Sender.
type platform struct {
	screen      *screen
	lines       lines
	interactive bool // a person types: lines are handed on while an answer is written
	now         func() time.Time
	log         *slog.Logger
	greeted     bool
	held        *chat.Message // read, but not taken in when Run ended
	quit        bool
	count       int
	answered    chan struct{} // one slot: pending has changed

	mu        sync.Mutex
	hungUp    bool            // nobody sees the output any more
	pending   map[string]bool // accepted messages that await their answer
	listening bool
	drafts    int
}

// Run hands each line to host until the input or ctx ends. With input from a
// pipe it waits for each answer, so that a long script is never refused. When
// the input has ended it waits for the last answer and returns chat.ErrDone.
func (p *platform) Run(ctx context.Context, host chat.Host) error {
	host.Report(chat.Status{State: chat.Connected})
	p.greet(ctx)
	if err := p.serve(ctx, host); ctx.Err() == nil {
		return err
	}
	p.screen.leave() //nolint:contextcheck // ctx has ended
	return nil
}

func (p *platform) greet(ctx context.Context) {
	if p.interactive && !p.greeted {
		p.greeted = true
		_ = p.screen.remark(ctx, "Type a message. /help lists the commands, /quit or Ctrl-D ends.")
	}
}

func (p *platform) serve(ctx context.Context, host chat.Host) error {
	for {
		if !p.interactive || p.quit {
			if err := p.settle(ctx); err != nil {
				return err
			}
		}
		if p.quit || p.blind() {
			return chat.ErrDone
		}
		m, ok, err := p.next(ctx)
		if err == nil && ok {
			err = p.accept(ctx, host, m)
		}
		if err != nil {
			return err
		}
	}
}

// next returns the next message; ok is false when the line was none.
func (p *platform) next(ctx context.Context) (m chat.Message, ok bool, err error) {
	if held := p.held; held != nil {
		p.held = nil
		return *held, true, nil
	}
	if err := p.listen(ctx, true); err != nil {
		return m, false, err
	}
	line, err := p.lines.next(ctx)
	_ = p.listen(ctx, false)
	p.screen.typed(ctx)
	switch {
	case errors.Is(err, errTooLong):
		return m, false, p.screen.remark(ctx, fmt.Sprintf("That line is longer than %d bytes and was not sent.", p.lines.max))
	case errors.Is(err, io.EOF), strings.TrimSpace(line) == "/quit":
		p.quit = true
		return m, false, nil
	case err != nil:
		return m, false, fmt.Errorf("reading the terminal: %w", err)
	case strings.TrimSpace(line) == "":
		return m, false, nil
	}
	return p.message(line), true, nil
}

func (p *platform) message(text string) chat.Message {
	now := p.now()
	p.count++
	id := strconv.FormatInt(now.UnixNano(), 36) + "-" + strconv.Itoa(p.count)
	return chat.Message{
		ID:           id,
		Conversation: "terminal",
		From:         chat.User{ID: "local", Name: "you"},
		To:           chat.Address{Chat: "terminal", ReplyTo: id},
		Text:         text,
		Sent:         now,
	}
}

// The pauses before a refused message is offered again.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// accept offers m until host takes it.
func (p *platform) accept(ctx context.Context, host chat.Host, m chat.Message) error {
	p.expect(m)
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := host.Accept(ctx, chat.Batch{Messages: []chat.Message{m}})
		if err == nil {
			host.Report(chat.Status{State: chat.Connected})
			return nil
		}
		host.Report(chat.Status{State: chat.Retrying, Reason: "messages cannot be taken in just now", RetryAt: p.now().Add(pause)})
		p.log.Warn("message_refused", "error", err, "retry_in", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			p.held = &m
			return ctx.Err()
		}
	}
}

// expect notes that m awaits an answer. A new conversation drops what waits.
func (p *platform) expect(m chat.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if strings.TrimSpace(m.Text) == "/new" {
		clear(p.pending)
	}
	p.pending[m.ID] = true
}

// settle waits until every accepted message has its answer.
func (p *platform) settle(ctx context.Context) error {
	for p.waiting() && p.held == nil {
		select {
		case <-p.answered:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (p *platform) waiting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pending) > 0
}

// settled notes that the message has its answer.
func (p *platform) settled(ctx context.Context, id string) {
	p.mu.Lock()
	delete(p.pending, id)
	ask := p.listening && len(p.pending) == 0
	p.mu.Unlock()
	if ask {
		_ = p.screen.ask(ctx)
	}
	select {
	case p.answered <- struct{}{}:
	default:
	}
}

// hangUp notes that nobody sees the output any more: there is nothing to wait for.
func (p *platform) hangUp() {
	p.mu.Lock()
	p.hungUp = true
	clear(p.pending)
	p.mu.Unlock()
	select {
	case p.answered <- struct{}{}:
	default:
	}
}

func (p *platform) blind() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hungUp
}

// listen notes whether a line is being read, and shows the prompt when no
// answer is awaited.
func (p *platform) listen(ctx context.Context, on bool) error {
	p.mu.Lock()
	p.listening = on
	ask := on && len(p.pending) == 0
	p.mu.Unlock()
	if !ask {
		return nil
	}
	return p.screen.ask(ctx)
}
