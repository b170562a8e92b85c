package settings

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/v2"

	"github.com/hermes-gateway/hermes/core/plugin"
)

const (
	sourceDefault = "default"
	delimiter     = "."
)

// layers is one loading.
type layers struct {
	in       Input
	k        *koanf.Koanf
	source   map[string]string // of each key
	problems []error
}

// load puts the layers over one another.
func (l *layers) load() {
	l.k = koanf.New(delimiter)
	defaults, env := map[string]any{}, map[string]any{}
	environ := l.environ()
	for _, k := range keys() {
		defaults[k.name] = k.fallback
		v, ok := environ[variable(k.name)]
		if _, fits := k.check(v); ok && (v != "" || fits) { // empty is like not set, unless empty means something
			env[k.name] = v
		}
	}
	flags := map[string]any{}
	for name, v := range l.in.Flags {
		flags[name] = v
	}
	l.layer(defaults, func(string) string { return sourceDefault })
	l.layer(l.in.File, func(string) string { return l.in.Source })
	l.layer(env, variable)
	l.layer(flags, flag)
}

// layer adds one on top. A key that no setting has is a problem.
func (l *layers) layer(values map[string]any, source func(key string) string) {
	known := make(map[string]any, len(values))
	for name, v := range values {
		if _, ok := find(name); !ok {
			l.problemf("%s, set by %s, is no setting%s", name, source(name), suggestion(name, settingNames()))
			continue
		}
		known[name] = fmt.Sprint(v)
		l.source[name] = source(name)
	}
	if err := l.k.Load(confmap.Provider(known, delimiter), nil); err != nil {
		l.problemf("layering settings: %w", err)
	}
}

func (l *layers) problemf(format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf(format, args...))
}

// settings checks every value and takes it over.
func (l *layers) settings() Settings {
	for _, k := range keys() {
		v := l.k.String(k.name)
		if allowed, ok := k.check(v); !ok {
			l.problemf("%s is %s, set by %s; it must be %s%s", k.name, shown(k, v), l.source[k.name], allowed, unit(k, v))
		}
	}
	listen := l.k.String("admin.listen")
	if _, ok := address(listen); ok && listen != "" && !loopback(listen) && l.k.String("admin.token") == "" {
		l.problemf("admin.listen is %q, set by %s, which others can reach; set admin.token too (HERMES_ADMIN_TOKEN), or listen on 127.0.0.1",
			listen, l.source["admin.listen"])
	}
	drain, _ := time.ParseDuration(l.k.String("drain_timeout")) // zero with a problem above
	return Settings{
		DataDir:      l.path("data_dir"),
		EnvFile:      l.path("env_file"),
		DrainTimeout: drain,
		LogLevel:     l.k.String("log.level"),
		LogFormat:    l.k.String("log.format"),
		AdminListen:  listen,
		AdminToken:   plugin.Secret(l.k.String("admin.token")),
	}
}

// unit adds what to write when a duration has no unit.
func unit(k key, v string) string {
	if _, err := time.ParseDuration(v + "s"); k.name == "drain_timeout" && err == nil && strings.Trim(v, "0123456789") == "" {
		return fmt.Sprintf(`; write "%ss" for seconds`, v)
	}
	return ""
}

func shown(k key, v string) string {
	if k.secret && v != "" {
		return plugin.Secret(v).String()
	}
	return fmt.Sprintf("%q", v)
}

// path makes a path absolute: from the folder of the config when the file or a
// default says it, else from the working directory.
func (l *layers) path(name string) string {
	v, source := l.k.String(name), l.source[name]
	switch {
	case v == "":
		return ""
	case filepath.IsAbs(v):
		return filepath.Clean(v)
	}
	if l.in.Dir != "" && (source == sourceDefault || source == l.in.Source) {
		v = filepath.Join(l.in.Dir, v)
	}
	abs, err := filepath.Abs(v)
	if err != nil {
		l.problemf("%s: finding the working directory: %w", name, err)
	}
	return abs
}

// origins says who set what, sorted by key.
func (l *layers) origins() []Origin {
	out := make([]Origin, 0, len(keys()))
	for _, k := range keys() {
		o := Origin{Key: k.name, Value: l.k.String(k.name), Source: l.source[k.name]}
		switch {
		case k.secret:
			o.Value = plugin.Secret(o.Value).String()
		case k.path:
			o.Value = l.path(k.name)
		}
		out = append(out, o)
	}
	return out
}

// warnings tell of HERMES_* variables that nothing reads.
func (l *layers) warnings() []string {
	var known []string
	for _, k := range keys() {
		known = append(known, variable(k.name))
	}
	known = append(known, others()...)
	var out []string
	for name := range l.environ() {
		if strings.HasPrefix(name, prefix) && !slices.Contains(known, name) && !l.in.Known[name] {
			out = append(out, fmt.Sprintf("The environment variable %s means nothing to hermes%s", name, cmp.Or(suggestion(name, known), ".")))
		}
	}
	slices.Sort(out)
	return out
}

func (l *layers) environ() map[string]string {
	out := map[string]string{}
	for _, kv := range l.in.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			out[k] = v
		}
	}
	return out
}

func (l *layers) err() error {
	slices.SortFunc(l.problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(slices.CompactFunc(l.problems, func(a, b error) bool { return a.Error() == b.Error() })...)
}

func settingNames() []string {
	var out []string
	for _, k := range keys() {
		out = append(out, k.name)
	}
	return out
}

// suggestion is "; did you mean X?" or nothing.
func suggestion(given string, candidates []string) string {
	best, distance := "", max(2, len(given)/4)+1
	if len(given) > 100 {
		return ""
	}
	for _, c := range candidates {
		if d := distanceOf(given, c); d < distance {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

// distanceOf counts the letters to add, drop or change to get from a to b.
func distanceOf(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
