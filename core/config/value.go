package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// decodeAttr fills a field from its attribute.
func (l *loader) decodeAttr(n *node, f field, v reflect.Value) {
	a := n.attrs[f.name]
	if a == nil {
		l.required(n, f)
		return
	}
	if showable(f.typ) {
		n.src.show(a.Expr.Range())
	}
	if leaf(f.typ) == refType() {
		l.decodeRefs(n, f, v)
		return
	}
	val, ok := l.evaluate(n, f, a)
	switch {
	case !ok:
		return
	case val.IsNull():
		l.required(n, f)
		return
	}
	if l.assign(n, f, v, val) && secret(f.typ) {
		l.warnLiteral(n, a)
	}
}

func (l *loader) required(n *node, f field) {
	if f.optional {
		return
	}
	want := kindName(f.typ)
	if f.typ == refType() {
		want = "a reference such as " + example(f.refKind)
	}
	l.report.fail(n.head, "Missing attribute", fmt.Sprintf("%s needs %q: %s.", n.what, f.name, want))
}

// evaluate computes an attribute. It reports whether it worked.
func (l *loader) evaluate(n *node, f field, a *hclsyntax.Attribute) (cty.Value, bool) {
	if !l.checkExpression(a.Expr) {
		return cty.NilVal, false
	}
	l.env.missed = false
	val, diags := a.Expr.Value(l.context(n.src))
	n.tainted[f.name] = l.env.missed
	for _, d := range diags {
		l.report.add(l.evaluationProblem(d, a, showable(f.typ)))
	}
	return val, !diags.HasErrors()
}

// assign converts a value to the type of the field, and reports whether that
// worked. A wrong type is told without the value.
func (l *loader) assign(n *node, f field, v reflect.Value, val cty.Value) bool {
	at := n.attrs[f.name].Expr.Range()
	fresh := reflect.New(f.typ)
	diags := gohcl.DecodeExpression(hcl.StaticExpr(val, at), nil, fresh.Interface())
	if diags.HasErrors() {
		if !n.tainted[f.name] {
			l.report.fail(at, "Wrong type", typeProblem(f, val))
		}
		return false
	}
	if leaf(f.typ) == durationType() {
		if !l.checkDurations(n, f, fresh.Elem()) {
			return false
		}
		n.remember(f.name, fresh.Elem())
	}
	v.Set(fresh.Elem())
	return true
}

func typeProblem(f field, val cty.Value) string {
	if isNumber(f.typ) && val.Type() == cty.Number {
		if val.AsBigFloat().IsInt() {
			return fmt.Sprintf("%q is out of range.", f.name)
		}
		return fmt.Sprintf("%q must be %s.", f.name, kindName(f.typ))
	}
	have := friendly(val.Type())
	s := fmt.Sprintf("%q must be %s; this is %s.", f.name, kindName(f.typ), have)
	if strings.HasPrefix(kindName(f.typ), have) {
		s = fmt.Sprintf("%q must be %s; some of what is in it is not.", f.name, kindName(f.typ))
	}
	if f.typ.Kind() == reflect.Slice && val.Type().IsPrimitiveType() {
		s += fmt.Sprintf(" Put it in brackets: %s = [ … ].", f.name)
	}
	return s
}

func isNumber(t reflect.Type) bool {
	return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64
}

// friendly names the type of a value.
func friendly(t cty.Type) string {
	switch {
	case t == cty.String:
		return "a string"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "true or false"
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "a list"
	case t.IsObjectType() || t.IsMapType():
		return "a map"
	}
	return "something else"
}

// warnLiteral warns of a secret that stands in the file.
func (l *loader) warnLiteral(n *node, a *hclsyntax.Attribute) {
	if !hasLiteral(a.Expr) {
		return
	}
	l.report.warn(a.Expr.Range(), "Secret in the file", fmt.Sprintf(
		"%q holds a secret, which is safer outside of a file that is shared and backed up. Write env(%q) and put it in the env_file.",
		a.Name, n.variable(a.Name)))
}

// hasLiteral reports whether the value itself is written out, empty strings and
// arguments of functions apart.
func hasLiteral(expr hclsyntax.Expression) bool {
	switch e := expr.(type) {
	case *hclsyntax.TemplateExpr:
		return slices.ContainsFunc(e.Parts, hasLiteral)
	case *hclsyntax.LiteralValueExpr:
		return !e.Val.IsNull() && (e.Val.Type() != cty.String || e.Val.AsString() != "")
	case *hclsyntax.TupleConsExpr:
		return slices.ContainsFunc(e.Exprs, hasLiteral)
	case *hclsyntax.ObjectConsExpr:
		return slices.ContainsFunc(e.Items, func(i hclsyntax.ObjectConsItem) bool { return hasLiteral(i.ValueExpr) })
	case *hclsyntax.ParenthesesExpr:
		return hasLiteral(e.Expression)
	case *hclsyntax.ConditionalExpr:
		return hasLiteral(e.TrueResult) || hasLiteral(e.FalseResult)
	}
	return false
}
