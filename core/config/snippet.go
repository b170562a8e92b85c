package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const snippetWidth = 110 // characters of a source line that are shown

// snippet shows the first line of the range with a caret under it. Everything
// that may be secret is masked.
func (s *source) snippet(at hcl.Range) string {
	from, to := s.line(at.Start.Byte)
	if from == to {
		return ""
	}
	l := s.maskedLine(from, to)
	start, end := l.column(at.Start.Byte), l.column(min(max(at.End.Byte, at.Start.Byte), to))
	text := []rune(strings.TrimRight(string(l.text), " \t\r"))
	if start > snippetWidth {
		cut := start - snippetWidth/2
		text, start, end = append([]rune("…"), text[min(cut, len(text)):]...), start-cut+1, end-cut+1
	}
	if len(text) > snippetWidth {
		text = append(text[:snippetWidth], '…')
	}
	end = max(min(end, len(text)), start+1)
	number := fmt.Sprint(at.Start.Line)
	return fmt.Sprintf("%s | %s\n%s | %s%s", number, string(text),
		strings.Repeat(" ", len(number)), padding(text, start), strings.Repeat("^", end-start))
}

// padding is as wide as the first n characters of text.
func padding(text []rune, n int) string {
	out := make([]rune, 0, n)
	for i := range n {
		if i < len(text) && text[i] == '\t' {
			out = append(out, '\t')
			continue
		}
		out = append(out, ' ')
	}
	return string(out)
}

// line returns the bounds of the line around an offset, without its end.
func (s *source) line(offset int) (from, to int) {
	offset = max(0, min(offset, len(s.src)))
	from = bytes.LastIndexByte(s.src[:offset], '\n') + 1
	to = len(s.src)
	if i := bytes.IndexByte(s.src[offset:], '\n'); i >= 0 {
		to = offset + i
	}
	return from, from + len(bytes.TrimRight(s.src[from:to], "\r"))
}

// maskedLine is a line as it may be shown.
type maskedLine struct {
	text  []rune
	spans []span // in order, without gaps
}

// span says where source bytes went.
type span struct {
	from, to int // bytes of the source
	column   int // of text
	hidden   bool
}

func (s *source) maskedLine(from, to int) *maskedLine {
	l := &maskedLine{}
	masks, at := s.masked(), from
	for i, t := range s.tokens {
		start, end := max(t.Range.Start.Byte, from), min(t.Range.End.Byte, to)
		if start >= end || t.Type == hclsyntax.TokenNewline {
			continue
		}
		l.add(s.src, span{from: at, to: start})
		l.add(s.src, span{from: start, to: end, hidden: masks[i]})
		at = end
	}
	l.add(s.src, span{from: at, to: to})
	return l
}

func (l *maskedLine) add(src []byte, p span) {
	if p.from >= p.to {
		return
	}
	p.column = len(l.text)
	if !p.hidden {
		l.text = append(l.text, []rune(printable(src[p.from:p.to]))...)
	} else if n := len(l.spans); n == 0 || !l.spans[n-1].hidden {
		l.text = append(l.text, []rune(mask)...)
	}
	l.spans = append(l.spans, p)
}

// column is where the byte at offset went.
func (l *maskedLine) column(offset int) int {
	for _, p := range l.spans {
		switch {
		case offset >= p.to:
		case p.hidden:
			return p.column
		default:
			return p.column + utf8.RuneCount(l.bytes(p, offset))
		}
	}
	return len(l.text)
}

// bytes returns as many bytes as the span has before offset. Only their count
// of characters matters.
func (l *maskedLine) bytes(p span, offset int) []byte {
	shown := []byte(string(l.text[p.column:]))
	return shown[:max(0, min(offset-p.from, len(shown)))]
}

// printable replaces control characters, which could drive a terminal.
func printable(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == utf8.RuneError {
			return '?'
		}
		return r
	}, string(b))
}
