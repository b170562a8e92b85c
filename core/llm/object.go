package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// maxName is the longest field name that an error repeats, in bytes.
const maxName = 64

// member is one name and value of an object, with its place in the bytes.
type member struct {
	name       string
	key        int // where the name begins
	start, end int // the value
}

func (m member) value(body []byte) json.RawMessage { return body[m.start:m.end:m.end] }

// scanObject returns the members of the one object that body holds, in order.
func scanObject(body []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, &FieldError{Problem: "must be a JSON object"}
	}
	var out []member
	for d.More() {
		m := member{key: int(d.InputOffset())}
		name, err := d.Token()
		if err != nil {
			return nil, &FieldError{Problem: "is not valid JSON"}
		}
		m.name, _ = name.(string) // a decoder lets nothing else stand before a colon
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, &FieldError{Problem: "is not valid JSON"}
		}
		m.end = int(d.InputOffset())
		m.start = m.end - len(value)
		m.key += bytes.IndexByte(body[m.key:], '"')
		out = append(out, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, &FieldError{Problem: "is not valid JSON"}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &FieldError{Problem: "holds more than one JSON value"}
	}
	return out, nil
}

func short(name string) string {
	if len(name) <= maxName {
		return name
	}
	n := maxName
	for !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n] + "…"
}

// objectWriter writes one object, member by member.
type objectWriter struct{ b []byte }

func (o *objectWriter) separate() {
	if len(o.b) == 0 {
		o.b = append(o.b, '{')
		return
	}
	o.b = append(o.b, ',')
}

// name writes a name; the value is the caller's to append.
func (o *objectWriter) name(name string) {
	o.separate()
	o.b = append(append(o.b, quote(name)...), ':')
}

// raw writes a member whose value is JSON already.
func (o *objectWriter) raw(name string, value []byte) {
	o.name(name)
	o.b = append(o.b, value...)
}

// text writes a member whose value is text.
func (o *objectWriter) text(name, value string) { o.raw(name, quote(value)) }

// verbatim writes a name with its colon, and a value, as they stood elsewhere.
func (o *objectWriter) verbatim(name, value []byte) {
	o.separate()
	o.b = append(append(o.b, name...), value...)
}

func (o *objectWriter) close() []byte {
	if len(o.b) == 0 {
		o.b = append(o.b, '{')
	}
	return append(o.b, '}')
}

// quote returns s as JSON, with <, > and & as they are. Bytes that are not
// UTF-8 become U+FFFD.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return []byte(`""`) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
