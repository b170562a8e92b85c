package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// checkDurations checks every plugin.Duration in v. Zero and the empty string
// are durations; what they mean is the attribute's own affair.
func (l *loader) checkDurations(n *node, f field, v reflect.Value) bool {
	if n.tainted[f.name] {
		return true
	}
	before, at := l.report.errors, n.attrs[f.name].Expr.Range()
	written := hasLiteral(n.attrs[f.name].Expr)
	l.eachDuration(v, func(text string) {
		if problem := durationProblem(text, written); problem != "" {
			l.report.fail(at, "Invalid duration", fmt.Sprintf("%q must be a duration such as \"30s\": %s", f.name, problem))
		}
	})
	return l.report.errors == before
}

func (l *loader) eachDuration(v reflect.Value, check func(string)) {
	switch v.Kind() {
	case reflect.String:
		check(v.String())
	case reflect.Pointer:
		if !v.IsNil() {
			l.eachDuration(v.Elem(), check)
		}
	case reflect.Slice:
		for i := range v.Len() {
			l.eachDuration(v.Index(i), check)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			l.eachDuration(v.MapIndex(k), check)
		}
	default: // no other kind holds durations
	}
}

var bareNumber = regexp.MustCompile(`^[0-9]{1,9}$`)

// durationProblem says what is wrong with a duration, "" when nothing is. The
// text itself is repeated only when it is written in the file: it might come
// from a variable.
func durationProblem(text string, written bool) string {
	d, err := time.ParseDuration(text)
	switch {
	case text == "" || err == nil && d >= 0:
		return ""
	case err == nil:
		return "it must not be negative."
	case bareNumber.MatchString(strings.TrimSpace(text)):
		if written {
			return fmt.Sprintf("the unit is missing. Write \"%ss\" for seconds.", strings.TrimSpace(text))
		}
		return "the unit is missing, such as s for seconds."
	case written && strings.HasSuffix(text, "d") && bareNumber.MatchString(text[:len(text)-1]):
		return "there is no unit for days. A day is \"24h\"."
	}
	return "the units are h, m, s and ms, as in \"1h30m\"."
}

// positive reports durations that make no sense as zero.
func (l *loader) positive(n *node, names ...string) {
	for _, name := range names {
		if v, ok := n.duration(name); ok && v == 0 {
			l.report.fail(n.at(name), "Invalid duration", fmt.Sprintf("%q must be more than zero. Leave it out for the default.", name))
		}
	}
}

// duration is the decoded value of an attribute of this node, if it was written.
func (n *node) duration(name string) (time.Duration, bool) {
	d, ok := n.durations[name]
	return d, ok
}

func (n *node) remember(name string, v reflect.Value) {
	if v.Kind() != reflect.String {
		return
	}
	if d, err := time.ParseDuration(v.String()); err == nil {
		if n.durations == nil {
			n.durations = map[string]time.Duration{}
		}
		n.durations[name] = d
	}
}
