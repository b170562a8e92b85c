package turn

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/store"
)

var errTooLong = errors.New("answer is too long")

// answer asks the model and returns what the person gets to see.
func (x *exchange) answer(ctx context.Context) (chat.Reply, Outcome) {
	// A chain keeps its own deadline; this one guards against a model that does not.
	ctx, cancel := context.WithTimeoutCause(ctx, x.Route.Timeout+time.Second, llm.ErrChainDeadline)
	defer cancel()
	history := x.history(ctx)
	s, resp, err := x.ask(ctx, history)
	if err != nil && tooLong(err) && len(history) > 0 && ctx.Err() == nil {
		first := err.Attempts
		x.log.Info("history shortened", "turns", len(history)/2)
		s, resp, err = x.ask(ctx, history[(len(history)+1)/2:])
		x.attempts = slices.Concat(first, x.attempts)
	}
	if err != nil {
		return x.unanswered(ctx, s, err)
	}
	text := bounded(resp.Text)
	if strings.TrimSpace(text) == "" {
		x.err = errors.New("answer without text")
		return x.notice(wordsNoText), Failed
	}
	x.text = text
	return chat.Reply{Text: text, Attempts: x.attempts}, Answered
}

// unanswered is what the person sees instead of an answer.
func (x *exchange) unanswered(ctx context.Context, s *stream, err *llm.Error) (chat.Reply, Outcome) {
	x.err = err
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, llm.ErrStopped):
		x.err = nil
		return x.stopped(s.text()), Stopped
	case s.tooLong:
		x.err, x.text = errTooLong, bounded(s.text())
		return chat.Reply{Text: closeFence(x.text) + "\n\n" + wordsCut, Attempts: x.attempts}, Answered
	case cause != nil && !errors.Is(cause, llm.ErrChainDeadline):
		return x.notice(WordsRestart), Failed
	default:
		return x.notice(Apology(err, time.Now())), Failed
	}
}

func (x *exchange) stopped(text string) chat.Reply {
	if strings.TrimSpace(text) == "" {
		return x.notice(wordsStopped)
	}
	return chat.Reply{Text: closeFence(bounded(text)) + "\n\n" + wordsStoppedHere, Attempts: x.attempts}
}

func (x *exchange) notice(text string) chat.Reply {
	return chat.Reply{Text: text, Notice: true, Attempts: x.attempts}
}

// history returns what the model is shown of the conversation so far. An answer
// without it is better than none.
func (x *exchange) history(ctx context.Context) []store.Turn {
	turns, err := x.store.Recent(ctx, x.Item.Conversation, MaxHistory)
	if err != nil {
		x.log.Error("history not read", "error", err)
	}
	return turns
}

// ask makes one call. The error, if any, names the attempts.
func (x *exchange) ask(ctx context.Context, history []store.Turn) (*stream, *llm.Response, *llm.Error) {
	s := &stream{draft: x.draft, log: x.log}
	resp, err := x.Route.Model.Stream(ctx, x.request(history), s.emit)
	if err != nil {
		e := llm.AsError(err)
		x.attempts = e.Attempts
		return s, nil, e
	}
	x.attempts = resp.Attempts
	return s, resp, nil
}

// request is the agent's prompt, the history and the person's text, verbatim.
func (x *exchange) request(history []store.Turn) *llm.Request {
	messages := make([]llm.Message, 0, 2+2*len(history))
	if x.Route.System != "" {
		messages = append(messages, llm.Message{Role: llm.System, Text: x.Route.System})
	}
	for _, t := range history {
		messages = append(messages, llm.Message{Role: llm.User, Text: t.User}, llm.Message{Role: llm.Assistant, Text: t.Reply})
	}
	messages = append(messages, llm.Message{Role: llm.User, Text: x.Item.Message.Text})
	return &llm.Request{Messages: messages, Stream: true}
}

// stream shows an answer while it comes.
type stream struct {
	draft   chat.Draft
	log     *slog.Logger
	b       strings.Builder
	tooLong bool  // it passed MaxAnswer
	broken  error // the draft panicked: it is not updated any more
}

func (s *stream) text() string { return s.b.String() }

func (s *stream) emit(d llm.Delta) error {
	if d.Restart {
		s.b.Reset()
	}
	if d.Text == "" {
		return nil
	}
	s.b.WriteString(d.Text)
	if s.b.Len() > MaxAnswer {
		s.tooLong = true
		return errTooLong
	}
	s.show()
	return nil
}

// show updates the draft. A platform that panics here costs the turn its
// progress, not its answer.
func (s *stream) show() {
	if s.broken != nil {
		return
	}
	s.broken = Safely(func() error { s.draft.Update(s.text()); return nil })
	if s.broken != nil {
		s.log.Error("draft not updated", "error", s.broken)
	}
}

// tooLong reports whether a shorter request may help: the last link or an
// earlier one said so.
func tooLong(e *llm.Error) bool {
	long := func(k fault.Kind) bool { return k == fault.ContextOverflow || k == fault.RequestTooLarge }
	return long(e.Fault.Kind) || slices.ContainsFunc(e.Attempts, func(a llm.Attempt) bool {
		return a.Fault != nil && long(a.Fault.Kind)
	})
}

// bounded cuts text to MaxAnswer, between two characters.
func bounded(text string) string {
	if len(text) <= MaxAnswer {
		return text
	}
	n := MaxAnswer
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// closeFence ends a code block that was left open, so that what follows is not part of it.
func closeFence(text string) string {
	open := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			open = !open
		}
	}
	if open {
		return strings.TrimRight(text, "\n") + "\n```"
	}
	return text
}
