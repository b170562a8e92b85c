package config

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// decode fills structs with gohcl tags from one body. Where two have an
// attribute of the same name, the first owns it. What the body does not say
// keeps the value it has. It reports whether nothing was wrong.
func (l *loader) decode(n *node, body *hclsyntax.Body, targets ...reflect.Value) bool {
	before := l.report.errors
	n.attrs = body.Attributes
	n.tainted = map[string]bool{}
	l.refuseUnknown(n, body, targets)
	seen := map[string]bool{}
	for _, v := range targets {
		known := l.schema.of(v.Type())
		if known.broken != "" {
			l.report.fail(n.head, "Plugin failed", fmt.Sprintf("%s: %s. This is a mistake in the plugin.", n.what, known.broken))
		}
		for _, f := range known.attrs {
			if !seen[f.name] {
				l.decodeAttr(n, f, v.Field(f.index))
			}
			seen[f.name] = true
		}
		for _, f := range known.blocks {
			if !seen[f.name] {
				l.decodeBlocks(n, body, f, v.Field(f.index))
			}
			seen[f.name] = true
		}
	}
	return l.report.errors == before
}

// refuseUnknown reports attributes and blocks that no target has.
func (l *loader) refuseUnknown(n *node, body *hclsyntax.Body, targets []reflect.Value) {
	var attrs, blocks []string
	for _, v := range targets {
		known := l.schema.of(v.Type())
		attrs, blocks = append(attrs, names(known.attrs)...), append(blocks, names(known.blocks)...)
	}
	all := append(slices.Clone(attrs), blocks...)
	for name, a := range body.Attributes {
		switch {
		case slices.Contains(attrs, name):
		case slices.Contains(blocks, name):
			l.report.fail(a.NameRange, "Block expected", fmt.Sprintf("%q is a block. Write %s { … } without the equals sign.", name, name))
		default:
			l.report.fail(a.NameRange, "Unknown attribute", fmt.Sprintf("There is no %s in %s.%s", named("attribute", name), n.what, didYouMean(name, all)))
		}
	}
	for _, b := range body.Blocks {
		switch {
		case slices.Contains(blocks, b.Type):
		case slices.Contains(attrs, b.Type):
			l.report.fail(b.TypeRange, "Attribute expected", fmt.Sprintf("%q is an attribute. Write %s = …", b.Type, b.Type))
		default:
			l.report.fail(b.TypeRange, "Unknown block", fmt.Sprintf("There is no %s in %s.%s", named("block", b.Type), n.what, didYouMean(b.Type, all)))
		}
	}
}

func names(fs []field) []string {
	out := make([]string, 0, len(fs))
	for _, f := range fs {
		out = append(out, f.name)
	}
	return out
}

// decodeBlocks fills the field from the blocks of its name.
func (l *loader) decodeBlocks(n *node, body *hclsyntax.Body, f field, v reflect.Value) {
	var blocks []*hclsyntax.Block
	for _, b := range body.Blocks {
		if b.Type == f.name {
			blocks = append(blocks, b)
		}
	}
	elem, many, required := blockType(f.typ)
	switch {
	case len(blocks) == 0 && required:
		l.report.fail(n.head, "Missing block", fmt.Sprintf("%s needs a block %q.", n.what, f.name))
		return
	case len(blocks) == 0:
		return
	case many:
		v.Set(reflect.MakeSlice(f.typ, 0, len(blocks)))
	}
	seen := map[string]hcl.Range{}
	for i, b := range blocks {
		if !many && i > 0 {
			l.report.fail(b.DefRange(), "Duplicate block", fmt.Sprintf("There can be only one %s block in %s, and one is at %s.", f.name, n.what, place(blocks[0].DefRange())))
		}
		l.checkNestedLabels(n, b, elem, seen)
		to := l.blockTarget(v, f.typ, elem)
		l.decodeBlock(n, b, to)
		if many {
			v.Set(reflect.Append(v, wrapPointer(to, f.typ.Elem())))
		}
	}
}

// blockTarget is the struct that a block is decoded into: a fresh one for
// slices, else the one that is there with its defaults.
func (l *loader) blockTarget(v reflect.Value, typ, elem reflect.Type) reflect.Value {
	switch typ.Kind() {
	case reflect.Slice:
		return reflect.New(elem).Elem()
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(elem))
		}
		return v.Elem()
	default:
		return v
	}
}

func wrapPointer(v reflect.Value, want reflect.Type) reflect.Value {
	if want.Kind() == reflect.Pointer {
		return v.Addr()
	}
	return v
}

func (l *loader) decodeBlock(n *node, b *hclsyntax.Block, to reflect.Value) {
	what := title(b)
	for i, f := range l.schema.of(to.Type()).labels {
		if i < len(b.Labels) {
			to.Field(f.index).SetString(b.Labels[i])
		}
	}
	inner := &node{what: what + " of " + n.what, head: b.DefRange(), prefix: n.prefix + "_" + b.Type, src: n.src}
	if len(b.Labels) > 0 {
		inner.prefix = b.Labels[0]
	}
	n.blocks = append(n.blocks, &child{kind: b.Type, labels: b.Labels, node: inner})
	l.decode(inner, b.Body, to)
}

// checkNestedLabels checks the labels of a block within another one.
func (l *loader) checkNestedLabels(n *node, b *hclsyntax.Block, elem reflect.Type, seen map[string]hcl.Range) {
	want := names(l.schema.of(elem).labels)
	if len(b.Labels) != len(want) {
		l.report.fail(b.DefRange(), "Wrong labels", fmt.Sprintf("%s takes %s.", b.Type, labelCount(want)))
		return
	}
	if len(want) == 0 {
		return
	}
	n.src.showLabels(b)
	for i, label := range b.Labels {
		l.checkLabel(label, b.LabelRanges[i])
	}
	key := fmt.Sprintf("%q", b.Labels)
	if first, ok := seen[key]; ok {
		l.report.fail(b.DefRange(), "Duplicate label", fmt.Sprintf("%s %q is at %s already. Rename one of the two.", b.Type, b.Labels[0], place(first)))
		return
	}
	seen[key] = b.DefRange()
}
