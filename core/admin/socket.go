package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// maxSocketPath is the longest path of a unix socket on this system, in bytes:
// 107 on Linux. The last byte of sun_path is zero.
const maxSocketPath = len(syscall.RawSockaddrUnix{}.Path) - 1

const socketFile = "hermes.sock"

// SocketPath returns where the control socket of a data directory is. A path
// that is too long for a socket moves to $XDG_RUNTIME_DIR.
func SocketPath(dataDir string, getenv func(string) string) (string, error) {
	path := filepath.Join(dataDir, socketFile)
	if len(path) <= maxSocketPath {
		return path, nil
	}
	runtime := getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(runtime) {
		return "", fmt.Errorf("placing the control socket: %s is too long for a socket (%d bytes, at most %d); use a shorter data_dir, or set XDG_RUNTIME_DIR", path, len(path), maxSocketPath)
	}
	sum := sha256.Sum256([]byte(filepath.Clean(dataDir)))
	path = filepath.Join(runtime, "hermes", hex.EncodeToString(sum[:8])+".sock")
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("placing the control socket: %s is too long for a socket; use a shorter data_dir", path)
	}
	return path, nil
}

// listenSocket opens the socket for its owner alone. The caller holds the lock
// on the data directory, so that what is there was left behind.
func listenSocket(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing an old control socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("opening the control socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the control socket: %w", err), l.Close())
	}
	return l, nil
}
