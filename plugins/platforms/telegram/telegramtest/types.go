package telegramtest

import (
	"slices"
	"time"
)

// User is a person or a bot.
type User struct {
	ID         int64  `json:"id"`
	IsBot      bool   `json:"is_bot"`
	FirstName  string `json:"first_name"`
	LastName   string `json:"last_name,omitempty"`
	Username   string `json:"username,omitempty"`
	ReadsGroup bool   `json:"can_read_all_group_messages,omitempty"`
}

// Chat is a private chat or a group.
type Chat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"` // private, group, supergroup, channel
	Title     string `json:"title,omitempty"`
	Username  string `json:"username,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

// Private returns the private chat with a person.
func Private(u User) Chat {
	return Chat{ID: u.ID, Type: "private", FirstName: u.FirstName, Username: u.Username}
}

// Group returns a supergroup; its id is negative.
func Group(id int64, title string) Chat { return Chat{ID: id, Type: "supergroup", Title: title} }

// Entity marks a stretch of a text, in UTF-16 code units.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	User     *User  `json:"user,omitempty"`
	Language string `json:"language,omitempty"`
}

// File stands for any medium.
type File struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Size   int    `json:"file_size,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Length int    `json:"duration,omitempty"`
}

// Message is one message of a chat, as it stands now.
type Message struct {
	ID              int      `json:"message_id"`
	Thread          int      `json:"message_thread_id,omitempty"`
	Topic           bool     `json:"is_topic_message,omitempty"`
	From            *User    `json:"from,omitempty"`
	SenderChat      *Chat    `json:"sender_chat,omitempty"`
	Date            int64    `json:"date"` // unix seconds
	Chat            Chat     `json:"chat"`
	EditDate        int64    `json:"edit_date,omitempty"`
	ReplyTo         *Message `json:"reply_to_message,omitempty"`
	Text            string   `json:"text,omitempty"`
	Entities        []Entity `json:"entities,omitempty"`
	Caption         string   `json:"caption,omitempty"`
	CaptionEntities []Entity `json:"caption_entities,omitempty"`
	MediaGroup      string   `json:"media_group_id,omitempty"`
	Photo           []File   `json:"photo,omitempty"`
	Voice           *File    `json:"voice,omitempty"`
	MigrateTo       int64    `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom     int64    `json:"migrate_from_chat_id,omitempty"`

	Edits   []Edit `json:"-"` // what it said before, oldest first
	Deleted bool   `json:"-"`
}

// Edit is an earlier state of a message.
type Edit struct {
	Text     string
	Entities []Entity
	Until    time.Time // when it was replaced
}

// copied returns m without memory shared with the server.
func (m *Message) copied() Message {
	c := *m
	c.Entities = slices.Clone(m.Entities)
	c.Edits = slices.Clone(m.Edits)
	return c
}

// Command is an entry of the bot's menu.
type Command struct {
	Name        string `json:"command"`
	Description string `json:"description"`
}
