package telegram

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mymmrac/telego"
	ta "github.com/mymmrac/telego/telegoapi"

	"github.com/hermes-gateway/hermes/core/chat"
)

// How often a call that fails for a passing reason is made.
const (
	maxTries  = 6
	maxFloods = 20 // waits that Telegram asks for, beside the tries
	tryPause  = 500 * time.Millisecond
	maxPause  = 10 * time.Second
)

// line is the way to one chat. One goroutine at a time uses it.
type line struct {
	*platform
	chat   int64
	thread int
	reply  int // the message that the first one answers; 0: none
	pace   *chatPace
}

// line reads an address. A reply is shown as one in groups only: in private it
// is plain what is answered.
func (p *platform) line(to chat.Address) (*line, error) {
	id, err := strconv.ParseInt(to.Chat, 10, 64)
	if err != nil || id == 0 {
		return nil, errors.New("reading the address of a reply: no chat id")
	}
	l := &line{platform: p, chat: p.moved.now(id)}
	l.thread, _ = strconv.Atoi(to.Thread)
	if id < 0 {
		l.reply, _ = strconv.Atoi(to.ReplyTo)
	}
	l.pace = p.pace.chat(l.chat)
	return l, nil
}

func (l *line) id() telego.ChatID { return telego.ChatID{ID: l.chat} }

func noPreview() *telego.LinkPreviewOptions { return &telego.LinkPreviewOptions{IsDisabled: true} }

// send sends a message and returns its id. What was refused for its marks is
// sent without.
func (l *line) send(ctx context.Context, p part) (int, error) {
	id, err := l.sendOnce(ctx, p)
	if err != nil && len(p.entities) > 0 && formRefused(err) {
		l.log.Warn("marks of a message refused; it goes out plain", "error", err)
		id, err = l.sendOnce(ctx, part{text: p.plain()})
	}
	if err != nil {
		return 0, fmt.Errorf("sending a message: %w", err)
	}
	return id, nil
}

func (l *line) sendOnce(ctx context.Context, p part) (id int, err error) {
	err = l.insist(ctx, sending, func(ctx context.Context) error {
		params := &telego.SendMessageParams{
			ChatID: l.id(), Text: p.text, Entities: p.entities, LinkPreviewOptions: noPreview(),
		}
		if l.thread != generalTopic {
			params.MessageThreadID = l.thread
		}
		if l.reply != 0 {
			params.ReplyParameters = &telego.ReplyParameters{MessageID: l.reply, AllowSendingWithoutReply: true}
		}
		id, err = l.api.send(ctx, params)
		return err
	})
	return id, err
}

// edit makes the last edit of a message. It reports gone when there is no such
// message any more.
func (l *line) edit(ctx context.Context, id int, p part) (gone bool, err error) {
	err = l.editOnce(ctx, id, p)
	if err != nil && len(p.entities) > 0 && formRefused(err) {
		l.log.Warn("marks of a message refused; it goes out plain", "error", err)
		err = l.editOnce(ctx, id, part{text: p.plain()})
	}
	if messageGone(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("editing a message: %w", err)
	}
	return false, nil
}

func (l *line) editOnce(ctx context.Context, id int, p part) error {
	err := l.insist(ctx, lastEdit, func(ctx context.Context) error { return l.api.edit(ctx, l.change(id, p)) })
	if says(err, "not modified") {
		return nil
	}
	return err
}

func (l *line) change(id int, p part) *telego.EditMessageTextParams {
	return &telego.EditMessageTextParams{
		ChatID: l.id(), MessageID: id, Text: p.text, Entities: p.entities, LinkPreviewOptions: noPreview(),
	}
}

// remove deletes a message of the bot, as far as that is possible.
func (l *line) remove(ctx context.Context, id int) {
	err := l.api.remove(ctx, &telego.DeleteMessageParams{ChatID: l.id(), MessageID: id})
	if err != nil && !messageGone(err) && ctx.Err() == nil {
		l.log.Warn("message not deleted", "error", err)
	}
}

// insist makes a call when its turn comes, again when the chat has moved or
// Telegram asks to wait, and a few times when it cannot be reached.
func (l *line) insist(ctx context.Context, t turn, call func(context.Context) error) error {
	tries, floods := 0, 0
	for {
		if err := l.pace.wait(ctx, t); err != nil {
			return err
		}
		err := call(ctx)
		var e *ta.Error
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case l.rerouted(err):
			tries++
		case errors.As(err, &e) && e.ErrorCode == 429 && floods < maxFloods:
			floods++
			l.pace.flooded(retryAfter(e))
			continue
		case errors.As(err, &e) && e.ErrorCode < 500:
			return err
		default:
			tries++
			sleep(ctx, min(tryPause<<min(tries, 6)/2, maxPause))
		}
		if tries >= maxTries || ctx.Err() != nil {
			return err
		}
	}
}

// rerouted follows a group to its new id, and leaves a topic that is gone.
func (l *line) rerouted(err error) bool {
	var e *ta.Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Parameters != nil && e.Parameters.MigrateToChatID != 0 {
		l.moved.note(l.chat, e.Parameters.MigrateToChatID)
		l.chat = e.Parameters.MigrateToChatID
		l.thread = 0
		l.pace = l.platform.pace.chat(l.chat)
		return true
	}
	if l.thread != 0 && says(err, "thread not found", "topic_deleted") {
		l.thread = 0
		return true
	}
	return false
}

// says reports whether Telegram refused a call with one of these words.
func says(err error, words ...string) bool {
	var e *ta.Error
	if !errors.As(err, &e) || e.ErrorCode != 400 {
		return false
	}
	text := strings.ToLower(e.Description)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func messageGone(err error) bool {
	return says(err, "message to edit not found", "message can't be edited", "message_id_invalid", "message to delete not found")
}

// formRefused reports whether a message may have been refused for its marks.
func formRefused(err error) bool {
	var e *ta.Error
	return errors.As(err, &e) && e.ErrorCode == 400 &&
		!says(err, "not found", "not modified", "can't be edited", "message_id_invalid", "too long", "empty", "not enough rights", "have no rights")
}
