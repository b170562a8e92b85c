// Package settings layers the process settings: defaults, the hermes block,
// HERMES_* variables, flags; the last one wins, and every key remembers who set
// it.
package settings

import (
	"time"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// Settings are the settings of the process.
type Settings struct {
	DataDir      string        // absolute
	EnvFile      string        // absolute, or empty
	DrainTimeout time.Duration // more than zero
	LogLevel     string        // debug, info, warn, error
	LogFormat    string        // text, json
	AdminListen  string        // host:port; empty: no listener, the control socket alone
	AdminToken   plugin.Secret
}

// Origin says who set a key.
type Origin struct {
	Key    string `json:"key"`    // "log.level"
	Value  string `json:"value"`  // masked when secret
	Source string `json:"source"` // "default", "hermes.hcl", "HERMES_LOG_LEVEL", "--log-level"
}

// Input is the layers.
type Input struct {
	Dir     string            // relative paths of the file start here; those of variables and flags in the working directory
	File    map[string]any    // dotted keys of the hermes block
	Source  string            // name of the file, for Origin
	Environ []string          // KEY=VALUE
	Flags   map[string]string // dotted key -> value, only those that were given
	Known   map[string]bool   // HERMES_* names that an env() mentions: no warning for them
}

// Load layers the input. Warnings are plain sentences (an unknown HERMES_*
// name with a suggestion). The error joins all problems, each naming the key,
// who set it, and what is allowed. Origins are sorted by key and there even
// when there is an error.
func Load(in Input) (s Settings, origins []Origin, warnings []string, err error) {
	l := &layers{in: in, source: map[string]string{}, problems: nil}
	l.load()
	s = l.settings()
	return s, l.origins(), l.warnings(), l.err()
}
