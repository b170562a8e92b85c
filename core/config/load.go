package config

import (
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
)

// Load reads a file or a folder of *.hcl files. The Config is nil when
// diagnostics hold an error; warnings come with a Config.
func Load(path string, o Options) (*Config, Diagnostics) {
	l := newLoader(o)
	sources, dir := readSources(path, &l.report)
	return l.run(sources, dir)
}

// LoadBytes is Load of one file that is in memory. Relative paths start in the
// folder of filename, which need not exist.
func LoadBytes(filename string, src []byte, o Options) (*Config, Diagnostics) {
	l := newLoader(o)
	dir, err := filepath.Abs(filepath.Dir(filename))
	if err != nil {
		l.report.add(problem{summary: "Cannot read the config", detail: "The working directory cannot be determined."})
		return l.run(nil, "")
	}
	return l.run(oneSource(filename, src, &l.report), dir)
}

// loader is one reading of the files. It is used once, by one goroutine.
type loader struct {
	o       Options
	report  report
	dir     string
	sources []*source
	env     *environment
	schema  schemas
	index   index
	used    map[string]bool // addresses that something refers to
	cfg     *Config

	contexts map[string]*hcl.EvalContext // by file: file() is relative to it
}

func newLoader(o Options) *loader {
	return &loader{
		o:      o,
		schema: schemas{},
		index:  index{byAddress: map[string]*object{}},
		used:   map[string]bool{},
		env:    newEnvironment(o),
		cfg:    &Config{Process: map[string]any{}},

		contexts: map[string]*hcl.EvalContext{},
	}
}

func (l *loader) run(sources []*source, dir string) (*Config, Diagnostics) {
	l.dir, l.sources = dir, sources
	l.report.sources = map[string]*source{}
	for i, s := range sources {
		s.number = i
		l.report.sources[s.name] = s
		l.cfg.Files = append(l.cfg.Files, s.name)
	}
	l.cfg.Dir = dir
	if l.parse() {
		l.check()
	}
	diags := l.report.diagnostics()
	if diags.HasErrors() {
		return nil, diags
	}
	return l.cfg, diags
}

// parse reports whether the syntax is good enough to look further.
func (l *loader) parse() bool {
	ok := len(l.sources) > 0
	for _, s := range l.sources {
		ok = s.parse(&l.report) && ok
	}
	return ok
}

// check goes through the blocks: names first, then bodies, then what the whole
// says.
func (l *loader) check() {
	for _, s := range l.sources {
		l.collect(s)
		l.env.mentioned(s)
	}
	l.loadEnvFile()
	l.decodeHermes()
	l.decodeStore()
	for _, o := range l.index.objects {
		l.decodeObject(o)
	}
	l.cfg.EnvNames = l.env.names()
	if !l.report.failed() {
		l.warnUnused()
	}
}

func (l *loader) decodeObject(o *object) {
	switch o.kind {
	case kindProvider:
		l.decodeProvider(o)
	case kindChain:
		l.decodeChain(o)
	case kindAgent:
		l.decodeAgent(o)
	case kindPlatform:
		l.decodePlatform(o)
	}
}
