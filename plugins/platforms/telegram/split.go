package telegram

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mymmrac/telego"
)

// What a message may hold.
const (
	maxUnits    = 4096 // UTF-16 code units
	maxEntities = 100
)

// split cuts a text into messages of at most limit UTF-16 units and maxEntities
// marks: between paragraphs if it can, else between lines, else between words,
// and not inside a mark unless the mark alone is too long. Code that is cut goes
// on as code of the same language. Only white space is lost.
func split(s string, spans []span, limit int) []part {
	slices.SortStableFunc(spans, func(a, b span) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	c := &cutter{text: s, spans: spans, limit: limit, solid: merged(spans, nil), code: merged(spans, isPre)}
	var parts []part
	for start := c.skip(0); start < len(s); {
		end := c.next(start)
		if p := c.part(start, end); p.text != "" {
			parts = append(parts, p)
		}
		start = c.skip(end)
	}
	return parts
}

type cutter struct {
	text  string
	spans []span // by start; those inside others after them
	limit int
	solid []span // stretches that are marked
	code  []span // those of them that are blocks of code
}

func isPre(s span) bool { return s.kind == telego.EntityTypePre }

// merged joins marks that overlap, of those that want picks; nil picks all.
func merged(spans []span, want func(span) bool) []span {
	var out []span
	for _, s := range spans {
		last := len(out) - 1
		switch {
		case want != nil && !want(s):
		case last >= 0 && s.start < out[last].end:
			out[last].end = max(out[last].end, s.end)
		default:
			out = append(out, span{start: s.start, end: s.end})
		}
	}
	return out
}

// at returns the stretch that begins last at or before i, if it reaches beyond i.
func at(stretches []span, i int) (span, bool) {
	n, found := slices.BinarySearchFunc(stretches, i, func(s span, i int) int { return s.start - i })
	if !found {
		n--
	}
	if n < 0 || stretches[n].end <= i {
		return span{}, false
	}
	return stretches[n], true
}

// next returns where the part that begins at start ends.
func (c *cutter) next(start int) int {
	end := c.reach(start)
	if end == len(c.text) {
		return end
	}
	window := c.text[start:end]
	half := start + len(window)/2
	free := func(i int) bool { return !c.inside(i) }
	tries := []struct {
		sep  string
		from int
		ok   func(int) bool
	}{
		{"\n\n", half, free}, {"\n", half, free}, {" ", half, free},
		{"\n", start + 1, free}, {" ", start + 1, free},
		{"\n", half, nil}, {" ", half, nil},
	}
	for _, t := range tries {
		if i := c.last(cut{start, end, t.from, t.sep}, t.ok); i > 0 {
			return i
		}
	}
	return c.whole(start, end)
}

// cut is a place looked for: the last sep between from and end.
type cut struct {
	start, end, from int
	sep              string
}

// last returns the position of the last such separator, 0 when there is none.
func (c *cutter) last(w cut, ok func(int) bool) int {
	for end := w.end; ; {
		i := strings.LastIndex(c.text[w.start:end], w.sep)
		if i <= 0 || w.start+i < w.from {
			return 0
		}
		if ok == nil || ok(w.start+i) {
			return w.start + i
		}
		end = w.start + i
	}
}

// inside reports whether a cut at i would part a mark.
func (c *cutter) inside(i int) bool {
	s, ok := at(c.solid, i)
	return ok && s.start < i
}

// reach returns the furthest end of a part that begins at start.
func (c *cutter) reach(start int) int {
	units, end := 0, start
	for end < len(c.text) {
		r, size := utf8.DecodeRuneInString(c.text[end:])
		if units += utf16.RuneLen(r); units > c.limit {
			break
		}
		end += size
	}
	count := 0
	for _, s := range c.spans {
		if s.end <= start || s.start >= end {
			continue
		}
		if count++; count > maxEntities {
			return max(min(end, s.start), start+1)
		}
	}
	return end
}

// whole returns an end at or before end that parts no character.
func (c *cutter) whole(start, end int) int {
	for i, n := end, 0; i > start && n < 32; n++ {
		next, _ := utf8.DecodeRuneInString(c.text[i:])
		last, size := utf8.DecodeLastRuneInString(c.text[:i])
		joined := unicode.Is(unicode.M, next) || next == '\u200d' || last == '\u200d' || next >= 0x1f3fb && next <= 0x1f3ff
		if !joined && utf8.RuneStart(c.text[i]) {
			return i
		}
		i -= size
	}
	return end
}

// skip returns where the text goes on after a cut: after white space, but with
// the indentation of code.
func (c *cutter) skip(i int) int {
	for i < len(c.text) {
		switch c.text[i] {
		case '\n':
		case ' ', '\t':
			if c.inCode(i) {
				return i
			}
		default:
			return i
		}
		i++
	}
	return i
}

func (c *cutter) inCode(i int) bool {
	_, ok := at(c.code, i)
	return ok
}

// part makes the message between start and end.
func (c *cutter) part(start, end int) part {
	text := strings.TrimRight(c.text[start:end], " \n\t")
	end = start + len(text)
	p := part{text: text}
	at, units := start, 0
	for _, s := range c.spans {
		if s.end <= start || s.start >= end {
			continue
		}
		from, to := max(s.start, start), min(s.end, end)
		units, at = units+length(c.text[at:from]), from
		p.entities = append(p.entities, telego.MessageEntity{
			Type: s.kind, Offset: units, Length: length(c.text[from:to]), URL: s.url, Language: s.language,
		})
	}
	return p
}

// length is the length of a text in UTF-16 units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// plain returns the text of a part without marks; the addresses of its links
// stand behind their words, if there is room.
func (p part) plain() string {
	units := utf16.Encode([]rune(p.text))
	var b strings.Builder
	at := 0
	links := slices.Clone(p.entities)
	slices.SortStableFunc(links, func(a, b telego.MessageEntity) int { return a.Offset + a.Length - b.Offset - b.Length })
	for _, e := range links {
		if e.URL == "" {
			continue
		}
		end := e.Offset + e.Length
		b.WriteString(string(utf16.Decode(units[at:end])) + " (" + e.URL + ")")
		at = end
	}
	b.WriteString(string(utf16.Decode(units[at:])))
	if s := b.String(); length(s) <= maxUnits {
		return s
	}
	return p.text
}
