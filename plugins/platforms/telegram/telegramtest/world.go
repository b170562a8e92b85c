package telegramtest

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// AddChat makes a chat known without a message in it.
func (s *Server) AddChat(c Chat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room(c)
}

// room returns the room of a chat, made when it is not there; s.mu is held.
func (s *Server) room(c Chat) *room {
	r := s.chats[c.ID]
	if r == nil {
		r = &room{chat: c, byID: map[int]*Message{}, topics: map[int]bool{}}
		s.chats[c.ID] = r
	}
	return r
}

// AddTopic opens a topic in a forum.
func (s *Server) AddTopic(chat int64, thread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.chats[chat]; r != nil {
		r.topics[thread] = true
	}
}

// Say lets a person write to the bot in private.
func (s *Server) Say(from User, text string) Message {
	return s.Send(Message{From: &from, Chat: Private(from), Text: text})
}

// Send lets a person write. The server gives the message an id and a date, marks
// mentions and commands when m has no entities, opens m's topic, and queues the
// update.
func (s *Server) Send(m Message) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.room(m.Chat)
	if m.Thread != 0 && m.Topic {
		r.topics[m.Thread] = true
	}
	if m.Date == 0 {
		m.Date = time.Now().Unix()
	}
	if m.Entities == nil {
		m.Entities = detect(m.Text)
	}
	if m.CaptionEntities == nil {
		m.CaptionEntities = detect(m.Caption)
	}
	s.add(r, &m)
	s.push("message", m.copied())
	return m.copied()
}

// Revise lets a person edit a message.
func (s *Server) Revise(chat int64, id int, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.find(chat, id)
	if m == nil {
		return
	}
	now := time.Now()
	m.Edits = append(m.Edits, Edit{Text: m.Text, Entities: m.Entities, Until: now})
	m.Text, m.Entities, m.EditDate = text, detect(text), now.Unix()
	s.push("edited_message", m.copied())
}

// Delete lets a person delete a message; the bot is not told.
func (s *Server) Delete(chat int64, id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.find(chat, id); m != nil {
		m.Deleted = true
		s.wake()
	}
}

func (s *Server) find(chat int64, id int) *Message {
	if r := s.chats[chat]; r != nil {
		return r.byID[id]
	}
	return nil
}

// Block lets a person block the bot, or a group throw it out; false undoes it.
func (s *Server) Block(chat int64, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.chats[chat]; r != nil {
		r.blocked = on
	}
}

// Migrate turns a group into a supergroup with another id and queues the two
// messages that tell of it. The new chat has none of the old one's messages.
func (s *Server) Migrate(from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.chats[from]
	if old == nil {
		return
	}
	old.migrated = to
	group := s.room(Group(to, old.chat.Title))
	now := time.Now().Unix()
	a := &Message{From: &s.me, Chat: old.chat, Date: now, MigrateTo: to}
	b := &Message{From: &s.me, Chat: group.chat, Date: now, MigrateFrom: from}
	s.add(old, a)
	s.add(group, b)
	s.push("message", a.copied())
	s.push("message", b.copied())
}

// Messages returns the messages of a chat that are not deleted, oldest first.
func (s *Server) Messages(chat int64) []Message {
	return s.pick(chat, func(m *Message) bool { return !m.Deleted })
}

// Replies returns the bot's messages in a chat that are not deleted.
func (s *Server) Replies(chat int64) []Message {
	return s.pick(chat, func(m *Message) bool { return !m.Deleted && m.From != nil && m.From.ID == s.me.ID })
}

// Texts returns the texts of Replies.
func (s *Server) Texts(chat int64) []string {
	var out []string
	for _, m := range s.Replies(chat) {
		out = append(out, m.Text)
	}
	return out
}

func (s *Server) pick(chat int64, want func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.chats[chat]
	if r == nil {
		return nil
	}
	var out []Message
	for _, m := range r.messages {
		if want(m) {
			out = append(out, m.copied())
		}
	}
	return out
}

// Commands returns the bot's menu.
func (s *Server) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

var marks = regexp.MustCompile(`(^|\s)(/[a-z0-9_]{1,32}(?:@\w{3,32})?|@\w{4,32})`)

// detect marks commands and mentions as the server does.
func detect(text string) []Entity {
	var out []Entity
	for _, at := range marks.FindAllStringSubmatchIndex(text, -1) {
		kind := "mention"
		if strings.HasPrefix(text[at[4]:], "/") {
			kind = "bot_command"
		}
		out = append(out, Entity{Type: kind, Offset: Length(text[:at[4]]), Length: Length(text[at[4]:at[5]])})
	}
	return out
}
