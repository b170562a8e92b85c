package fault

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reach is the scope that a row of a table states; the zero reach leaves it to
// the kind and to what the body says of models and keys.
type reach uint8

const (
	byKind reach = iota
	forModel
	forKey
)

// phrase is one row of a phrase table.
//
// match is one or more groups joined by " & "; all must be found. A group is
// one or more alternatives joined by "|"; any will do. A group that begins
// with "!" must not be found. An alternative matches at the beginning of a
// word of the message, after both went through normalise: lower case, no
// apostrophes, one blank for everything that is neither letter nor digit. A
// "." at its end stands for the end of a word.
//
// A word that begins with "#" is a fact and no text: #429 (the status, as an
// inner body may have corrected it), #4xx, #5xx, #none (no error status),
// #google, or a code that the body states, squashed: #insufficientquota.
type phrase struct {
	match string
	kind  Kind
	scope reach
}

// row is a compiled phrase.
type row struct {
	phrase

	rule string // "phrase insufficient + balance"
	need [][]uint16
	not  [][]uint16
}

// lexicon finds every alternative of its rows in one pass over a message.
type lexicon struct {
	words map[uint32][]entry // by the first three bytes
	ids   map[string]uint16
}

type entry struct {
	text string
	id   uint16
}

// maxWords is the number of alternatives that a found set has room for.
const maxWords = 1024

// found is the set of alternatives that a message has.
type found [maxWords / 64]uint64

func (f *found) has(id uint16) bool { return f[id/64]&(1<<(id%64)) != 0 }

func (f *found) any(ids []uint16) bool {
	return slices.ContainsFunc(ids, f.has)
}

// compile adds the rows' alternatives to the lexicon.
func (l *lexicon) compile(table []phrase) []row {
	rows := make([]row, 0, len(table))
	for _, p := range table {
		r := row{phrase: p}
		var names []string
		for group := range strings.SplitSeq(p.match, " & ") {
			text, negated := strings.CutPrefix(group, "!")
			ids := l.group(text)
			if negated {
				r.not = append(r.not, ids)
				continue
			}
			r.need = append(r.need, ids)
			if first, _, _ := strings.Cut(text, "|"); first[0] != '#' {
				names = append(names, strings.TrimSuffix(first, "."))
			}
		}
		r.rule = "phrase " + strings.Join(names, " + ")
		rows = append(rows, r)
	}
	return rows
}

func (l *lexicon) group(text string) []uint16 {
	var ids []uint16
	for alternative := range strings.SplitSeq(text, "|") {
		ids = append(ids, l.word(alternative))
	}
	return ids
}

func (l *lexicon) word(alternative string) uint16 {
	if strings.HasPrefix(alternative, "#") || strings.HasSuffix(alternative, ".") {
		alternative = strings.TrimSuffix(alternative, ".") + " "
	}
	id, ok := l.ids[alternative]
	if !ok {
		id = uint16(len(l.ids))
		l.ids[alternative] = id
		key := prefixKey([]byte(alternative))
		l.words[key] = append(l.words[key], entry{text: alternative, id: id})
	}
	return id
}

func prefixKey(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// scan returns the alternatives that a normalised message has.
func (l *lexicon) scan(norm []byte) *found {
	var set found
	for i := 1; i+3 <= len(norm); i++ {
		if norm[i-1] != ' ' && norm[i] < 0xe0 {
			continue
		}
		for _, e := range l.words[prefixKey(norm[i:])] {
			if bytes.HasPrefix(norm[i:], []byte(e.text)) {
				set[e.id/64] |= 1 << (e.id % 64)
			}
		}
	}
	return &set
}

// first returns the first row that the set satisfies.
func first(rows []row, set *found) *row {
	for i := range rows {
		if rows[i].holds(set) {
			return &rows[i]
		}
	}
	return nil
}

func (r *row) holds(set *found) bool {
	for _, ids := range r.need {
		if !set.any(ids) {
			return false
		}
	}
	return !slices.ContainsFunc(r.not, set.any)
}

// normalise appends text to dst as the phrases see it, with a blank at both
// ends. Of a link only the host is left: a path is no evidence, and many say
// "billing" or "rate-limits".
func normalise(dst, text []byte) []byte {
	blank := len(dst) > 0 && dst[len(dst)-1] == ' '
	if !blank {
		dst, blank = append(dst, ' '), true
	}
	for i := 0; i < len(text); {
		if text[i] == ':' && bytes.HasPrefix(text[i:], []byte("://")) {
			host, end := urlParts(text[i:])
			dst, blank = normalise(dst, text[i+3:i+host]), true
			i += end
			continue
		}
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(text[i:])
		}
		i += size
		switch {
		case 'A' <= c && c <= 'Z':
			dst, blank = append(dst, byte(c)+'a'-'A'), false
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '$':
			dst, blank = append(dst, byte(c)), false
		case c == '\'' || c == '’' || c == '`':
		case c >= utf8.RuneSelf && unicode.IsLetter(c):
			dst, blank = utf8.AppendRune(dst, unicode.ToLower(c)), false
		case !blank:
			dst, blank = append(dst, ' '), true
		}
	}
	if !blank {
		dst = append(dst, ' ')
	}
	return dst
}

// urlParts returns where the host and the whole of "://host/path?query" end.
func urlParts(url []byte) (host, end int) {
	for end = 3; end < len(url) && url[end] > ' ' && url[end] < utf8.RuneSelf && strings.IndexByte("\"'()<>,", url[end]) < 0; end++ {
		if host == 0 && (url[end] == '/' || url[end] == '?') {
			host = end
		}
	}
	if host == 0 {
		host = end
	}
	return host, end
}
