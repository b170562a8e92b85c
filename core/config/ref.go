package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// decodeRefs fills a field of type plugin.Ref, or a list of them. References
// are read, never evaluated.
func (l *loader) decodeRefs(n *node, f field, v reflect.Value) {
	expr := n.attrs[f.name].Expr
	if f.typ.Kind() != reflect.Slice {
		if f.typ.Kind() == reflect.Pointer {
			v.Set(reflect.New(f.typ.Elem()))
			v = v.Elem()
		}
		if address, ok := l.reference(f, expr); ok {
			v.SetString(address)
		}
		return
	}
	list, ok := expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		l.report.fail(expr.Range(), "List expected", fmt.Sprintf("%q is a list of references: %s = [%s].", f.name, f.name, example(f.refKind)))
		return
	}
	v.Set(reflect.MakeSlice(f.typ, 0, len(list.Exprs)))
	for _, e := range list.Exprs {
		if address, ok := l.reference(f, e); ok {
			v.Set(reflect.Append(v, reflect.ValueOf(plugin.Ref(address))))
		}
	}
}

func example(kind string) string {
	switch kind {
	case kindProvider:
		return "provider.openai.primary"
	case kindAgent:
		return "agent.helper"
	case kindPlatform:
		return "platform.telegram.bot"
	}
	return "chain.default"
}

// reference resolves one reference to its address.
func (l *loader) reference(f field, expr hclsyntax.Expression) (string, bool) {
	parts, ok := traversal(expr)
	if !ok {
		l.report.fail(expr.Range(), "Reference expected", l.notAReference(f, expr))
		return "", false
	}
	address := strings.Join(parts, ".")
	if o := l.index.byAddress[address]; o != nil {
		l.used[address] = true
		if f.refKind != "" && o.kind != f.refKind {
			l.report.fail(expr.Range(), "Reference to the wrong kind", l.wrongKind(f, o))
			return "", false
		}
		return address, true
	}
	l.report.fail(expr.Range(), "Reference to nothing", l.nothing(f, address, parts))
	return "", false
}

// traversal returns the names of provider.openai.primary.
func traversal(expr hclsyntax.Expression) ([]string, bool) {
	t, diags := hcl.AbsTraversalForExpr(expr)
	if diags.HasErrors() {
		return nil, false
	}
	var parts []string
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			parts = append(parts, s.Name)
		case hcl.TraverseAttr:
			parts = append(parts, s.Name)
		default:
			return nil, false
		}
	}
	return parts, true
}

func (l *loader) notAReference(f field, expr hclsyntax.Expression) string {
	if text, ok := literal(expr); ok && l.index.byAddress[text] != nil {
		return fmt.Sprintf("%q refers to another block by its name. Drop the quotes: %s.", f.name, text)
	}
	if _, ok := literal(expr); ok {
		return fmt.Sprintf("%q refers to another block. Drop the quotes and write its name, such as %s.", f.name, example(f.refKind))
	}
	if _, ok := expr.(*hclsyntax.TupleConsExpr); ok {
		return fmt.Sprintf("%q takes one reference, such as %s, and no list.", f.name, example(f.refKind))
	}
	return fmt.Sprintf("%q refers to another block by its name, such as %s. It cannot be computed.", f.name, example(f.refKind))
}

func (l *loader) wrongKind(f field, o *object) string {
	s := fmt.Sprintf("%q needs %s; %s is %s.", f.name, article(f.refKind), o.address, article(o.kind))
	switch {
	case f.refKind == kindChain && o.kind == kindProvider:
		s += fmt.Sprintf(" Put it in a chain: providers = [%s].", o.address)
	case f.name != o.kind && slices.Contains([]string{kindAgent, kindChain}, o.kind) && slices.Contains([]string{kindAgent, kindChain}, f.name):
		s += fmt.Sprintf(" Write %s = %s.", o.kind, o.address)
	default:
		s += l.existing(f.refKind)
	}
	return s
}

func article(kind string) string {
	if kind == kindAgent {
		return "an agent"
	}
	return "a " + kind
}

// nothing says what a reference that resolves to nothing may have meant.
func (l *loader) nothing(f field, address string, parts []string) string {
	s := fmt.Sprintf("There is no %s.", address)
	if c := closest(address, l.index.addresses(f.refKind)); c != "" {
		return s + fmt.Sprintf(" Did you mean %s?", c)
	}
	for _, candidate := range l.index.addresses(f.refKind) {
		if strings.HasSuffix(candidate, "."+address) || strings.HasSuffix(candidate, "."+parts[len(parts)-1]) {
			return s + fmt.Sprintf(" Did you mean %s?", candidate)
		}
	}
	return s + l.existing(f.refKind)
}

func (l *loader) existing(kind string) string {
	if known := l.index.addresses(kind); len(known) > 0 {
		return oneOf(known)
	}
	if kind == "" {
		return " No other block is there."
	}
	return fmt.Sprintf(" No %s is defined.", kind)
}
