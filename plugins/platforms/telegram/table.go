package telegram

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/mymmrac/telego"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// maxColumn bounds how far a column is padded; longer cells stick out.
const maxColumn = 40

// table writes a table as text of fixed width. One whose rows have more cells
// than its head, which Markdown would drop, is shown as it was written.
func (w *walker) table(n *east.Table, depth int) {
	var rows [][]string
	var source strings.Builder
	whole := true
	for r := n.FirstChild(); r != nil; r = r.NextSibling() {
		line := w.sourceLine(r)
		source.WriteString(line + "\n")
		whole = whole && cells(line) <= len(n.Alignments)
		rows = append(rows, w.row(r, depth))
	}
	out := source.String()
	if whole {
		out = aligned(rows, n.Alignments)
	}
	w.code(strings.TrimRight(out, "\n"), span{kind: telego.EntityTypePre})
}

// row returns the cells of a row as plain text.
func (w *walker) row(r ast.Node, depth int) []string {
	var out []string
	for c := r.FirstChild(); c != nil; c = c.NextSibling() {
		cell := &walker{rich: &rich{}, source: w.source, inCell: true}
		cell.inline(c, depth)
		w.tooDeep = w.tooDeep || cell.tooDeep
		out = append(out, strings.ReplaceAll(strings.TrimSpace(cell.text()), "\n", " "))
	}
	return out
}

// sourceLine returns the line that a row was written in.
func (w *walker) sourceLine(row ast.Node) string {
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		if c.Lines() == nil || c.Lines().Len() == 0 {
			continue
		}
		at := c.Lines().At(0).Start
		start := bytes.LastIndexByte(w.source[:at], '\n') + 1
		line, _, _ := bytes.Cut(w.source[start:], []byte("\n"))
		return strings.TrimSpace(string(line))
	}
	return ""
}

// cells counts the cells of a row as it was written.
func cells(line string) int {
	line = strings.ReplaceAll(line, `\|`, "")
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	return strings.Count(line, "|") + 1
}

// aligned lays rows out in columns; the first is the head.
func aligned(rows [][]string, alignments []east.Alignment) string {
	widths := make([]int, len(alignments))
	for _, r := range rows {
		for i := range min(len(r), len(widths)) {
			widths[i] = min(max(widths[i], columns(r[i])), maxColumn)
		}
	}
	var b strings.Builder
	for i, r := range rows {
		var line strings.Builder
		for j := range min(len(r), len(widths)) {
			if j > 0 {
				line.WriteString(" | ")
			}
			line.WriteString(pad(r[j], widths[j], alignments[j]))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		if i == 0 {
			b.WriteString(rule(widths) + "\n")
		}
	}
	return b.String()
}

func rule(widths []int) string {
	parts := make([]string, len(widths))
	for i, n := range widths {
		parts[i] = strings.Repeat("-", max(n, 1))
	}
	return strings.Join(parts, "-+-")
}

func pad(s string, width int, a east.Alignment) string {
	missing := max(width-columns(s), 0)
	left := 0
	switch a {
	case east.AlignRight:
		left = missing
	case east.AlignCenter:
		left = missing / 2
	}
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", missing-left)
}

// columns is how wide a text is in type of fixed width.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\u200d' || r == '\ufe0f':
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide reports whether a character takes two columns.
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd
}
