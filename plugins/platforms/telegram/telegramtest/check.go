package telegramtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What a message may hold.
const (
	MaxText     = 4096 // UTF-16 code units
	MaxEntities = 100
)

var commandShape = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// Length returns the length of a text in UTF-16 code units.
func Length(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// Cut returns the stretch of a text that an entity marks.
func Cut(text string, e Entity) string {
	units := utf16.Encode([]rune(text))
	if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(units) {
		return ""
	}
	return string(utf16.Decode(units[e.Offset : e.Offset+e.Length]))
}

// content checks the text of a call and its entities. White space at the end is
// dropped.
func content(p Params, tooLong string) (string, []Entity, *apiError) {
	text := p.String("text")
	if !utf8.ValidString(text) {
		return "", nil, refuse("strings must be encoded in UTF-8")
	}
	if p.String("parse_mode") != "" {
		return "", nil, refuse("parse_mode is not known to this server; send entities")
	}
	if strings.TrimSpace(text) == "" {
		return "", nil, refuse("message text is empty")
	}
	if Length(text) > MaxText {
		return "", nil, refuse(tooLong)
	}
	var entities []Entity
	if err := p.decode("entities", &entities); err != nil {
		return "", nil, err
	}
	if err := checkEntities(text, entities); err != nil {
		return "", nil, err
	}
	return strings.TrimRight(text, " \n\t"), entities, nil
}

func kinds() []string {
	return []string{
		"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
		"underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
		"text_link", "text_mention", "custom_emoji", "date_time",
	}
}

func checkEntities(text string, entities []Entity) *apiError {
	if len(entities) > MaxEntities {
		return refuse("ENTITIES_TOO_LONG")
	}
	units := utf16.Encode([]rune(text))
	for i, e := range entities {
		switch {
		case !slices.Contains(kinds(), e.Type):
			return refuse(fmt.Sprintf("can't parse MessageEntity: unsupported type %q", e.Type))
		case e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > len(units):
			return refuse(fmt.Sprintf("ENTITY_BOUNDS_INVALID: entity %d reaches beyond the text", i))
		case insidePair(units, e.Offset) || insidePair(units, e.Offset+e.Length):
			return refuse(fmt.Sprintf("ENTITY_BOUNDS_INVALID: entity %d splits a character", i))
		case e.Type == "text_link" && e.URL == "":
			return refuse("ENTITY_URL_INVALID")
		}
	}
	return nil
}

// insidePair reports whether a cut at i parts a surrogate pair.
func insidePair(units []uint16, i int) bool {
	return i > 0 && i < len(units) && units[i] >= 0xdc00 && units[i] < 0xe000 && units[i-1] >= 0xd800 && units[i-1] < 0xdc00
}
