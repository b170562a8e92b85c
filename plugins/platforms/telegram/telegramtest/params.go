package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
)

// maxBody bounds the body of one call, in bytes.
const maxBody = 1 << 20

// Params are the fields of one call as JSON values. Fields that came in a form
// or a query are strings, or what their text is in JSON.
type Params map[string]json.RawMessage

// String returns a text field, "" when it is missing.
func (p Params) String(name string) string {
	var s string
	if json.Unmarshal(p[name], &s) == nil {
		return s
	}
	return string(p[name]) // a number or an object sent as a form field
}

// Int returns a number, also one written as a string; 0 when it is missing.
func (p Params) Int(name string) int64 {
	n, _ := strconv.ParseInt(p.String(name), 10, 64)
	return n
}

// Bool returns a flag, false when it is missing.
func (p Params) Bool(name string) bool {
	b, _ := strconv.ParseBool(p.String(name))
	return b
}

// decode reads an object or a list, also one written as a string, into v.
func (p Params) decode(name string, v any) *apiError {
	raw := p[name]
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		raw = json.RawMessage(text)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return refuse(fmt.Sprintf("can't parse %s: %v", name, err))
	}
	return nil
}

func readParams(w http.ResponseWriter, r *http.Request) (Params, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	p := Params{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			return nil, errors.New("object expected")
		}
		return p, nil
	}
	if kind == "multipart/form-data" {
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return nil, errors.New("form expected")
		}
	}
	if err := r.ParseForm(); err != nil {
		return nil, errors.New("form expected")
	}
	for name, values := range r.Form {
		p[name] = formValue(values[0])
	}
	return p, nil
}

// formValue is the JSON of a form field. A field may hold an object in JSON;
// everything else is text.
func formValue(text string) json.RawMessage {
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	raw, err := json.Marshal(text)
	if err != nil {
		return nil
	}
	return raw
}
