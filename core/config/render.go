package config

import (
	"fmt"
	"strings"
)

const detailWidth = 96 // columns of wrapped advice, the indent counted apart

// appendText writes
//
//	error: Unknown attribute
//	  hermes.hcl:12:3
//
//	  12 |   api_kee = "***"
//	     |   ^^^^^^^
//
//	  what is wrong and what to do
func (d Diagnostic) appendText(b []byte) []byte {
	b = fmt.Appendf(b, "%s: %s\n", d.Severity, d.Summary)
	if d.File != "" {
		b = fmt.Appendf(b, "  %s:%d:%d\n", d.File, d.Line, d.Column)
	}
	if d.Snippet != "" {
		b = append(b, '\n')
		b = appendIndented(b, strings.Split(d.Snippet, "\n"))
	}
	if d.Detail != "" {
		if d.File != "" {
			b = append(b, '\n')
		}
		b = appendIndented(b, wrap(d.Detail))
	}
	return b
}

func appendIndented(b []byte, lines []string) []byte {
	for _, line := range lines {
		b = append(b, strings.TrimRight("  "+line, " ")...)
		b = append(b, '\n')
	}
	return b
}

// wrap breaks text at spaces; line breaks in it stay.
func wrap(text string) []string {
	var out []string
	for para := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.FieldsSeq(para) {
			switch {
			case line == "":
				line = word
			case len(line)+1+len(word) > detailWidth:
				out = append(out, line)
				line = word
			default:
				line += " " + word
			}
		}
		out = append(out, line)
	}
	return out
}
