package telegram

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// list writes a list; what belongs to an item is indented below it.
func (w *walker) list(n *ast.List, depth int) {
	outer := w.sep
	w.sep = apart
	if n.IsTight {
		w.sep = below
	}
	count := counter{next: n.Start, written: -1}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if c != n.FirstChild() {
			w.gap(w.sep)
		}
		mark := "• "
		if n.IsOrdered() {
			mark = strconv.Itoa(count.number(w.source, c.Pos())) + string(n.Marker) + " "
		}
		w.write(mark)
		w.indent += "  "
		w.glue = true
		w.blocks(c, depth)
		w.glue = false
		w.indent = w.indent[2:]
	}
	w.sep = outer
}

// counter numbers the items of a list as they are written, except that a list
// of 1. 1. 1. is counted.
type counter struct{ next, written int }

func (c *counter) number(source []byte, pos int) int {
	n := c.next
	if pos >= 0 && pos < len(source) {
		end := pos
		for end < len(source) && source[end] >= '0' && source[end] <= '9' {
			end++
		}
		written, err := strconv.Atoi(string(source[pos:end]))
		if err == nil && written != c.written {
			n = written
		}
		c.written = written
	}
	c.next = n + 1
	return n
}

// other writes the blocks of the extensions, and paragraphs.
func (w *walker) other(n ast.Node, depth int) {
	if t, ok := n.(*east.Table); ok {
		w.table(t, depth)
		return
	}
	if c := n.FirstChild(); c != nil && c.Type() == ast.TypeBlock {
		w.blocks(n, depth)
		return
	}
	w.inline(n, depth)
}
