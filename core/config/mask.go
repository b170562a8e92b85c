package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mask stands for what a snippet does not show. It has one length whatever it hides.
const mask = "***"

// show marks a range as harmless: what is known by its schema not to be secret.
func (s *source) show(at hcl.Range) { s.visible = append(s.visible, at) }

// masked returns, for each token, whether a snippet hides it: literals, comments
// and stray words, unless they were marked harmless. A secret may stand where
// nobody expects one, so what is not known is not shown.
func (s *source) masked() []bool {
	if s.masks != nil {
		return s.masks
	}
	s.masks = make([]bool, len(s.tokens))
	w := wordRule{tokens: s.tokens, start: true}
	for i, t := range s.tokens {
		switch t.Type {
		case hclsyntax.TokenQuotedLit:
			s.masks[i] = !w.label(i)
		case hclsyntax.TokenStringLit, hclsyntax.TokenNumberLit, hclsyntax.TokenComment,
			hclsyntax.TokenInvalid, hclsyntax.TokenBadUTF8:
			s.masks[i] = true
		case hclsyntax.TokenIdent:
			s.masks[i] = !w.plain(i)
		default: // punctuation
		}
		w.next(i)
	}
	s.unmask()
	return s.masks
}

// unmask clears what lies in the visible ranges.
func (s *source) unmask() {
	for _, r := range s.visible {
		first, _ := slices.BinarySearchFunc(s.tokens, r.Start.Byte, func(t hclsyntax.Token, at int) int { return t.Range.Start.Byte - at })
		for i := first; i < len(s.tokens) && s.tokens[i].Range.End.Byte <= r.End.Byte; i++ {
			if s.tokens[i].Type != hclsyntax.TokenComment {
				s.masks[i] = false
			}
		}
	}
}

// wordRule tells the words of the language from stray ones, token by token.
type wordRule struct {
	tokens hclsyntax.Tokens
	start  bool // a statement begins here
	header bool // of a block at the top of the file: labels follow
	depth  int  // of braces
	path   bool // within provider.openai.primary
}

const maxPlainWord = 40 // names are short, keys are not

// plain reports whether the word is a name before = or {, a function, a
// constant, or part of a reference.
func (w *wordRule) plain(i int) bool {
	word := string(w.tokens[i].Bytes)
	if len(word) > maxPlainWord {
		return false
	}
	next := hclsyntax.TokenEOF
	if i+1 < len(w.tokens) {
		next = w.tokens[i+1].Type
	}
	switch {
	case w.start:
		gap := i+1 < len(w.tokens) && w.tokens[i+1].Range.Start.Byte > w.tokens[i].Range.End.Byte
		return !strings.Contains(word, "-") &&
			(next == hclsyntax.TokenEqual || next == hclsyntax.TokenOBrace || next == hclsyntax.TokenOQuote && gap)
	case w.path:
		return true
	case next == hclsyntax.TokenOParen:
		return slices.ContainsFunc(functionDocs(), func(f functionDoc) bool { return f.name == word })
	case next == hclsyntax.TokenDot:
		return slices.Contains(referenceKinds(), word)
	}
	return word == "true" || word == "false" || word == "null"
}

// label reports whether the text is a label of a block at the top of the file.
// Blocks are known otherwise, too, but not when the file has a syntax error.
func (w *wordRule) label(i int) bool {
	return w.header && w.depth == 0 && labelName.Match(w.tokens[i].Bytes) && len(w.tokens[i].Bytes) <= maxLabel
}

func (w *wordRule) next(i int) {
	t := w.tokens[i].Type
	switch t {
	case hclsyntax.TokenOBrace:
		w.depth++
	case hclsyntax.TokenCBrace:
		w.depth--
	case hclsyntax.TokenIdent:
		w.header = w.start && slices.ContainsFunc(blockKinds(), func(k blockKind) bool { return k.name == string(w.tokens[i].Bytes) })
	case hclsyntax.TokenOQuote, hclsyntax.TokenCQuote, hclsyntax.TokenQuotedLit:
	default:
		w.header = false
	}
	switch t {
	case hclsyntax.TokenNewline, hclsyntax.TokenOBrace, hclsyntax.TokenCBrace, hclsyntax.TokenComment:
		w.start, w.path = true, false
	case hclsyntax.TokenDot:
		w.path = i > 0 && (w.path || slices.Contains(referenceKinds(), string(w.tokens[i-1].Bytes)))
	default:
		w.path = w.path && t == hclsyntax.TokenIdent
		w.start = false
	}
}

// named repeats the name of an attribute or a block, unless it is so long that
// it may be a key in the wrong place.
func named(kind, name string) string {
	if len(name) > maxPlainWord {
		return kind + " of this name"
	}
	return fmt.Sprintf("%s %q", kind, name)
}

// quotesMasked reports whether text repeats something that a snippet of the
// same lines would hide.
func (s *source) quotesMasked(at hcl.Range, text string) bool {
	masks := s.masked()
	for i, t := range s.tokens {
		if !masks[i] || t.Range.End.Line < at.Start.Line || t.Range.Start.Line > at.End.Line {
			continue
		}
		if b := bytes.TrimSpace(t.Bytes); len(b) > 3 && strings.Contains(text, string(b)) {
			return true
		}
	}
	return false
}
