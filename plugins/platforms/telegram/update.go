package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/mymmrac/telego"
)

// maxUpdate bounds one update, in bytes; the server keeps them below 512 KiB.
const maxUpdate = 1 << 20

// update is what is read of an update. Fields that nobody needs are not even
// looked at, so that a new kind of content cannot break an old bot.
type update struct {
	ID      int64    `json:"update_id"`
	Message *message `json:"message"`
}

type message struct {
	ID              int                    `json:"message_id"`
	Thread          int                    `json:"message_thread_id"`
	Topic           bool                   `json:"is_topic_message"`
	From            *user                  `json:"from"`
	SenderChat      *idOnly                `json:"sender_chat"`
	Date            int64                  `json:"date"`
	Chat            where                  `json:"chat"`
	ReplyTo         *answered              `json:"reply_to_message"`
	Text            string                 `json:"text"`
	Entities        []telego.MessageEntity `json:"entities"`
	Caption         string                 `json:"caption"`
	CaptionEntities []telego.MessageEntity `json:"caption_entities"`
	MediaGroup      string                 `json:"media_group_id"`
	MigrateTo       int64                  `json:"migrate_to_chat_id"`
	MigrateFrom     int64                  `json:"migrate_from_chat_id"`
	media
}

type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

type where struct {
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	IsForum bool   `json:"is_forum"`
}

type idOnly struct {
	ID int64 `json:"id"`
}

type answered struct {
	ID           int             `json:"message_id"`
	From         *user           `json:"from"`
	TopicCreated json.RawMessage `json:"forum_topic_created"`
}

// media are the fields that tell of content without text.
type media struct {
	Animation json.RawMessage `json:"animation"`
	Audio     json.RawMessage `json:"audio"`
	Contact   json.RawMessage `json:"contact"`
	Dice      json.RawMessage `json:"dice"`
	Document  json.RawMessage `json:"document"`
	Location  json.RawMessage `json:"location"`
	PaidMedia json.RawMessage `json:"paid_media"`
	Photo     json.RawMessage `json:"photo"`
	Poll      json.RawMessage `json:"poll"`
	Sticker   json.RawMessage `json:"sticker"`
	Story     json.RawMessage `json:"story"`
	Video     json.RawMessage `json:"video"`
	VideoNote json.RawMessage `json:"video_note"`
	Voice     json.RawMessage `json:"voice"`
}

func (m media) any() bool {
	for _, raw := range [...]json.RawMessage{
		m.Animation, m.Audio, m.Contact, m.Dice, m.Document, m.Location, m.PaidMedia,
		m.Photo, m.Poll, m.Sticker, m.Story, m.Video, m.VideoNote, m.Voice,
	} {
		if len(raw) > 0 && string(raw) != "null" {
			return true
		}
	}
	return false
}

var errNoID = errors.New("it has no id")

// readUpdate reads one update. The id is right whenever it could be read, also
// beside an error.
func readUpdate(raw json.RawMessage) (update, error) {
	var u update
	if len(raw) > maxUpdate {
		u.ID = headID(raw[:1024])
		return u, fmt.Errorf("it has %d bytes", len(raw))
	}
	if err := json.Unmarshal(raw, &u); err != nil {
		var head struct {
			ID int64 `json:"update_id"`
		}
		_ = json.Unmarshal(raw, &head) // the id is read as far as it can be
		return update{ID: head.ID}, errors.New("it has fields of another type than the documented one")
	}
	if u.ID <= 0 {
		return update{}, errNoID
	}
	return u, nil
}

// headID finds the id near the beginning of an update, or of a list of them,
// that is too long to be read; 0 when it is not there.
func headID(head []byte) int64 {
	_, rest, found := strings.Cut(string(head), `"update_id"`)
	if !found {
		return 0
	}
	var id int64
	if _, err := fmt.Sscanf(rest, " : %d", &id); err != nil || id < 0 {
		return 0
	}
	return id
}

// body returns the text, or the caption of a medium, with what is marked in it.
func (m *message) body() (string, []telego.MessageEntity) {
	if m.Text != "" {
		return m.Text, m.Entities
	}
	return m.Caption, m.CaptionEntities
}

// thread is the topic a message belongs to: 0 where there are none, 1 is a
// forum's general one. Threads of replies outside forums are none.
func (m *message) thread() int {
	switch {
	case m.Topic && m.Thread > 0:
		return m.Thread
	case m.Chat.IsForum:
		return generalTopic
	}
	return 0
}

// marked returns the stretch of text that an entity marks, "" when it is out of
// bounds.
func marked(text string, e telego.MessageEntity) string {
	units := utf16.Encode([]rune(text))
	if e.Offset < 0 || e.Length < 0 || e.Offset > len(units) || e.Length > len(units)-e.Offset {
		return ""
	}
	return string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
}
