package engine

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/hermes-gateway/hermes/core/config"
)

// changedAttributes names what differs between two decoded blocks of the same
// type, as a person writes it in the file: "token", "breaker.quota_open". It
// never returns a value, and never nothing.
func changedAttributes(a, b any) []string {
	var names []string
	switch a := a.(type) {
	case *config.Provider:
		b := b.(*config.Provider)
		names = append(compare("", reflect.ValueOf(a.Config), reflect.ValueOf(b.Config)), breakerAttributes(a, b)...)
	case *config.Platform:
		b := b.(*config.Platform)
		names = compare("", reflect.ValueOf(a.Config), reflect.ValueOf(b.Config))
		names = appendIf(names, "agent", a.Agent != b.Agent)
		names = appendIf(names, "chain", a.Chain != b.Chain)
	case *config.Chain:
		b := b.(*config.Chain)
		names = appendIf(names, "providers", !reflect.DeepEqual(providersOf(a), providersOf(b)))
		names = appendIf(names, "link", len(names) == 0 && !reflect.DeepEqual(a.Links, b.Links))
		names = appendIf(names, "timeout", a.Timeout != b.Timeout)
	default:
		names = compare("", reflect.ValueOf(a), reflect.ValueOf(b))
	}
	if len(names) == 0 {
		return []string{"configuration"}
	}
	return names
}

func appendIf(names []string, name string, yes bool) []string {
	if yes {
		return append(names, name)
	}
	return names
}

func providersOf(c *config.Chain) []string {
	var all []string
	for _, l := range c.Links {
		all = append(all, l.Provider)
	}
	return all
}

// breakerAttributes names what differs in the breaker block; max_inflight
// stands beside it.
func breakerAttributes(a, b *config.Provider) []string {
	names := compare("breaker.", reflect.ValueOf(a.Breaker), reflect.ValueOf(b.Breaker))
	for i, n := range names {
		if n == "breaker.max_inflight" {
			names[i] = "max_inflight"
		}
	}
	return names
}

// compare names the exported fields that differ between two structs, or
// pointers to them. Blocks are looked into.
func compare(prefix string, a, b reflect.Value) []string {
	a, b = pointee(a), pointee(b)
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() || a.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range a.NumField() {
		field := a.Type().Field(i)
		if !field.IsExported() || reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			continue
		}
		name, kind := attribute(field)
		inner := []string(nil)
		if kind == "block" || field.Anonymous {
			sub := prefix + name + "."
			if field.Anonymous {
				sub = prefix
			}
			inner = compare(sub, a.Field(i), b.Field(i))
		}
		if len(inner) == 0 {
			inner = []string{prefix + name}
		}
		names = append(names, inner...)
	}
	return names
}

func pointee(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

// attribute returns what a field is called in the file, and its kind: "attr",
// "optional", "block", "label".
func attribute(f reflect.StructField) (name, kind string) {
	name, kind, _ = strings.Cut(f.Tag.Get("hcl"), ",")
	if name == "" {
		name = snake(f.Name)
	}
	return name, kind
}

// snake turns QuotaOpen into quota_open.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
