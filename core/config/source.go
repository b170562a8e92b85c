package config

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// source is one file with what is needed to show lines of it.
type source struct {
	name    string // as given
	number  int    // its place among the files
	src     []byte
	tokens  hclsyntax.Tokens
	body    *hclsyntax.Body
	visible []hcl.Range // what may be shown although it is a literal
	masks   []bool      // per token; filled when the first snippet is asked for
}

// Bounds of one expression, far beyond what a person writes: the parser and the
// evaluator go deeper with each of these.
const (
	maxNesting   = 100
	maxOperators = 20_000
)

// parse fills body. It reports whether there is something to look further at.
func (s *source) parse(r *report) bool {
	start := hcl.Pos{Line: 1, Column: 1}
	var diags hcl.Diagnostics
	s.tokens, diags = hclsyntax.LexConfig(s.src, s.name, start)
	if at, ok := s.tooDeep(); ok {
		r.fail(at, "Too deeply nested", "Nothing in this file needs that many brackets or operators in one place.")
		return false
	}
	if diags.HasErrors() { // what the parser makes of it confuses
		s.lexicalProblems(diags, r)
		return false
	}
	file, diags := hclsyntax.ParseConfig(s.src, s.name, start)
	if file != nil {
		s.body, _ = file.Body.(*hclsyntax.Body)
	}
	ok := s.body != nil
	for _, d := range diags {
		r.add(s.syntaxProblem(d))
		ok = ok && d.Summary == attributeRedefined
	}
	return ok
}

const attributeRedefined = "Attribute redefined"

// lexicalProblems reports one problem a line, and nothing after a missing
// quote, which makes text of code and code of text.
func (s *source) lexicalProblems(diags hcl.Diagnostics, r *report) {
	line := 0
	for _, d := range diags {
		if d.Subject == nil || d.Subject.Start.Line == line {
			continue
		}
		line = d.Subject.Start.Line
		p := s.syntaxProblem(d)
		if d.Summary == "Invalid multi-line string" {
			p.summary = "Missing quote"
			p.detail = "The quoted text that begins in this line does not end in it. A text of several lines is written as <<EOT … EOT."
		}
		r.add(p)
		if p.summary == "Missing quote" {
			return
		}
	}
}

var libraryRange = regexp.MustCompile(`(:[0-9]+),[0-9]+-[0-9,]+`)

// tooDeep looks for what would exhaust the stack of the parser.
func (s *source) tooDeep() (hcl.Range, bool) {
	var open []hclsyntax.TokenType
	operators := 0
	for _, t := range s.tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			open = append(open, t.Type)
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			open = open[:max(0, len(open)-1)]
		case hclsyntax.TokenNewline:
			if len(open) == 0 || open[len(open)-1] == hclsyntax.TokenOBrace {
				operators = 0
			}
			continue
		case hclsyntax.TokenIdent, hclsyntax.TokenComma, hclsyntax.TokenEqual, hclsyntax.TokenNumberLit,
			hclsyntax.TokenStringLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenComment:
			continue
		default: // an operator
		}
		operators++
		if len(open) > maxNesting || operators > maxOperators {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}

// syntaxProblem turns a diagnostic of the parser into one of ours. What the
// parser quotes is left out unless it is plain text of the library.
func (s *source) syntaxProblem(d *hcl.Diagnostic) problem {
	p := problem{summary: d.Summary, detail: d.Detail}
	if d.Subject != nil {
		p.at = *d.Subject
	}
	if s.quotesMasked(p.at, d.Summary) {
		p.summary = "Invalid syntax"
	}
	if s.quotesMasked(p.at, d.Detail) {
		p.detail = "This is not valid here."
	}
	if !strings.Contains(p.detail, "function") {
		words := strings.NewReplacer("argument", "attribute", "Argument", "Attribute")
		p.summary, p.detail = words.Replace(p.summary), words.Replace(p.detail)
	}
	p.detail = libraryRange.ReplaceAllString(p.detail, "$1")
	return p
}
