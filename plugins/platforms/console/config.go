// Package console is the platform "console": chat in the terminal that hermes
// runs in, for demos and for trying a configuration out.
package console

import (
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/plugin"
)

// Config is the body of a platform "console" block.
type Config struct {
	Prompt string `hcl:"prompt,optional" doc:"what is shown before each line you type; only in a terminal"`
	Color  string `hcl:"color,optional" doc:"whether remarks are dimmed: auto (in a terminal), always, never"`

	in  io.Reader
	out io.Writer
}

// Spec describes the plugin, on the standard input and output of this process.
func Spec() plugin.Spec[chat.Platform] { return SpecFor(os.Stdin, os.Stdout) }

// SpecFor describes the plugin on another input and output. A reader or writer
// that may block must be an *os.File, or Run cannot end while it does.
func SpecFor(in io.Reader, out io.Writer) plugin.Spec[chat.Platform] {
	return plugin.Spec[chat.Platform]{
		Type:    "console",
		Summary: "Chat in the terminal: standard input and output.",
		Default: func() plugin.Config[chat.Platform] {
			return &Config{Prompt: "> ", Color: "auto", in: in, out: out}
		},
	}
}

// Validate checks the style.
func (c *Config) Validate() error {
	switch c.Color {
	case "auto", "always", "never":
	default:
		return plugin.Attr("color", `must be "auto", "always" or "never"`, "")
	}
	if strings.ContainsAny(c.Prompt, "\n\r\x1b") {
		return plugin.Attr("prompt", "must be one line of plain text", "")
	}
	return nil
}

// New returns the platform. It reads nothing yet.
func (c *Config) New(env plugin.Env) (chat.Platform, error) {
	s := newScreen(c.out)
	s.dim = c.Color == "always" || c.Color == "auto" && isTerminal(c.out)
	if isTerminal(c.in) && isTerminal(c.out) {
		s.prompt = c.Prompt
	}
	return &platform{
		screen:      s,
		lines:       lines{in: c.in, max: chat.MaxText},
		interactive: isTerminal(c.in),
		now:         time.Now,
		log:         env.Logger,
		pending:     map[string]bool{},
		answered:    make(chan struct{}, 1),
	}, nil
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
