package llm

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// FieldError is what is wrong with a request's body.
type FieldError struct {
	Field   string // "messages[2].content"; empty: the body as a whole
	Problem string // "must be text or a list of parts"
}

// Error joins field and problem. It holds nothing else of the body.
func (e *FieldError) Error() string {
	if e.Field == "" {
		return "the body " + e.Problem
	}
	return e.Field + " " + e.Problem
}

// The fields of a request that have a meaning here.
const (
	fieldModel         = "model"
	fieldMessages      = "messages"
	fieldStream        = "stream"
	fieldStreamOptions = "stream_options"
)

// ParseRequest reads the body of a chat-completions request. The Request keeps
// body as its Raw, so the caller must not change it any more, and bounds its
// size beforehand. Every error is a *FieldError.
func ParseRequest(body []byte) (*Request, error) {
	if !utf8.Valid(body) {
		return nil, &FieldError{Problem: "is not valid UTF-8"}
	}
	members, err := scanObject(body)
	if err != nil {
		return nil, err
	}
	r := &Request{Raw: body, Fields: make(map[string]json.RawMessage, len(members))}
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		if seen[m.name] {
			// Readers differ on which one counts, so none is believed.
			return nil, &FieldError{Field: short(m.name), Problem: "is there twice"}
		}
		seen[m.name] = true
		if err := r.take(m.name, m.value(body)); err != nil {
			return nil, err
		}
	}
	if len(r.Messages) == 0 {
		return nil, &FieldError{Field: fieldMessages, Problem: "is missing or empty"}
	}
	return r, nil
}

// take fills in one field.
func (r *Request) take(name string, value json.RawMessage) error {
	switch name {
	case fieldModel:
		return readAs(name, value, &r.Model, "must be text")
	case fieldStream:
		return readAs(name, value, &r.Stream, "must be true or false")
	case fieldMessages:
		var err error
		r.Messages, err = parseMessages(value)
		return err
	default:
		r.Fields[name] = value
		return nil
	}
}

// readAs decodes value into dst; null leaves it alone.
func readAs(field string, value json.RawMessage, dst any, problem string) error {
	if err := json.Unmarshal(value, dst); err != nil {
		return &FieldError{Field: field, Problem: problem}
	}
	return nil
}

func parseMessages(value json.RawMessage) ([]Message, error) {
	var list []json.RawMessage
	if err := readAs(fieldMessages, value, &list, "must be a list"); err != nil {
		return nil, err
	}
	out := make([]Message, 0, len(list))
	for i, raw := range list {
		m, err := parseMessage(fmt.Sprintf("%s[%d]", fieldMessages, i), raw)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func parseMessage(at string, raw json.RawMessage) (Message, error) {
	members, err := scanObject(raw)
	if err != nil {
		return Message{}, &FieldError{Field: at, Problem: "must be an object"}
	}
	m := Message{Raw: raw}
	for _, member := range members {
		value := member.value(raw)
		switch member.name {
		case "role":
			err = readAs(at+".role", value, &m.Role, "must be text")
		case "content":
			m.Text, err = parseContent(at+".content", value)
		}
		if err != nil {
			return Message{}, err
		}
	}
	if m.Role == "" {
		return Message{}, &FieldError{Field: at + ".role", Problem: "is missing"}
	}
	return m, nil
}

// parseContent returns the text of a message: a string, or the text parts of a
// list, one a line. Other parts (images, audio, files) are in the raw message only.
func parseContent(at string, value json.RawMessage) (string, error) {
	const problem = "must be text or a list of parts"
	var text string
	if value[0] != '[' {
		return text, readAs(at, value, &text, problem)
	}
	var parts []json.RawMessage
	if err := readAs(at, value, &parts, problem); err != nil {
		return "", err
	}
	var texts []string
	for i, raw := range parts {
		var part struct {
			Type    string `json:"type"`
			Text    string `json:"text"`
			Refusal string `json:"refusal"`
		}
		if err := readAs(fmt.Sprintf("%s[%d]", at, i), raw, &part, "must be a part with a type"); err != nil {
			return "", err
		}
		switch part.Type {
		case "text":
			texts = append(texts, part.Text)
		case "refusal":
			texts = append(texts, part.Refusal)
		case "":
			return "", &FieldError{Field: fmt.Sprintf("%s[%d]", at, i), Problem: "must be a part with a type"}
		}
	}
	return strings.Join(texts, "\n"), nil
}
