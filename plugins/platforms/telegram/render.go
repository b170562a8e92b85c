package telegram

import (
	"errors"
	"strings"

	"github.com/mymmrac/telego"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxDepth bounds how deeply Markdown may nest; deeper text is shown as it is.
const maxDepth = 40

// part is one message: a text and what is marked in it.
type part struct {
	text     string
	entities []telego.MessageEntity
}

// render makes messages of at most limit UTF-16 units each of a Markdown text.
// No letter of the text is lost: what is no markup, or cannot be shown as such,
// stays as it was written. There is always at least one part.
func render(markdown string, limit int) []part {
	markdown = cleaned(markdown)
	r, err := parsed(markdown)
	if err != nil || blank(r.text()) {
		r = &rich{}
		r.write(strings.TrimSpace(markdown))
	}
	if blank(r.text()) {
		return []part{{text: emptyText}}
	}
	return split(r.text(), r.spans, limit)
}

// emptyText is shown instead of a text without anything to see.
const emptyText = "(empty message)"

// parsed reads Markdown. A parser that panics costs the formatting, not the text.
func parsed(markdown string) (r *rich, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("parsing Markdown: panic")
		}
	}()
	if tooDeep(markdown) {
		return nil, errTooDeep
	}
	source := []byte(markdown)
	w := &walker{rich: &rich{}, source: source, sep: apart}
	w.blocks(newParser().Parse(text.NewReader(source)), 0)
	if w.tooDeep {
		return nil, errTooDeep
	}
	return w.rich, nil
}

var errTooDeep = errors.New("parsing Markdown: too deep")

// newParser returns CommonMark with tables and strikethrough. Link references
// are not resolved: their definitions would vanish from the text.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(extension.NewStrikethroughParser(), 500))...),
		parser.WithParagraphTransformers(util.Prioritized(extension.NewTableParagraphTransformer(), 200)),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
}

// cleaned is the text with plain line ends and without what no message may hold.
func cleaned(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case r == 0:
			return '\uFFFD'
		case r < ' ' || r == 0x7f:
			return ' '
		}
		return r
	}, s)
}

// blank reports whether there is nothing to see in a text.
func blank(s string) bool {
	return strings.Trim(s, " \n\t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2800\u3164\ufeff") == ""
}

// tooDeep reports whether a line begins with more markers of quotes and lists,
// or more indentation, than anybody writes; parsing these takes quadratic time.
func tooDeep(markdown string) bool {
	for line := range strings.Lines(markdown) {
		n := 0
		for _, c := range []byte(line) {
			if c == '>' || c == '-' || c == '*' || c == '+' || c == '.' || c == ')' {
				n++
			} else if c != ' ' && c != '\t' && (c < '0' || c > '9') {
				break
			}
		}
		if n > 2*maxDepth && !uniform(line) {
			return true
		}
	}
	return false
}

// uniform reports whether a line is a rule such as "-----".
func uniform(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line[0] != '>' && strings.Trim(line, line[:1]) == ""
}

// walker writes a parsed document as rich text.
type walker struct {
	*rich
	source  []byte
	sep     int  // line ends between blocks
	inCell  bool // of a table: plain text only
	tooDeep bool
}

// Line ends between two blocks.
const (
	below = 1
	apart = 2
)

// blocks writes the blocks of n, apart from each other.
func (w *walker) blocks(n ast.Node, depth int) {
	if depth > maxDepth {
		w.tooDeep = true
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.block(c, depth+1)
	}
}

func (w *walker) block(n ast.Node, depth int) {
	w.gap(w.sep)
	switch n := n.(type) {
	case *ast.Heading:
		w.begin(telego.EntityTypeBold, "")
		w.inline(n, depth)
		w.end(telego.EntityTypeBold)
	case *ast.TextBlock: // the paragraph of a tight list
		w.inline(n, depth)
	case *ast.FencedCodeBlock:
		w.fence(n)
	case *ast.CodeBlock:
		w.pre(w.lines(n), "")
	case *ast.HTMLBlock:
		html := w.lines(n)
		if n.HasClosure() {
			html += string(n.ClosureLine.Value(w.source))
		}
		w.write(strings.TrimRight(html, "\n"))
	case *ast.ThematicBreak:
		w.write("———")
	case *ast.Blockquote:
		w.quote(n, depth)
	case *ast.List:
		w.list(n, depth)
	default:
		w.other(n, depth)
	}
	w.gap(w.sep)
}

// lines returns the raw lines of a block.
func (w *walker) lines(n ast.Node) string { return string(n.Lines().Value(w.source)) }

// fence writes a code block. Words after the language, such as a file name, stand
// above it.
func (w *walker) fence(n *ast.FencedCodeBlock) {
	language := ""
	if n.Info != nil {
		info := strings.TrimSpace(string(n.Info.Segment.Value(w.source)))
		first, rest, _ := strings.Cut(info, " ")
		if languageShape(first) {
			language, info = first, strings.TrimSpace(rest)
		}
		if info != "" {
			w.write(info)
			w.gap(below)
		}
	}
	w.pre(w.lines(n), language)
}

// languageShape reports whether a word can be the name of a language.
func languageShape(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for _, c := range []byte(s) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("+#-._", rune(c)) {
			return false
		}
	}
	return true
}

// quote writes a blockquote. Quotes cannot be nested: one inside another begins
// with a mark.
func (w *walker) quote(n ast.Node, depth int) {
	if w.isOpen(telego.EntityTypeBlockquote) {
		w.write("> ")
		w.glue = true
		w.blocks(n, depth)
		w.glue = false
		return
	}
	w.begin(telego.EntityTypeBlockquote, "")
	w.blocks(n, depth)
	w.end(telego.EntityTypeBlockquote)
}
