package chat

import (
	"context"

	"github.com/hermes-gateway/hermes/core/llm"
)

// Sender is a Platform that shows replies to people.
type Sender interface {
	// Open begins a reply. It calls save after every part sent, before the next
	// one. What it starts (typing, edits) ends with Finish or with ctx.
	Open(ctx context.Context, to Address, save func(Ref) error) (Draft, error)
	// Resume takes a reply up again after a restart.
	Resume(ctx context.Context, to Address, ref Ref, save func(Ref) error) (Draft, error)
}

// Draft is a reply in the making. Its methods are called from one goroutine.
type Draft interface {
	// Update shows the text so far. It never blocks; the latest text wins.
	Update(text string)
	// Finish shows the reply as it stays and returns when the platform has it. It
	// is idempotent: after an error it may be called again, also on a resumed draft.
	Finish(ctx context.Context, r Reply) error
}

// Ref names what a draft has sent so far, one id per part.
type Ref struct {
	Parts []string `json:"parts,omitempty"`
}

// Reply is what a person gets to see.
type Reply struct {
	Text     string        // Markdown, as the model wrote it
	Notice   bool          // Hermes speaks, not the model: a command's answer, an apology
	Attempts []llm.Attempt // who was asked, for platforms that show it
}

// Command is a word that a person can send instead of a message.
type Command struct {
	Name    string // without the slash
	Summary string
}

// Commands lists what Hermes itself understands, for menus. A platform hands
// them on as ordinary messages: "/new".
func Commands() []Command {
	return []Command{
		{"help", "What this bot can do"},
		{"new", "Start a new conversation"},
		{"stop", "Stop the answer that is being written"},
		{"status", "How the bot is doing"},
	}
}
