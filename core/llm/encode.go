package llm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Field is one top-level field of a body.
type Field struct {
	Name  string
	Value json.RawMessage
}

// Encode returns the body of r for a provider of the same protocol, asking for
// model (empty: the request's own) and for a stream or not. With Raw set the
// client's bytes are kept as they are, in order, numbers and unknown fields
// included, but for "model", "stream", and, without a stream, "stream_options",
// which only streams may have. Otherwise the body is built from the other
// fields of r. Defaults are added when the request has no field of their name.
// Every error is a *FieldError.
func (r *Request) Encode(model string, stream bool, defaults ...Field) ([]byte, error) {
	if r.Raw != nil {
		return r.splice(model, stream, defaults)
	}
	if model == "" {
		model = r.Model
	}
	var o objectWriter
	if model != "" {
		o.text(fieldModel, model)
	}
	if err := r.writeMessages(&o); err != nil {
		return nil, err
	}
	if stream {
		o.raw(fieldStream, []byte("true"))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		value := r.Fields[name]
		switch {
		case name == fieldModel, name == fieldMessages, name == fieldStream, name == fieldStreamOptions && !stream:
			continue
		case !json.Valid(value):
			return nil, &FieldError{Field: short(name), Problem: "is not valid JSON"}
		}
		o.raw(name, value)
	}
	for _, f := range defaults {
		if _, there := r.Fields[f.Name]; !there {
			o.raw(f.Name, f.Value)
		}
	}
	return o.close(), nil
}

func (r *Request) writeMessages(o *objectWriter) error {
	o.name(fieldMessages)
	o.b = append(o.b, '[')
	for i, m := range r.Messages {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		if m.Raw == nil {
			var inner objectWriter
			inner.text("role", string(m.Role))
			inner.text("content", m.Text)
			o.b = append(o.b, inner.close()...)
			continue
		}
		if !json.Valid(m.Raw) {
			return &FieldError{Field: fmt.Sprintf("%s[%d]", fieldMessages, i), Problem: "is not valid JSON"}
		}
		o.b = append(o.b, m.Raw...)
	}
	o.b = append(o.b, ']')
	return nil
}

// splice rewrites the members that Encode decides about. A name that is there
// twice is written once, at its first place and with its last value: whoever
// reads the result sees what most readers saw before.
func (r *Request) splice(model string, stream bool, defaults []Field) ([]byte, error) {
	members, err := scanObject(r.Raw)
	if err != nil {
		return nil, err
	}
	ours := decided(model, stream)
	last := make(map[string]member, len(members))
	for _, m := range members {
		last[m.name] = m
	}
	o := objectWriter{b: make([]byte, 0, len(r.Raw)+len(model)+64)}
	written := make(map[string]bool, len(members))
	for _, m := range members {
		value, own := ours[m.name]
		switch {
		case written[m.name], own && value == nil:
		case own:
			o.raw(m.name, value)
		default:
			o.verbatim(r.Raw[m.key:m.start], last[m.name].value(r.Raw))
		}
		written[m.name] = true
	}
	if model != "" {
		defaults = append([]Field{{fieldModel, ours[fieldModel]}}, defaults...)
	}
	if stream {
		defaults = append([]Field{{fieldStream, ours[fieldStream]}}, defaults...)
	}
	for _, f := range defaults {
		if !written[f.Name] {
			o.raw(f.Name, f.Value)
		}
	}
	return o.close(), nil
}

// decided returns the fields whose values Encode decides; nil leaves one out.
func decided(model string, stream bool) map[string][]byte {
	out := map[string][]byte{fieldStream: []byte("true")}
	if !stream {
		out[fieldStream], out[fieldStreamOptions] = []byte("false"), nil
	}
	if model != "" {
		out[fieldModel] = quote(model)
	}
	return out
}
