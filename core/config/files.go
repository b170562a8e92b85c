package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Bounds of what is read.
const (
	maxFileBytes = 1 << 20 // of one file: config, file() and env_file
	maxFiles     = 256     // of a folder
)

var (
	errTooLarge  = errors.New("the file is larger than 1 MiB")
	errNotAFile  = errors.New("this is not a regular file")
	errIsAFolder = errors.New("this is a folder")
)

// readSources reads a file, or the *.hcl files of a folder sorted by name, and
// returns them with the absolute folder that relative paths start in.
func readSources(path string, r *report) ([]*source, string) {
	abs, err := filepath.Abs(path)
	if err != nil {
		r.add(problem{summary: "Cannot read the config", detail: "The working directory cannot be determined."})
		return nil, ""
	}
	info, err := os.Stat(path)
	if err != nil {
		r.add(problem{summary: "Cannot read the config", detail: fmt.Sprintf("%s: %s. `hermes init` writes a first one.", path, reason(err))})
		return nil, ""
	}
	if !info.IsDir() {
		return readFiles([]string{path}, r), filepath.Dir(abs)
	}
	return readFiles(folder(path, r), r), abs
}

func folder(path string, r *report) []string {
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		r.add(problem{summary: "Cannot read the config", detail: fmt.Sprintf("%s: %s.", path, reason(err))})
		return nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".hcl" && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	switch {
	case len(names) == 0:
		r.add(problem{summary: "No config in this folder", detail: fmt.Sprintf("%s has no file whose name ends in .hcl.", path)})
	case len(names) > maxFiles:
		r.add(problem{summary: "Too many files", detail: fmt.Sprintf("%s has %d files; at most %d are read.", path, len(names), maxFiles)})
		return nil
	}
	return names
}

func readFiles(paths []string, r *report) []*source {
	var out []*source
	for _, p := range paths {
		src, err := readBounded(p)
		if err != nil {
			r.add(problem{summary: "Cannot read the config", detail: fmt.Sprintf("%s: %s.", p, reason(err))})
			continue
		}
		out = append(out, &source{name: p, src: src})
	}
	if len(out) < len(paths) {
		return nil
	}
	return out
}

func oneSource(filename string, src []byte, r *report) []*source {
	if len(src) > maxFileBytes {
		r.add(problem{summary: "Cannot read the config", detail: fmt.Sprintf("%s: %s.", filename, errTooLarge)})
		return nil
	}
	return []*source{{name: filename, src: src}}
}

// readBounded reads a regular file of at most maxFileBytes. It never waits for
// a pipe or a device.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errIsAFolder
	case !info.Mode().IsRegular():
		return nil, errNotAFile
	case info.Size() > maxFileBytes:
		return nil, errTooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err == nil && len(b) > maxFileBytes {
		return nil, errTooLarge
	}
	return b, err
}

// reason says why a file cannot be read, without naming it.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "reading it is not allowed; check who owns it"
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}
