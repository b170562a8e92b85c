package telegram

import (
	"strings"

	"github.com/mymmrac/telego"
)

// span marks a stretch of a text, in bytes.
type span struct {
	kind       string
	start, end int
	url        string
	language   string
}

// rich is a text in the making, with what is marked in it.
type rich struct {
	b      strings.Builder
	spans  []span
	open   []span // begun and not ended, outermost first
	gaps   int    // line ends to write before the next text
	glue   bool   // no gap before the next text
	indent string // after every line end outside code
}

func (r *rich) text() string { return strings.TrimRight(r.b.String(), "\n") }

// gap asks for at least n line ends before the next text.
func (r *rich) gap(n int) {
	if !r.glue && r.b.Len() > 0 {
		r.gaps = max(r.gaps, n)
	}
}

// flush writes the line ends that were asked for.
func (r *rich) flush() {
	if r.gaps > 0 {
		r.b.WriteString(strings.Repeat("\n", r.gaps))
		r.b.WriteString(r.indent)
	}
	r.gaps, r.glue = 0, false
}

// write adds text as it is.
func (r *rich) write(s string) {
	if s == "" {
		return
	}
	r.flush()
	r.b.WriteString(s)
}

// newline ends a line within a block.
func (r *rich) newline() {
	r.flush()
	r.b.WriteString("\n")
	r.b.WriteString(r.indent)
}

// begin marks what is written until end. What is marked so already is not marked
// twice.
func (r *rich) begin(kind, url string) {
	if !r.isOpen(kind) {
		r.flushKeepingGlue()
	}
	r.open = append(r.open, span{kind: kind, url: url, start: r.b.Len(), end: -1})
}

// flushKeepingGlue writes line ends, so that a mark begins after them.
func (r *rich) flushKeepingGlue() {
	glue := r.glue
	r.flush()
	r.glue = glue
}

// end ends the innermost mark, which is of that kind.
func (r *rich) end(kind string) {
	last := len(r.open) - 1
	s := r.open[last]
	r.open = r.open[:last]
	if !r.isOpen(kind) {
		r.add(s)
	}
}

func (r *rich) isOpen(kind string) bool {
	for _, s := range r.open {
		if s.kind == kind {
			return true
		}
	}
	return false
}

// add keeps a mark that ends here, unless there is nothing in it.
func (r *rich) add(s span) {
	s.end = r.b.Len()
	if s.start < s.end {
		r.spans = append(r.spans, s)
	}
}

// code writes text of fixed width. Styles cannot hold it, so they are
// interrupted; a link can hold nothing but its words.
func (r *rich) code(text string, mark span) {
	if text == "" {
		return
	}
	r.flush()
	if r.isOpen(telego.EntityTypeTextLink) {
		r.b.WriteString(text)
		return
	}
	r.interrupt()
	mark.start = r.b.Len()
	r.b.WriteString(text)
	r.add(mark)
	for i := range r.open {
		if styles(r.open[i].kind) {
			r.open[i].start = r.b.Len()
		}
	}
}

// interrupt ends the open styles here.
func (r *rich) interrupt() {
	for i, s := range r.open {
		first := true // of its kind: only that one is kept
		for _, outer := range r.open[:i] {
			first = first && outer.kind != s.kind
		}
		if first && styles(s.kind) {
			r.add(s)
		}
	}
}

func styles(kind string) bool {
	return kind == telego.EntityTypeBold || kind == telego.EntityTypeItalic || kind == telego.EntityTypeStrikethrough
}

// pre writes a block of code on lines of its own.
func (r *rich) pre(text, language string) {
	text = strings.TrimRight(text, "\n")
	if strings.Trim(text, " \t\n") == "" {
		return
	}
	if r.glue {
		r.glue = false
		r.gaps = below
	}
	indent := r.indent
	r.indent = "" // code keeps the columns it has
	r.code(text, span{kind: telego.EntityTypePre, language: language})
	r.indent = indent
}
