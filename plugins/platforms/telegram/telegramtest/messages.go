package telegramtest

import (
	"encoding/json"
	"slices"
	"time"
)

func (s *Server) getMe(*Call) (any, *apiError) { return s.me, nil }

// target returns the room a call is for.
func (s *Server) target(c *Call) (*room, *apiError) {
	r := s.chats[c.Params.Int("chat_id")]
	switch {
	case r == nil:
		return nil, refuse("chat not found")
	case r.migrated != 0:
		return nil, &apiError{Code: 400, Text: "Bad Request: group chat was upgraded to a supergroup chat", MigrateTo: r.migrated}
	case r.blocked && r.chat.Type == "private":
		return nil, fail(403, "Forbidden: bot was blocked by the user")
	case r.blocked:
		return nil, fail(403, "Forbidden: bot was kicked from the supergroup chat")
	}
	return r, nil
}

func (s *Server) sendMessage(c *Call) (any, *apiError) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := &Message{From: &s.me, Chat: r.chat, Date: time.Now().Unix()}
	if m.Text, m.Entities, err = content(c.Params, "message is too long"); err != nil {
		return nil, err
	}
	if err := r.place(m, c.Params); err != nil {
		return nil, err
	}
	s.add(r, m)
	return m.copied(), nil
}

// place puts m into its topic and below the message it answers.
func (r *room) place(m *Message, p Params) *apiError {
	if thread := int(p.Int("message_thread_id")); thread != 0 {
		if !r.topics[thread] { // the general topic, 1, is none to send to
			return refuse("message thread not found")
		}
		m.Thread, m.Topic = thread, true
	}
	var to struct {
		ID      int  `json:"message_id"`
		Without bool `json:"allow_sending_without_reply"`
	}
	if err := p.decode("reply_parameters", &to); err != nil || to.ID == 0 {
		return err
	}
	answered := r.byID[to.ID]
	switch {
	case answered != nil && !answered.Deleted:
		short := answered.copied()
		short.ReplyTo = nil
		m.ReplyTo = &short
	case !to.Without:
		return refuse("message to be replied not found")
	}
	return nil
}

// add gives m an id and puts it into its room; s.mu is held.
func (s *Server) add(r *room, m *Message) {
	s.lastID++
	m.ID = s.lastID
	r.messages = append(r.messages, m)
	r.byID[m.ID] = m
}

func (s *Server) editMessageText(c *Call) (any, *apiError) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := r.byID[int(c.Params.Int("message_id"))]
	switch {
	case m == nil || m.Deleted:
		return nil, refuse("message to edit not found")
	case m.From == nil || m.From.ID != s.me.ID:
		return nil, refuse("message can't be edited")
	}
	text, entities, err := content(c.Params, "MESSAGE_TOO_LONG")
	if err != nil {
		return nil, err
	}
	if text == m.Text && slices.Equal(entities, m.Entities) {
		return nil, refuse("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	now := time.Now()
	m.Edits = append(m.Edits, Edit{Text: m.Text, Entities: m.Entities, Until: now})
	m.Text, m.Entities, m.EditDate = text, entities, now.Unix()
	return m.copied(), nil
}

func (s *Server) deleteMessage(c *Call) (any, *apiError) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := r.byID[int(c.Params.Int("message_id"))]
	switch {
	case m == nil || m.Deleted:
		return nil, refuse("message to delete not found")
	case r.chat.Type != "private" && m.From.ID != s.me.ID:
		return nil, refuse("message can't be deleted")
	}
	m.Deleted = true
	return true, nil
}

func actions() []string {
	return []string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
		"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}
}

func (s *Server) sendChatAction(c *Call) (any, *apiError) {
	r, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(actions(), c.Params.String("action")) {
		return nil, refuse("wrong parameter action in request")
	}
	thread := int(c.Params.Int("message_thread_id"))
	general := thread == 1 && r.chat.IsForum
	if thread != 0 && !general && !r.topics[thread] {
		return nil, refuse("message thread not found")
	}
	return true, nil
}

func (s *Server) setMyCommands(c *Call) (any, *apiError) {
	var list []Command
	if err := c.Params.decode("commands", &list); err != nil {
		return nil, err
	}
	if len(list) > 100 {
		return nil, refuse("BOT_COMMANDS_TOO_MUCH")
	}
	for _, command := range list {
		if !commandShape.MatchString(command.Name) {
			return nil, refuse("BOT_COMMAND_INVALID")
		}
		if n := Length(command.Description); n < 1 || n > 256 {
			return nil, refuse("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.commands = list
	return true, nil
}

func (s *Server) getMyCommands(*Call) (any, *apiError) {
	return append([]Command{}, s.commands...), nil
}

func (s *Server) setWebhook(c *Call) (any, *apiError) {
	s.webhook = c.Params.String("url")
	if s.webhook != "" && s.queue.poll != nil {
		close(s.queue.poll)
		s.queue.poll = nil
	}
	return true, nil
}

func (s *Server) deleteWebhook(c *Call) (any, *apiError) {
	s.webhook = ""
	if c.Params.Bool("drop_pending_updates") {
		s.queue.waiting = nil
	}
	return true, nil
}

func (s *Server) getWebhookInfo(*Call) (any, *apiError) {
	return map[string]any{
		"url": s.webhook, "has_custom_certificate": false,
		"pending_update_count": len(s.queue.waiting),
		"allowed_updates":      json.RawMessage(kindsJSON(s.queue.kinds)),
	}, nil
}

func kindsJSON(kinds []string) []byte {
	b, err := json.Marshal(append([]string{}, kinds...))
	if err != nil {
		return []byte("[]")
	}
	return b
}
