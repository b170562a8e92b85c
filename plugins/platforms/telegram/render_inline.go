package telegram

import (
	"net/url"
	"strings"

	"github.com/mymmrac/telego"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inline writes what stands in the lines of a block.
func (w *walker) inline(n ast.Node, depth int) {
	if depth > maxDepth {
		w.tooDeep = true
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.span(c, depth+1)
	}
}

func (w *walker) span(n ast.Node, depth int) {
	switch n := n.(type) {
	case *ast.Text:
		w.words(n)
	case *ast.String:
		w.write(string(n.Value))
	case *ast.CodeSpan:
		w.code(w.raw(n), span{kind: telego.EntityTypeCode})
	case *ast.Emphasis:
		kind := telego.EntityTypeItalic
		if n.Level == 2 {
			kind = telego.EntityTypeBold
		}
		w.style(kind, n, depth)
	case *east.Strikethrough:
		w.style(telego.EntityTypeStrikethrough, n, depth)
	case *ast.Link:
		w.link(n, target{string(n.Destination), string(n.Title)}, depth)
	case *ast.Image:
		w.link(n, target{string(n.Destination), string(n.Title)}, depth)
	case *ast.AutoLink:
		w.write(string(n.Label(w.source)))
	case *ast.RawHTML:
		w.literal(string(n.Segments.Value(w.source)))
	default:
		w.inline(n, depth)
	}
}

func (w *walker) style(kind string, n ast.Node, depth int) {
	w.begin(kind, "")
	w.inline(n, depth)
	w.end(kind)
}

// words writes plain text.
func (w *walker) words(n *ast.Text) {
	value := n.Segment.Value(w.source)
	if n.IsRaw() {
		w.write(string(value))
	} else {
		w.write(unescape(value))
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.newline()
	}
}

// literal writes text that may go over several lines.
func (w *walker) literal(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.newline()
		}
		w.write(line)
	}
}

// raw returns the text of a code span, on one line.
func (w *walker) raw(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(w.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// target is where a link leads.
type target struct{ url, title string }

// link writes a link. An address that Telegram cannot open stands behind the
// words, as does a title.
func (w *walker) link(n ast.Node, to target, depth int) {
	shown := to.url
	if opens(to.url) && !w.isOpen(telego.EntityTypeTextLink) && !w.inCell {
		w.begin(telego.EntityTypeTextLink, to.url)
		before := w.b.Len()
		w.inline(n, depth)
		if w.b.Len() == before {
			w.write(to.url)
		}
		w.end(telego.EntityTypeTextLink)
		shown = ""
	} else {
		w.inline(n, depth)
	}
	for _, extra := range []string{shown, to.title} {
		if extra != "" {
			w.write(" (" + extra + ")")
		}
	}
}

// opens reports whether Telegram makes a link of an address.
func opens(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > 2048 {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Hostname() != "" && strings.Contains(u.Hostname(), ".")
	case "tg":
		return u.Host != ""
	}
	return false
}

// unescape resolves backslashes and character references as CommonMark does.
func unescape(s []byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			n := reference(s[i:])
			b.Write(util.ResolveEntityNames(util.ResolveNumericReferences(s[i : i+n])))
			i += n - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return cleaned(b.String())
}

// reference returns the length of the character reference that s begins with,
// 1 when there is none.
func reference(s []byte) int {
	const longest = 33 // of the names in HTML
	for i := 1; i < min(len(s), longest); i++ {
		c := s[i]
		switch {
		case c == ';':
			return i + 1
		case c == '#' && i == 1, c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z':
		default:
			return 1
		}
	}
	return 1
}
