package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hermes-gateway/hermes/core/chain"
	"github.com/hermes-gateway/hermes/core/plugin"
)

// Reference renders every block, attribute and function of the language as
// Markdown, with the plugins of the set. The text depends on nothing else.
func Reference(set plugin.Set) string {
	r := &reference{schema: schemas{}}
	r.line("# Configuration reference\n\n<!-- Generated from the code. Do not edit. -->")
	r.line("A config is one file, or a folder of `*.hcl` files that are read as one. Durations are strings such as `\"1m30s\"`, " +
		"references are names without quotes such as `chain.default`, and labels are small letters, digits, `_` and `-`.")
	r.section("## hermes", "The settings of the process, at most one block. Each can also come from a `HERMES_*` variable or a flag.", &hermesBlock{
		Log: &logBlock{}, Admin: &adminBlock{},
	})
	store := "At most one block; its label is the type."
	if len(set.Stores) == 0 {
		store = "This build has no stores: what is remembered is kept in memory."
	}
	r.section("## store", store, nil)
	specs(r, kindStore, set.Stores)
	core := defaultProvider()
	r.section("## provider", "One account at one model vendor. The labels are the type and a name. Every type has these attributes, and its own:", &core)
	specs(r, kindProvider, set.Providers)
	r.section("## chain", "Providers in order of preference, under one deadline. Write either `providers` or `link` blocks.", &chainBlock{
		Timeout: short(chain.DefaultTimeout),
		Links: []linkBlock{{
			Timeout: short(chain.DefaultLinkTimeout), FirstToken: short(chain.DefaultFirstToken), Idle: short(chain.DefaultIdle),
		}},
	})
	r.section("## agent", "What answers on a platform.", &agentBlock{})
	r.section("## platform", "Where people or programs come in. The labels are the type and a name. Every type takes either `agent` or `chain`, and its own attributes:", &platformBlock{})
	specs(r, kindPlatform, set.Platforms)
	r.line("## Functions\n\n| call | gives |\n|---|---|\n" + functionTable())
	return r.b.String()
}

func functionTable() string {
	var b strings.Builder
	for _, f := range functionDocs() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", cell(f.call), cell(f.doc))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// specs renders the plugins of one kind.
func specs[T any](r *reference, kind string, list []plugin.Spec[T]) {
	for _, s := range list {
		name := ` "name"`
		if kind == kindStore {
			name = ""
		}
		r.section(fmt.Sprintf("### %s %q%s", kind, s.Type, name), sentence(upperFirst(s.Summary)), s.Default())
	}
}

type reference struct {
	schema schemas
	b      strings.Builder
}

func (r *reference) line(text string) {
	if r.b.Len() > 0 {
		r.b.WriteString("\n")
	}
	r.b.WriteString(text + "\n")
}

// section renders a heading, a sentence, and the table of a struct, if there is one.
func (r *reference) section(heading, intro string, block any) {
	r.line(heading)
	if intro != "" {
		r.line(intro)
	}
	if v := reflect.ValueOf(block); v.Kind() == reflect.Pointer && !v.IsNil() {
		r.table(nil, v.Elem())
	}
}

// table renders the attributes of a struct, then those of its blocks.
func (r *reference) table(path []string, v reflect.Value) {
	known := r.schema.of(v.Type())
	if len(known.attrs) > 0 {
		r.line("| attribute | type | default | |\n|---|---|---|---|\n" + r.rows(known.attrs, v))
	}
	for _, f := range known.blocks {
		elem, many, _ := blockType(f.typ)
		header := []string{f.name}
		for _, label := range r.schema.of(elem).labels {
			header = append(header, fmt.Sprintf("%q", label.name))
		}
		inner := append(slices.Clone(path), strings.Join(header, " "))
		text := fmt.Sprintf("`%s { }`", strings.Join(inner, " { } / "))
		if many {
			text += ", any number of them"
		}
		if f.doc != "" {
			text += ": " + f.doc
		}
		r.line(sentence(text))
		r.table(inner, sample(v.Field(f.index), elem))
	}
}

// sample is a block with the defaults that are known.
func sample(v reflect.Value, elem reflect.Type) reflect.Value {
	switch {
	case v.Kind() == reflect.Slice && v.Len() > 0:
		v = v.Index(0)
	case v.Kind() == reflect.Slice:
		return reflect.New(elem).Elem()
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return reflect.New(elem).Elem()
		}
		return v.Elem()
	}
	return v
}

func (r *reference) rows(attrs []field, v reflect.Value) string {
	rows := make([]string, 0, len(attrs))
	for _, f := range attrs {
		value := "required"
		if f.optional {
			value = defaultText(v.Field(f.index), v.Type().Field(f.index).Tag.Get("default"))
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |", f.name, typeText(f), value, cell(f.doc)))
	}
	return strings.Join(rows, "\n")
}

// typeText names the type of an attribute in one or two words.
func typeText(f field) string {
	t := f.typ
	wrap := "%s"
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Pointer {
		switch t.Kind() {
		case reflect.Slice:
			wrap = fmt.Sprintf(wrap, "list of %s")
		case reflect.Map:
			wrap = fmt.Sprintf(wrap, "map of %s")
		default: // a pointer only says that it may be left out
		}
		t = t.Elem()
	}
	name := strings.TrimPrefix(kindName(t), "a ")
	switch {
	case t == refType():
		name = strings.TrimSpace(f.refKind + " reference")
	case t == durationType():
		name = "duration"
	case t == secretType():
		name = "secret"
	case t.Kind() == reflect.Bool:
		name = "bool"
	}
	return fmt.Sprintf(wrap, name)
}

// defaultText shows a default as it would be written; secrets never.
func defaultText(v reflect.Value, tag string) string {
	if tag != "" {
		return "`" + tag + "`"
	}
	if v.IsZero() && v.Kind() != reflect.Bool || secret(v.Type()) {
		return ""
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if leaf(v.Type()).Kind() == reflect.String {
		return "`" + cell(fmt.Sprintf("%q", v.Interface())) + "`"
	}
	return "`" + cell(fmt.Sprint(v.Interface())) + "`"
}

// cell makes text fit into a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s)
}
