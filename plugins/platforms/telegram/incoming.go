package telegram

import (
	"strconv"
	"strings"
	"time"

	"github.com/mymmrac/telego"

	"github.com/hermes-gateway/hermes/core/chat"
)

// identity is who the bot is.
type identity struct {
	id   int64
	name string
}

// incoming is what becomes of one update: a message, a chat to tell that only
// text can be read, or neither.
type incoming struct {
	message *chat.Message
	cannot  *chat.Address
}

// receive decides what becomes of an update.
func (p *platform) receive(u update, me identity) incoming {
	m := u.Message
	if m == nil {
		return incoming{}
	}
	p.migrate(m)
	from := m.From
	anonymous := from != nil && m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID // a group's admin
	if from == nil || from.IsBot && !anonymous || m.ID == 0 || m.Chat.ID == 0 {
		return incoming{}
	}
	text, entities := m.body()
	if text == "" && !m.any() || !m.addressed(me) {
		return incoming{}
	}
	if !p.access.may(from.ID, from.Username) {
		p.access.refuse(from.ID, from.Username)
		return incoming{}
	}
	to := m.address()
	if strings.TrimSpace(text) == "" {
		return incoming{cannot: &to}
	}
	return incoming{message: &chat.Message{
		ID:           p.botID + ":" + strconv.FormatInt(u.ID, 10) + ":" + strconv.Itoa(m.ID),
		Conversation: conversation(to),
		From:         chat.User{ID: strconv.FormatInt(from.ID, 10), Name: from.shown()},
		To:           to,
		Text:         withoutMention(text, entities, me),
		Sent:         time.Unix(m.Date, 0),
	}}
}

// migrate notes that a group has got another id.
func (p *platform) migrate(m *message) {
	switch {
	case m.MigrateTo != 0:
		p.moved.note(m.Chat.ID, m.MigrateTo)
	case m.MigrateFrom != 0:
		p.moved.note(m.MigrateFrom, m.Chat.ID)
	}
}

func (u *user) shown() string {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		return name
	}
	return u.Username
}

func (m *message) address() chat.Address {
	a := chat.Address{Chat: strconv.FormatInt(m.Chat.ID, 10), ReplyTo: strconv.Itoa(m.ID)}
	if t := m.thread(); t != 0 {
		a.Thread = strconv.Itoa(t)
	}
	return a
}

// conversation names the chat, or the topic in it.
func conversation(a chat.Address) string {
	if a.Thread == "" {
		return a.Chat
	}
	return a.Chat + "/" + a.Thread
}

// addressed reports whether the bot is meant: always in private, in a group when
// it is mentioned, given a command by name, or replied to.
func (m *message) addressed(me identity) bool {
	if m.Chat.Type == "private" {
		return true
	}
	if m.Chat.Type == "channel" {
		return false
	}
	text, entities := m.body()
	for _, e := range entities {
		if e.Type == telego.EntityTypeBotCommand && e.Offset == 0 && strings.Contains(marked(text, e), "@") {
			return names(text, e, me) // a command for another bot is not for this one
		}
	}
	for _, e := range entities {
		if names(text, e, me) {
			return true
		}
	}
	r := m.ReplyTo
	return r != nil && r.From != nil && r.From.ID == me.id && len(r.TopicCreated) == 0
}

// names reports whether an entity means the bot.
func names(text string, e telego.MessageEntity, me identity) bool {
	switch e.Type {
	case telego.EntityTypeTextMention:
		return e.User != nil && e.User.ID == me.id
	case telego.EntityTypeMention, telego.EntityTypeBotCommand:
		_, name, ok := strings.Cut(marked(text, e), "@")
		return ok && me.name != "" && strings.EqualFold(name, me.name)
	}
	return false
}

// withoutMention takes a mention of the bot from the front of a command, "@bot
// /new". Every other text is the person's own and stays as it is.
func withoutMention(text string, entities []telego.MessageEntity, me identity) string {
	if len(entities) == 0 || entities[0].Offset != 0 || entities[0].Type == telego.EntityTypeBotCommand || !names(text, entities[0], me) {
		return text
	}
	rest := strings.TrimSpace(strings.TrimPrefix(text, marked(text, entities[0])))
	if strings.HasPrefix(rest, "/") {
		return rest
	}
	return text
}
