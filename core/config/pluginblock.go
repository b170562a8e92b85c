package config

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// choice is the plugins of one kind and the block that picks one of them.
type choice[T any] struct {
	specs []plugin.Spec[T]
	o     *object
	core  []any // structs of the attributes that core owns, as pointers
}

// decodePlugin decodes a block into the default of its plugin and has it
// checked. Nil means that something was wrong and was reported.
func decodePlugin[T any](l *loader, c choice[T]) (cfg plugin.Config[T], n *node) {
	n = c.o.node()
	i := slices.IndexFunc(c.specs, func(s plugin.Spec[T]) bool { return s.Type == c.o.typ })
	if i < 0 {
		l.unknownType(c.o, typesOf(c.specs))
		return nil, n
	}
	ok := false
	l.guard(n, "reading its block", func() {
		cfg = c.specs[i].Default()
		target := reflect.ValueOf(cfg)
		if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
			l.report.fail(n.head, "Plugin failed", fmt.Sprintf("The default of %s is not a pointer to a struct.", n.what))
			return
		}
		targets := make([]reflect.Value, 0, len(c.core)+1)
		for _, core := range c.core {
			targets = append(targets, reflect.ValueOf(core).Elem())
		}
		ok = l.decode(n, c.o.block.Body, append(targets, target.Elem())...)
	})
	if !ok || !l.validate(n, cfg) {
		return nil, n
	}
	return cfg, n
}

func typesOf[T any](specs []plugin.Spec[T]) []string {
	var out []string
	for _, s := range specs {
		out = append(out, s.Type)
	}
	return out
}

func (l *loader) unknownType(o *object, known []string) {
	s := fmt.Sprintf("There is no %s of the type %q.%s", o.kind, o.typ, didYouMean(o.typ, known))
	if len(known) == 0 {
		s += fmt.Sprintf(" This hermes has no %s plugins.", o.kind)
	}
	l.report.fail(o.block.LabelRanges[0], "Unknown type", s)
}

// guard turns a panic of a plugin into a problem of its block.
func (l *loader) guard(n *node, doing string, f func()) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		why := "" // the value of a panic may hold anything
		if e, ok := p.(runtime.Error); ok {
			why = ": " + l.scrub(e.Error(), nil)
		}
		l.report.fail(n.head, "Plugin failed", fmt.Sprintf("The plugin of %s panicked while %s%s. This is a mistake in the plugin.", n.what, doing, why))
	}()
	f()
}

type validator interface{ Validate() error }

// validate asks the plugin what types cannot say. It reports whether all is well.
func (l *loader) validate(n *node, cfg validator) bool {
	before := l.report.errors
	l.guard(n, "checking it", func() {
		for _, err := range flat(cfg.Validate()) {
			l.pluginProblem(n, cfg, problem{summary: "Invalid configuration"}, err)
		}
		w, ok := cfg.(plugin.Warner)
		if !ok {
			return
		}
		for _, err := range w.Warnings() {
			for _, err := range flat(err) {
				l.pluginProblem(n, cfg, problem{severity: Warning, summary: "Is this meant?"}, err)
			}
		}
	})
	return l.report.errors == before
}

// flat takes joined errors apart.
func flat(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flat(e)...)
	}
	return out
}

func (l *loader) pluginProblem(n *node, cfg any, p problem, err error) {
	p.at, p.detail = n.head, sentence(err.Error())
	if a, ok := errors.AsType[*plugin.AttrError](err); ok {
		at, tainted := n.find(a.Path)
		if tainted {
			return
		}
		p.at, p.detail = at, fmt.Sprintf("%q %s", strings.Join(a.Path, "."), sentence(a.Problem))
		if a.Advice != "" {
			p.detail += " " + sentence(upperFirst(a.Advice))
		}
	}
	p.detail = l.scrub(p.detail, reflect.ValueOf(cfg))
	l.report.add(p)
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:") {
		return s
	}
	return s + "."
}
