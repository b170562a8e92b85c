package fault

import (
	"bytes"
	"strings"
	"time"
)

// The bounds of what is looked at.
const (
	maxBody   = 64 << 10 // bytes of a body
	maxText   = 4 << 10  // bytes of the messages found in it
	maxDepth  = 16       // nested objects and arrays
	maxNested = 3        // JSON inside a string inside JSON ...
	maxMarks  = 32       // codes, types and reasons

	maxCodeText = 1 << 10 // bytes of a message that are searched for codes
)

// mark is one code, type or reason that a body states.
type mark struct {
	role role
	raw  []byte // as sent; part of the body
}

// digest is what a body says, whatever shape it came in.
type digest struct {
	marks           []mark
	text            []byte    // every message, one a line
	outer           int       // the HTTP status of the answer
	field           int       // an HTTP status in a field, 400 to 599
	prose           int       // an HTTP status in a relay's prefix
	wait            waits     // times stated in fields
	now             time.Time // what unix times are compared with
	isError         bool      // something calls itself an error
	shared          bool      // a relay says that the key at fault is its own
	vendorOfNumbers string    // vendor of the numeric codes, from the body's shape
	markBuf         [maxMarks]mark
	textBuf         [1 << 10]byte
}

// read fills d from the first part of a body of any shape.
func (d *digest) read(body []byte) {
	d.marks, d.text = d.markBuf[:0], d.textBuf[:0]
	if len(body) > maxBody {
		body = body[:maxBody]
	}
	body = bytes.TrimPrefix(bytes.TrimSpace(body), []byte("\xef\xbb\xbf"))
	switch {
	case len(body) == 0:
	case isSSE(body):
		d.readSSE(body)
	case isMarkup(body):
		d.addText(markupText(body))
	case isJSON(body):
		(&scanner{in: body, out: d}).value(roleNone, 0)
	default:
		d.message(body, 0)
	}
}

// isSSE reports whether a body is a run of server-sent events.
func isSSE(body []byte) bool {
	for _, prefix := range []string{"data:", "event:", "id:", "retry:", ": "} {
		if bytes.HasPrefix(body, []byte(prefix)) {
			return true
		}
	}
	return false
}

// readSSE reads the data lines of every event. Frames of a good answer carry
// no field that the scanner reads as an error, so the one that does decides.
func (d *digest) readSSE(body []byte) {
	for line := range bytes.Lines(body) {
		data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if data = bytes.TrimSpace(data); !ok || len(data) == 0 {
			continue
		}
		if isJSON(data) {
			(&scanner{in: data, out: d}).value(roleNone, 0)
			continue
		}
		d.message(data, 0)
	}
}

// isJSON reports whether a body is an object or an array, and not prose in
// brackets such as "[openai/gpt] [402]: ...".
func isJSON(body []byte) bool {
	if body[0] == '{' {
		return true
	}
	rest := bytes.TrimLeft(body[1:min(len(body), 64)], " \t\r\n")
	return body[0] == '[' && len(rest) > 0 && strings.IndexByte(`{["]`, rest[0]) >= 0
}

// message takes one text that a person or a program was meant to read. A relay
// may have put the upstream's JSON into it, with or without a prefix.
func (d *digest) message(text []byte, nested int) {
	at := embedded(text)
	if at < 0 || nested >= maxNested {
		d.addText(text)
		return
	}
	d.addText(text[:at])
	s := scanner{in: text[at:], out: d, nested: nested + 1}
	s.value(roleNone, 0)
	d.message(s.in[s.pos:], nested+1)
}

// embedded returns where JSON (or a printed Python dict) begins in a text, or -1.
func embedded(text []byte) int {
	for i, c := range text {
		if c != '{' && c != '[' {
			continue
		}
		rest := bytes.TrimLeft(text[i+1:min(i+64, len(text))], " \t\r\n{")
		if len(rest) > 1 && (rest[0] == '"' || rest[0] == '\'') {
			return i
		}
	}
	return -1
}

// addText keeps a message for the phrases and the times in prose.
func (d *digest) addText(text []byte) {
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return
	}
	if d.prose == 0 {
		d.prose = statusInText(text)
	}
	if code, ok := leadingCode(text); ok {
		d.mark(roleCode, code)
	}
	if len(text) <= maxCode && isCode(text) {
		d.mark(roleReason, text)
	} else {
		codeWords(text[:min(len(text), maxCodeText)], d.codeWord)
	}
	room := maxText - len(d.text)
	if room <= 0 {
		return
	}
	d.text = append(append(d.text, text[:min(room, len(text))]...), '\n')
}

// codeWord keeps an identifier of a message if a rule knows it.
func (d *digest) codeWord(word []byte) {
	if known(word) {
		d.mark(roleWord, word)
	}
}

// mark keeps one code, type or reason. When the list is full only those that a
// rule knows are worth the last places.
func (d *digest) mark(r role, raw []byte) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || len(raw) > 200 || len(d.marks) == maxMarks {
		return
	}
	if status := httpStatus(raw); status != 0 {
		if d.field == 0 || status != d.outer { // a relay repeats its own beside the upstream's
			d.field = status
		}
		return
	}
	if emptyCodes[string(bytes.ToLower(raw))] || bytes.Contains(raw, []byte("://")) && raw[0] == 'h' {
		return
	}
	if len(d.marks) > maxMarks/2 && !known(raw) {
		return
	}
	d.marks = append(d.marks, mark{role: r, raw: raw})
}

// emptyCodes are the ways of saying "no code", and success.
var emptyCodes = map[string]bool{
	"none": true, "null": true, "<nil>": true, "nil": true, "0": true, "200": true, "error": true,
	"true": true, "false": true, "ok": true, "success": true, "undefined": true, "unknown": true,
}

// httpStatus returns the number that raw spells when it is an HTTP error.
func httpStatus(raw []byte) int {
	if len(raw) != 3 || raw[0] != '4' && raw[0] != '5' || !isDigit(raw[1]) || !isDigit(raw[2]) {
		return 0
	}
	return int(raw[0]-'0')*100 + int(raw[1]-'0')*10 + int(raw[2]-'0')
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
