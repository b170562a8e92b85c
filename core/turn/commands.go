package turn

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// Command returns the name of the command that a text is, without slash and
// bot's name: "help" for "/help@hermes_bot". What follows it is ignored. Words
// that are no command of Hermes are messages like any other.
func Command(text string) (string, bool) {
	word, ok := strings.CutPrefix(firstWord(text), "/")
	if !ok {
		return "", false
	}
	name, _, _ := strings.Cut(strings.ToLower(word), "@")
	known := name == "start" || slices.ContainsFunc(chat.Commands(), func(c chat.Command) bool { return c.Name == name })
	return name, known
}

// firstWord looks at the beginning alone: a text can be long.
func firstWord(text string) string {
	const longest = 100 // bytes: a command and a bot's name
	text = strings.TrimLeft(text, " \t\r\n")
	if end := strings.IndexAny(text[:min(len(text), longest)], " \t\r\n"); end >= 0 {
		return text[:end]
	}
	if len(text) > longest {
		return ""
	}
	return text
}

// Start is the answer to /start.
func Start() string { return "Hello! " + Help() }

// Help is the answer to /help.
func Help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Write me a message and I will answer it. I remember the last %d messages of our conversation and my answers to them.\n", MaxHistory)
	for _, c := range chat.Commands() {
		fmt.Fprintf(&b, "\n- /%s: %s", c.Name, c.Summary)
	}
	return b.String()
}

// Health is what /status tells a person.
type Health struct {
	Links   int       // models that can be asked
	Out     int       // those that cannot just now
	Back    time.Time // when the next one is expected back; zero: unknown
	Writing bool      // an answer to this person is being written
}

// Text tells it in plain words.
func (h Health) Text(now time.Time) string {
	s := "All is well, I can answer right now."
	switch {
	case h.Out >= h.Links:
		s = allOut(h.Links) + back(h.Links, h.Back, now)
	case h.Out == 1:
		s = fmt.Sprintf("I can answer right now. One of the %d models I can ask is out.", h.Links)
	case h.Out > 1:
		s = fmt.Sprintf("I can answer right now. Of the %d models I can ask %d are out.", h.Links, h.Out)
	}
	if h.Writing {
		s += " I am writing an answer to you; /stop ends it."
	}
	return s
}
