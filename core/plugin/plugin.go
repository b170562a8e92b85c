// Package plugin is how a plugin says what it is. A plugin is a struct with
// gohcl tags: the decoded configuration is the factory of the running thing.
package plugin

import (
	"fmt"
	"log/slog"
	"regexp"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/store"
)

// Config is the decoded block of one plugin: a pointer to a struct whose fields
// carry `hcl:"name,optional"` and `doc:"what it is, with its unit"` tags. Fields
// are strings, bools, ints, floats, Secret, Duration, Ref, slices and maps of
// these, and nested blocks of the same.
//
// Core calls, in this order: Default of the Spec, decoding into it, checking of
// every Duration and Ref, Validate, and, if everything in the file is right, New.
type Config[T any] interface {
	// Validate checks what types cannot. It is pure, and joins all problems with
	// errors.Join; those made by Attr are shown at the attribute.
	Validate() error
	// New allocates only: no network, no goroutine, no file. What runs, runs in the
	// thing's own blocking method.
	New(Env) (T, error)
}

// Warner is a Config that can tell of things that are allowed but rarely meant.
// Warnings, made by Attr or not, are shown by check and at start.
type Warner interface {
	// Warnings is pure and called after Validate has found nothing.
	Warnings() []error
}

// Spec describes one plugin.
type Spec[T any] struct {
	Type    string // first label of its block: [a-z][a-z0-9_]*
	Summary string // one line for `hermes plugins`
	Default func() Config[T]
}

// Set is the plugins that are compiled in. It is a value: tests make their own.
type Set struct {
	Platforms []Spec[chat.Platform]
	Providers []Spec[llm.Provider]
	Stores    []Spec[store.Store]
}

// Env is what a plugin gets from core.
type Env struct {
	Address string       // "provider.openai.primary"
	Logger  *slog.Logger // carries the address
	Version string       // of Hermes, for User-Agent headers
}

var typeName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Check reports plugins with a bad or duplicate type, or without a Default.
func (s Set) Check() error {
	if err := check("platform", s.Platforms); err != nil {
		return err
	}
	if err := check("provider", s.Providers); err != nil {
		return err
	}
	return check("store", s.Stores)
}

func check[T any](kind string, specs []Spec[T]) error {
	seen := make(map[string]bool, len(specs))
	for _, s := range specs {
		switch {
		case !typeName.MatchString(s.Type):
			return fmt.Errorf("checking %s plugins: %q is not a valid type", kind, s.Type)
		case seen[s.Type]:
			return fmt.Errorf("checking %s plugins: %q is there twice", kind, s.Type)
		case s.Default == nil:
			return fmt.Errorf("checking %s plugins: %q has no Default", kind, s.Type)
		}
		seen[s.Type] = true
	}
	return nil
}
