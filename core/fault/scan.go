package fault

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks JSON in one pass and hands the fields that matter to a digest.
// It forgives whatever providers and logs do to JSON: missing ends, stray
// quotes, Python's single quotes and None. It always moves on.
type scanner struct {
	in     []byte
	pos    int
	nested int // how many strings of JSON this one is inside of
	muted  int // above zero inside a field that echoes the request
	out    *digest
}

// value reads the value of a field of role r.
func (s *scanner) value(r role, depth int) {
	s.space()
	if s.pos >= len(s.in) {
		return
	}
	if depth > maxDepth {
		s.pos = len(s.in)
		return
	}
	switch c := s.in[s.pos]; c {
	case '{':
		s.isError(r)
		s.object(depth)
	case '[':
		s.array(r, depth)
	case '"', '\'':
		s.hand(r, s.str(), true)
	default:
		s.hand(r, s.bare(), false)
	}
}

func (s *scanner) hand(r role, v []byte, quoted bool) {
	if s.muted == 0 && r != roleNone {
		s.isError(r)
		s.out.take(r, v, taken{quoted: quoted, nested: s.nested})
	}
}

func (s *scanner) isError(r role) {
	if r == roleError && s.muted == 0 && !bytes.HasPrefix(s.in[s.pos:], []byte("null")) {
		s.out.isError = true
	}
}

func (s *scanner) object(depth int) {
	for s.pos++; s.pos < len(s.in); {
		switch c := s.in[s.pos]; c {
		case '}':
			s.pos++
			return
		case '"', '\'':
			key := s.str()
			if s.space(); s.pos >= len(s.in) || s.in[s.pos] != ':' {
				continue
			}
			s.pos++
			s.member(key, depth)
		default:
			s.pos++
		}
	}
}

func (s *scanner) member(key []byte, depth int) {
	r := roleOf(key)
	if r == roleEcho {
		s.muted++
		defer func() { s.muted-- }()
	}
	s.out.shape(key)
	s.value(r, depth+1)
}

func (s *scanner) array(r role, depth int) {
	for s.pos++; s.pos < len(s.in); {
		switch c := s.in[s.pos]; {
		case c == ']':
			s.pos++
			return
		case c == ',' || c <= ' ':
			s.pos++
		case c == '}':
			return
		default:
			before := s.pos
			if s.value(r, depth+1); s.pos == before {
				s.pos++
			}
		}
	}
}

func (s *scanner) space() {
	for s.pos < len(s.in) && s.in[s.pos] <= ' ' {
		s.pos++
	}
}

// bare reads a number or a word.
func (s *scanner) bare() []byte {
	start := s.pos
	for s.pos < len(s.in) && !strings.ContainsRune(",]}: \t\r\n", rune(s.in[s.pos])) {
		s.pos++
	}
	return s.in[start:s.pos]
}

// str reads a quoted string; without escapes the result is part of the input.
func (s *scanner) str() []byte {
	quote := s.in[s.pos]
	s.pos++
	start := s.pos
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case quote:
			s.pos++
			return s.in[start : s.pos-1]
		case '\\':
			return s.unescape(quote, start)
		}
		s.pos++
	}
	return s.in[start:]
}

func (s *scanner) unescape(quote byte, start int) []byte {
	out := append(make([]byte, 0, 2*(s.pos-start)+64), s.in[start:s.pos]...)
	for s.pos < len(s.in) {
		c := s.in[s.pos]
		s.pos++
		switch {
		case c == quote:
			return out
		case c != '\\':
			out = append(out, c)
		case s.pos < len(s.in):
			out = s.escape(out)
		}
	}
	return out
}

// escape appends what the escape at pos stands for; pos is behind the backslash.
func (s *scanner) escape(out []byte) []byte {
	c := s.in[s.pos]
	s.pos++
	switch c {
	case 'n', 'r', 't':
		return append(out, map[byte]byte{'n': '\n', 'r': '\r', 't': '\t'}[c])
	case 'b', 'f':
		return append(out, ' ')
	case 'u':
		r := s.hex4()
		if utf16.IsSurrogate(r) && bytes.HasPrefix(s.in[s.pos:], []byte(`\u`)) {
			s.pos += 2
			r = utf16.DecodeRune(r, s.hex4())
		}
		return utf8.AppendRune(out, r)
	default:
		return append(out, c)
	}
}

func (s *scanner) hex4() rune {
	end := min(s.pos+4, len(s.in))
	n, err := strconv.ParseUint(string(s.in[s.pos:end]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	s.pos = end
	return rune(n)
}
