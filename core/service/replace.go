package service

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ReplacePause is how long after a replacement another one is refused: two
// supervisors that replace each other's process would never stop.
const ReplacePause = time.Minute

const replaceFile = "hermes.replaced"

// Replace notes that a process asks the holder of the data directory to make
// room. It returns an error when another one did less than ReplacePause ago.
func Replace(dir string, now time.Time) error {
	path := filepath.Join(dir, replaceFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("looking for the last replacement: %w", err)
	case now.Sub(info.ModTime()).Abs() < ReplacePause:
		return fmt.Errorf("the gateway was replaced %s ago; two that replace each other would never stop, so this one waits until %s",
			now.Sub(info.ModTime()).Round(time.Second), info.ModTime().Add(ReplacePause).Format(time.TimeOnly))
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return fmt.Errorf("noting the replacement: %w", err)
	}
	if err := os.Chtimes(path, now, now); err != nil {
		return fmt.Errorf("noting the replacement: %w", err)
	}
	return nil
}
