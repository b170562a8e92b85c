package engine

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/hermes-gateway/hermes/core/config"
)

// changedAttributes names what differs between two decoded blocks of the same
// type, as a person writes it in the file: "token", "breaker.quota_open". It
// never returns a value, and never nothing.
func changedAttributes(a, b any) []string {
	names := compare("", reflect.ValueOf(a), reflect.ValueOf(b))
	switch a := a.(type) {
	case *config.Provider:
		if b, ok := b.(*config.Provider); ok {
			names = providerAttributes(a, b)
		}
	case *config.Platform:
		if b, ok := b.(*config.Platform); ok {
			names = platformAttributes(a, b)
		}
	case *config.Chain:
		if b, ok := b.(*config.Chain); ok {
			names = chainAttributes(a, b)
		}
	}
	if len(names) == 0 {
		return []string{"configuration"}
	}
	return names
}

func platformAttributes(a, b *config.Platform) []string {
	names := compare("", reflect.ValueOf(a.Config), reflect.ValueOf(b.Config))
	names = appendIf(names, "agent", a.Agent != b.Agent)
	return appendIf(names, "chain", a.Chain != b.Chain)
}

func chainAttributes(a, b *config.Chain) []string {
	names := appendIf(nil, "providers", !slices.Equal(providersOf(a), providersOf(b)))
	names = appendIf(names, "link", len(names) == 0 && !slices.Equal(a.Links, b.Links))
	return appendIf(names, "timeout", a.Timeout != b.Timeout)
}

// providerAttributes looks into the breaker block too; max_inflight stands
// beside it in the file.
func providerAttributes(a, b *config.Provider) []string {
	names := compare("", reflect.ValueOf(a.Config), reflect.ValueOf(b.Config))
	for _, n := range compare("breaker.", reflect.ValueOf(a.Breaker), reflect.ValueOf(b.Breaker)) {
		if n == "breaker.max_inflight" {
			n = "max_inflight"
		}
		names = append(names, n)
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
