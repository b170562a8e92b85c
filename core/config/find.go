package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Find returns the config path to use: explicit when it is not empty, else the
// first that exists of ./hermes.hcl, $XDG_CONFIG_HOME/hermes/hermes.hcl and
// /etc/hermes/hermes.hcl. The error names every place it looked in.
func Find(explicit string) (string, error) {
	if explicit != "" {
		return explicit, nil
	}
	places := []string{"hermes.hcl"}
	if dir, err := os.UserConfigDir(); err == nil {
		places = append(places, filepath.Join(dir, "hermes", "hermes.hcl"))
	}
	places = append(places, "/etc/hermes/hermes.hcl")
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p, nil
		}
	}
	return "", fmt.Errorf("finding the config: there is none at %s; `hermes init` writes a first one", strings.Join(places, ", "))
}

// DefaultDataDir is where state is kept when nobody says where, relative to the
// folder of the config.
const DefaultDataDir = "./data"

// DataDir reads nothing but hermes { data_dir } and returns it absolute; the
// default when the file does not say. Broken other parts of the file, missing
// variables and unknown plugins do not matter.
func DataDir(path string) (string, error) {
	l := newLoader(Options{Environ: os.Environ(), NoEnv: true})
	sources, dir := readSources(path, &l.report)
	if l.report.failed() {
		return "", fmt.Errorf("finding the data directory: %w", l.report.diagnostics())
	}
	l.dir = dir
	var broken report // is the business of Load
	for _, s := range sources {
		s.parse(&broken)
		if s.body == nil {
			continue
		}
		for _, b := range s.body.Blocks {
			if b.Type == kindHermes && l.index.hermes == nil {
				l.index.hermes = &object{kind: kindHermes, block: b, src: s}
			}
		}
	}
	value, err := l.dataDir()
	return resolve(dir, value), err
}

func (l *loader) dataDir() (string, error) {
	h := l.index.hermes
	if h == nil {
		return DefaultDataDir, nil
	}
	a := h.block.Body.Attributes["data_dir"]
	if a == nil {
		return DefaultDataDir, nil
	}
	l.loadEnvFile()
	value, ok := stringValue(a.Expr, l.context(h.src))
	if !ok {
		return "", fmt.Errorf("finding the data directory: %s: data_dir is not a string", place(a.Expr.Range()))
	}
	if value == "" {
		value = DefaultDataDir
	}
	return value, nil
}

var errTooLong = errors.New("formatting: " + errTooLarge.Error())

// Format returns the canonical form of src. The error is a Diagnostics when
// src does not parse.
func Format(filename string, src []byte) ([]byte, error) {
	if len(src) > maxFileBytes {
		return nil, errTooLong
	}
	s := &source{name: filename, src: src}
	r := &report{sources: map[string]*source{filename: s}}
	if !s.parse(r) || r.failed() {
		return nil, r.diagnostics()
	}
	return hclwrite.Format(src), nil
}
