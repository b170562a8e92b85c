package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const journalFile = "hermes.last"

// Ending is how a process ended.
type Ending struct {
	Reason string    `json:"reason"` // one plain phrase: "asked to stop", "ended without a word"
	At     time.Time `json:"at,omitzero"`
	PID    int       `json:"pid"`
}

// Begin notes that this process serves the data directory, and returns how the
// one before it ended; nil when there was none.
func Begin(dir string, now time.Time) (*Ending, error) {
	before, err := lastEnding(dir)
	if err != nil {
		return nil, err
	}
	return before, note(dir, Ending{Reason: "ended without a word (killed, out of memory, or power lost)", PID: os.Getpid(), At: now})
}

// End notes why this process ends.
func End(dir, reason string, now time.Time) error {
	return note(dir, Ending{Reason: reason, At: now, PID: os.Getpid()})
}

func lastEnding(dir string) (*Ending, error) {
	text, err := os.ReadFile(filepath.Join(dir, journalFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // nobody was here before
	}
	if err != nil {
		return nil, fmt.Errorf("reading how the last process ended: %w", err)
	}
	var e Ending
	if json.Unmarshal(text, &e) != nil {
		e = Ending{Reason: "left a note that cannot be read"}
	}
	return &e, nil
}

func note(dir string, e Ending) error {
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("noting how this process ends: %w", err)
	}
	path := filepath.Join(dir, journalFile)
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return fmt.Errorf("noting how this process ends: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("noting how this process ends: %w", err)
	}
	return nil
}
