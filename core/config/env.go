package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/go-envparse"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// environment is what env() sees: the env_file, then the process.
type environment struct {
	process  map[string]string
	file     map[string]string
	fileName string          // as written; "" when there is none
	lenient  bool            // a missing variable is an empty string
	missed   bool            // one was, since this was last cleared
	seen     map[string]bool // names that an env() mentions
	values   map[string]bool // values that env() returned
}

// envFileVariable overrides hermes { env_file }.
const envFileVariable = "HERMES_ENV_FILE"

func newEnvironment(o Options) *environment {
	e := &environment{lenient: o.NoEnv, process: map[string]string{}, seen: map[string]bool{}, values: map[string]bool{}}
	for _, kv := range o.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			e.process[k] = v
		}
	}
	return e
}

func (e *environment) lookup(name string) (string, bool) {
	e.seen[name] = true
	v, ok := e.file[name]
	if !ok {
		v, ok = e.process[name]
	}
	if ok {
		e.values[v] = true
	}
	return v, ok
}

func (e *environment) names() []string { return slices.Sorted(maps.Keys(e.seen)) }

// known are the names that a person may have meant.
func (e *environment) known() []string {
	return append(slices.Collect(maps.Keys(e.file)), slices.Collect(maps.Keys(e.process))...)
}

func (e *environment) knows(name string) bool {
	_, file := e.file[name]
	_, process := e.process[name]
	return variableName.MatchString(name) && (file || process)
}

// mentioned remembers the names of every env() in a file, called or not, and
// lets snippets show them.
func (e *environment) mentioned(s *source) {
	_ = hclsyntax.VisitAll(s.body, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok || call.Name != "env" || len(call.Args) == 0 {
			return nil
		}
		if v, ok := literal(call.Args[0]); ok {
			e.seen[v] = true
			if variableName.MatchString(v) {
				s.show(call.Args[0].Range())
			}
		}
		return nil
	})
}

// literal returns the text of a quoted string without templates.
func literal(expr hclsyntax.Expression) (string, bool) {
	t, ok := expr.(*hclsyntax.TemplateExpr)
	if !ok || !t.IsStringLiteral() {
		return "", false
	}
	v, diags := t.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

// variableName is what may be shown of the argument of an env(): somebody may
// have written the key itself there.
var variableName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,63}$`)

// missingVariableError is the error of env().
type missingVariableError struct{ name string }

func (m *missingVariableError) Error() string { return "the environment variable is not set" }

// explain says what to do about a missing variable.
func (e *environment) explain(m *missingVariableError) string {
	if upper := strings.ToUpper(m.name); upper != m.name && e.knows(upper) {
		return fmt.Sprintf("There is %s, in capital letters, and names of variables must be written as they are.", upper)
	}
	if !variableName.MatchString(m.name) {
		return "env() takes the name of a variable, such as OPENAI_API_KEY. " +
			"There is none of the name that is written here, which is not shown because it may be a secret."
	}
	where := fmt.Sprintf("%s is not set.", m.name)
	advice := fmt.Sprintf(" Set it, or give a default: env(%q, \"\").", m.name)
	if e.fileName != "" {
		where = fmt.Sprintf("%s is neither in %s nor in the environment.", m.name, e.fileName)
		advice = fmt.Sprintf(" Add it to %s, or give a default: env(%q, \"\").", e.fileName, m.name)
	}
	if c := closest(m.name, e.known()); c != "" && variableName.MatchString(c) {
		where += fmt.Sprintf(" Did you mean %s?", c)
	}
	return where + advice
}

// read takes in the env_file. What it returns shows nothing of its content.
func (e *environment) read(content []byte) error {
	vars, err := envparse.Parse(bytes.NewReader(content))
	if err == nil {
		e.file = vars
		return nil
	}
	why := "it is not of the form NAME=value"
	for _, known := range []error{
		envparse.ErrMissingSeparator, envparse.ErrEmptyKey, envparse.ErrUnmatchedDouble,
		envparse.ErrUnmatchedSingle, envparse.ErrIncompleteEscape,
	} {
		if parsed, ok := errors.AsType[*envparse.ParseError](err); ok && errors.Is(parsed.Err, known) {
			why = known.Error()
		}
	}
	if parsed, ok := errors.AsType[*envparse.ParseError](err); ok && parsed.Line > 0 {
		return fmt.Errorf("line %d cannot be understood: %s", parsed.Line, why)
	}
	return errors.New("it cannot be understood: " + why)
}

// resolve makes path absolute, from dir on.
func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
