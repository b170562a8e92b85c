package fault

import (
	"bytes"
	"strings"
)

// maxCode is the length of the longest code kept.
const maxCode = 64

// maxMarkup bounds the text taken from a page without a title.
const maxMarkup = 1 << 10

func isMarkup(body []byte) bool {
	if body[0] != '<' || len(body) < 2 {
		return false
	}
	next := body[1] | 0x20
	return next == 'h' || body[1] == '!' || body[1] == '?' || next == 'b' || next == 't' || next == 'd' || next == 'p'
}

// markupText returns what a person would read first on an error page: its
// title and first heading, else the beginning of its text.
func markupText(page []byte) []byte {
	lower := bytes.ToLower(page)
	var out []byte
	for _, tag := range []string{"title", "h1"} {
		if text := element(page, lower, tag); len(text) > 0 {
			out = append(append(out, stripTags(text)...), ' ')
		}
	}
	if len(out) == 0 {
		out = stripTags(page)
	}
	return out
}

// element returns the content of the first <tag> of a page.
func element(page, lower []byte, tag string) []byte {
	open := bytes.Index(lower, []byte("<"+tag))
	if open < 0 {
		return nil
	}
	start := bytes.IndexByte(lower[open:], '>')
	if start < 0 {
		return nil
	}
	start += open + 1
	end := bytes.Index(lower[start:], []byte("</"+tag))
	if end < 0 {
		return nil
	}
	return page[start : start+min(end, maxMarkup)]
}

func stripTags(page []byte) []byte {
	out := make([]byte, 0, min(len(page), maxMarkup))
	inTag := false
	for _, c := range page {
		switch {
		case c == '<':
			inTag = true
			out = append(out, ' ')
		case c == '>':
			inTag = false
		case !inTag:
			out = append(out, c)
		}
		if len(out) >= maxMarkup {
			break
		}
	}
	return out
}

// statusPrefixes are what programs write before an HTTP status in prose.
var statusPrefixes = []string{
	"error code: ", "error code ", "status code: ", "status code ", "status: ", "status ", "http ", "error ", "rejected (", "error (",
}

// statusInText finds the HTTP status that a relay or a client put into prose:
// "[openai/gpt] [402]: ...", "<400> ...", "403 NOT_ENOUGH_BALANCE",
// "unexpected status 503", "Request rejected (429)".
func statusInText(text []byte) int {
	head := text[:min(len(text), 512)]
	for i := 0; i+3 <= len(head); i++ {
		status := httpStatus(head[i : i+3])
		if status == 0 || i > 0 && isWord(head[i-1]) || i+3 < len(head) && isWord(head[i+3]) {
			continue
		}
		if i == 0 || bracketed(head, i) || hasPrefixBefore(head[:i]) {
			return status
		}
	}
	return 0
}

func bracketed(head []byte, i int) bool {
	return i+3 < len(head) && (head[i-1] == '[' && head[i+3] == ']' || head[i-1] == '<' && head[i+3] == '>')
}

func hasPrefixBefore(before []byte) bool {
	tail := strings.ToLower(string(before[max(0, len(before)-16):]))
	for _, p := range statusPrefixes {
		if strings.HasSuffix(tail, p) {
			return true
		}
	}
	return false
}

// leadingCode returns the vendor's number in "4006: you have used up ...".
func leadingCode(text []byte) ([]byte, bool) {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return text[:n], n >= 4 && n <= 6 && n < len(text) && text[n] == ':'
}

// isCode reports whether a text is one identifier and no sentence.
func isCode(text []byte) bool {
	letters := false
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			letters = true
		case isDigit(c) || strings.IndexByte("_.:-", c) >= 0:
		default:
			return false
		}
	}
	return letters
}

func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
}

// cleanCode makes a vendor's code safe to show: letters, digits and _.:- only,
// at most 64 bytes. A code with blanks in it is a sentence and is dropped.
func cleanCode(raw []byte) string {
	if cut := bytes.Index(raw, []byte(":http")); cut > 0 {
		raw = raw[:cut]
	}
	if bytes.ContainsAny(raw, " \t\r\n") {
		return ""
	}
	out := make([]byte, 0, maxCode)
	for _, c := range raw {
		if (isWord(c) || c == '.' || c == ':' || c == '-') && len(out) < maxCode {
			out = append(out, c)
		}
	}
	return string(out)
}

// codeWords hands the identifiers in a text, such as NOT_ENOUGH_BALANCE or
// DataInspectionFailed, to f. Links are left out.
func codeWords(text []byte, f func([]byte)) {
	for i := 0; i < len(text); {
		if !isWord(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isWord(text[i]) {
			i++
		}
		if bytes.HasPrefix(text[i:], []byte("://")) {
			_, end := urlParts(text[i:])
			i += end
			continue
		}
		if word := text[start:i]; len(word) >= 8 && len(word) <= maxCode && compound(word) {
			f(word)
		}
	}
}

// compound reports whether a word is made of several, joined by "_" or by case.
func compound(word []byte) bool {
	for i := 1; i < len(word); i++ {
		if word[i] == '_' || 'A' <= word[i] && word[i] <= 'Z' && 'a' <= word[i-1] && word[i-1] <= 'z' {
			return true
		}
	}
	return false
}
