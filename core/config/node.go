package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// node is one decoded body: what was there and where.
type node struct {
	what    string // `provider "openai" "primary"`, for messages
	head    hcl.Range
	prefix  string // of variables that are suggested: "openai" for OPENAI_API_KEY
	src     *source
	attrs   map[string]*hclsyntax.Attribute
	tainted map[string]bool // attributes that miss a variable, which is allowed just now
	blocks  []*child

	durations map[string]time.Duration // those that were written, by attribute
}

// child is a nested block.
type child struct {
	kind   string
	labels []string
	node   *node
}

// variable is a good name for a variable with the value of an attribute.
func (n *node) variable(attr string) string {
	return strings.ToUpper(strings.ReplaceAll(n.prefix+"_"+attr, "-", "_"))
}

// has reports whether the attribute was written.
func (n *node) has(name string) bool { return n.attrs[name] != nil }

// at is the place of an attribute's value, or of the head when it is not there.
func (n *node) at(name string) hcl.Range {
	if a := n.attrs[name]; a != nil {
		return a.Expr.Range()
	}
	return n.head
}

// find is the place of the path of a plugin.AttrError, as far as it can be
// followed, and whether the attribute misses a variable.
func (n *node) find(path []string) (at hcl.Range, tainted bool) {
	if len(path) == 0 {
		return n.head, false
	}
	if a := n.attrs[path[0]]; a != nil {
		return element(a.Expr, path[1:]), n.tainted[path[0]]
	}
	var of []*child
	for _, c := range n.blocks {
		if c.kind == path[0] {
			of = append(of, c)
		}
	}
	if c, rest := choose(of, path[1:]); c != nil {
		return c.node.find(rest)
	}
	return n.head, n.tainted[path[0]]
}

// choose picks a block by its labels or its number, else the only one.
func choose(blocks []*child, path []string) (*child, []string) {
	for _, c := range blocks {
		if n := len(c.labels); n > 0 && n <= len(path) && slices.Equal(c.labels, path[:n]) {
			return c, path[n:]
		}
	}
	if len(path) > 0 {
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(blocks) {
			return blocks[i], path[1:]
		}
	}
	if len(blocks) == 1 {
		return blocks[0], path
	}
	return nil, nil
}

// element is the place of one element of a list or a map that is written out.
func element(expr hclsyntax.Expression, path []string) hcl.Range {
	if len(path) == 0 {
		return expr.Range()
	}
	if t, ok := expr.(*hclsyntax.TupleConsExpr); ok {
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(t.Exprs) {
			return t.Exprs[i].Range()
		}
	}
	if o, ok := expr.(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range o.Items {
			if hcl.ExprAsKeyword(item.KeyExpr) == path[0] {
				return item.ValueExpr.Range()
			}
		}
	}
	return expr.Range()
}

// place is a position for a sentence.
func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }
