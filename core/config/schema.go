package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// field is one attribute, block or label of a struct with gohcl tags.
type field struct {
	name     string
	index    int
	typ      reflect.Type
	doc      string
	optional bool
	refKind  string // of a plugin.Ref: what it must refer to; "" is anything
}

// fields are the tags of one struct, in its order.
type fields struct {
	attrs, blocks, labels []field
	broken                string // what is wrong with the struct itself
}

// schemas remembers what reflection found, for one reading.
type schemas map[reflect.Type]*fields

func (s schemas) of(t reflect.Type) *fields {
	if s[t] == nil {
		s[t] = readFields(t)
	}
	return s[t]
}

func readFields(t reflect.Type) *fields {
	out := &fields{}
	for i := range t.NumField() {
		sf := t.Field(i)
		tag, ok := sf.Tag.Lookup("hcl")
		if !ok {
			continue
		}
		name, kind, _ := strings.Cut(tag, ",")
		f := field{name: name, index: i, typ: sf.Type, doc: sf.Tag.Get("doc")}
		switch kind {
		case "", "attr", "optional":
			f.optional = kind == "optional" || sf.Type.Kind() == reflect.Pointer
			f.refKind = refKind(sf)
			out.attrs = append(out.attrs, f)
		case "block":
			out.blocks = append(out.blocks, f)
		case "label":
			out.labels = append(out.labels, f)
		default:
			out.broken = fmt.Sprintf("the field %s has an unknown kind of tag", sf.Name)
		}
	}
	return out
}

// refKind is the tag `ref:"chain"`, else what the attribute is called.
func refKind(sf reflect.StructField) string {
	if kind, ok := sf.Tag.Lookup("ref"); ok {
		return kind
	}
	name, _, _ := strings.Cut(sf.Tag.Get("hcl"), ",")
	for _, kind := range referenceKinds() {
		if name == kind || name == kind+"s" {
			return kind
		}
	}
	return ""
}

// The types with a meaning of their own.
func secretType() reflect.Type   { return reflect.TypeFor[plugin.Secret]() }
func durationType() reflect.Type { return reflect.TypeFor[plugin.Duration]() }
func refType() reflect.Type      { return reflect.TypeFor[plugin.Ref]() }

// leaf is the type of the single values in t.
func leaf(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	return t
}

// secret reports whether values of the type must never be shown.
func secret(t reflect.Type) bool { return leaf(t) == secretType() }

// showable reports whether literals of the type may be shown: maps often carry
// headers, and so keys.
func showable(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() != reflect.Map && t != secretType()
}

// kindName says what an attribute of the type wants, for people.
func kindName(t reflect.Type) string {
	switch {
	case t == durationType():
		return `a duration such as "30s"`
	case t == refType():
		return "a reference such as chain.default"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return kindName(t.Elem())
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a string"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice:
		return "a list of " + plural(t.Elem())
	case reflect.Map:
		return "a map of " + plural(t.Elem())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number that is not negative"
	default:
		return "a whole number"
	}
}

func plural(t reflect.Type) string {
	name := kindName(t)
	switch {
	case t == durationType():
		return `durations such as "30s"`
	case t == refType():
		return "references such as chain.default"
	case t.Kind() == reflect.Bool || strings.HasPrefix(name, "a list") || strings.HasPrefix(name, "a map"):
		return name
	}
	noun, rest, _ := strings.Cut(strings.TrimPrefix(name, "a "), " that ")
	if rest != "" {
		return noun + "s that are not negative"
	}
	return noun + "s"
}

// blockType is the struct of a block field and whether it may be there often.
func blockType(t reflect.Type) (elem reflect.Type, many, required bool) {
	required = true
	if t.Kind() == reflect.Slice {
		t, many, required = t.Elem(), true, false
	}
	if t.Kind() == reflect.Pointer {
		t, required = t.Elem(), false
	}
	return t, many, required
}
