package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mymmrac/telego"
	ta "github.com/mymmrac/telego/telegoapi"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// api is the Bot API as far as the platform uses it. It may be used concurrently.
type api struct {
	bot    *telego.Bot
	caller *caller
	poll   string // address of getUpdates
}

func newAPI(c *Config, env plugin.Env) (*api, error) {
	call := newCaller(c.Token, c.transport, env.Version)
	base := strings.TrimRight(c.APIURL, "/")
	bot, err := telego.NewBot(c.Token.Reveal(),
		telego.WithDiscardLogger(), telego.WithAPIServer(base), telego.WithAPICaller(call))
	if err != nil {
		return nil, errors.New("making the bot: the token or the address is not valid")
	}
	return &api{bot: bot, caller: call, poll: base + "/bot" + c.Token.Reveal() + "/getUpdates"}, nil
}

// call runs one call of the library, bounded in time. A panic in it, which only
// a strange answer could cause, is an error.
func (a *api) call(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reading Telegram's answer: panic of type %T", v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return f(ctx)
}

// getUpdates polls. Updates come as they are: one that cannot be read costs
// nothing but itself.
func (a *api) getUpdates(ctx context.Context, p *telego.GetUpdatesParams) ([]json.RawMessage, error) {
	data, err := ta.DefaultConstructor{}.JSONRequest(p)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(p.Timeout)*time.Second+pollSlack)
	defer cancel()
	resp, err := a.caller.Call(ctx, a.poll, data)
	if err != nil {
		return nil, err
	}
	if !resp.Ok {
		return nil, resp.Error
	}
	var list []json.RawMessage
	if err := json.Unmarshal(resp.Result, &list); err != nil {
		return nil, &bodyError{Head: resp.Result[:min(len(resp.Result), 1024)]}
	}
	return list, nil
}

func (a *api) getMe(ctx context.Context) (me *telego.User, err error) {
	err = a.call(ctx, func(ctx context.Context) error {
		me, err = a.bot.GetMe(ctx)
		return err
	})
	if err == nil && (me == nil || me.ID == 0) {
		err = &bodyError{}
	}
	return me, err
}

// send sends a message and returns its id.
func (a *api) send(ctx context.Context, p *telego.SendMessageParams) (id int, err error) {
	err = a.call(ctx, func(ctx context.Context) error {
		m, err := a.bot.SendMessage(ctx, p)
		if err == nil && (m == nil || m.MessageID == 0) {
			return &bodyError{}
		}
		if err == nil {
			id = m.MessageID
		}
		return err
	})
	return id, err
}

func (a *api) edit(ctx context.Context, p *telego.EditMessageTextParams) error {
	return a.call(ctx, func(ctx context.Context) error {
		_, err := a.bot.EditMessageText(ctx, p)
		return err
	})
}

func (a *api) remove(ctx context.Context, p *telego.DeleteMessageParams) error {
	return a.call(ctx, func(ctx context.Context) error { return a.bot.DeleteMessage(ctx, p) })
}

func (a *api) typing(ctx context.Context, p *telego.SendChatActionParams) error {
	return a.call(ctx, func(ctx context.Context) error { return a.bot.SendChatAction(ctx, p) })
}

func (a *api) setCommands(ctx context.Context, p *telego.SetMyCommandsParams) error {
	return a.call(ctx, func(ctx context.Context) error { return a.bot.SetMyCommands(ctx, p) })
}
