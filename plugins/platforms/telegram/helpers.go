package telegram

import (
	"context"
	"fmt"
	"time"

	"github.com/mymmrac/telego"

	"github.com/hermes-gateway/hermes/core/chat"
)

// setMenu sets the menu of commands, once, and tries for as long as it takes. It
// begins when the bot is known to work.
func (r *run) setMenu(ctx context.Context) {
	select {
	case <-r.works:
	case <-ctx.Done():
		return
	}
	var menu []telego.BotCommand
	for _, c := range chat.Commands() {
		menu = append(menu, telego.BotCommand{Command: c.Name, Description: c.Summary})
	}
	for n := 1; !r.menu.Load(); n++ {
		err := r.api.setCommands(ctx, &telego.SetMyCommandsParams{Commands: menu})
		if err == nil {
			r.menu.Store(true)
			return
		}
		wait := judge(err, n).Wait
		r.log.Debug("menu of commands not set", "error", err, "retry_in", wait)
		if !sleep(ctx, wait) {
			return
		}
	}
}

// What a person who sends something else than text is told, and how often.
const (
	cannotRead   = "I can only read text so far."
	apologyEvery = time.Minute // in one chat: an album is many messages
	maxApologies = 32          // that wait; more are dropped
	apologyLimit = time.Minute // for sending one
)

// apologised remembers which chats were told lately.
type apologised struct{ last map[string]time.Time }

// sorry has the chat told, unless it was told lately or too many wait. Only the
// poll loop calls it.
func (r *run) sorry(to chat.Address) {
	now := time.Now()
	key := conversation(to)
	if told, ok := r.last[key]; ok && now.Sub(told) < apologyEvery {
		return
	}
	if r.last == nil || len(r.last) >= maxStrangers {
		r.last = map[string]time.Time{}
	}
	select {
	case r.apologies <- to:
		r.last[key] = now
	default:
	}
}

// apologise sends what sorry asks for, until ctx ends.
func (r *run) apologise(ctx context.Context) {
	for {
		select {
		case to := <-r.apologies:
			if err := r.say(ctx, to, cannotRead); err != nil && ctx.Err() == nil {
				r.log.Warn("notice not sent", "error", fmt.Sprint(err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// say sends one short plain text.
func (p *platform) say(ctx context.Context, to chat.Address, text string) error {
	ctx, cancel := context.WithTimeout(ctx, apologyLimit)
	defer cancel()
	l, err := p.line(to)
	if err != nil {
		return err
	}
	_, err = l.send(ctx, part{text: text})
	return err
}
