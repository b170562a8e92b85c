package config

import (
	"errors"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functionDoc describes one function of the language.
type functionDoc struct {
	name, call, doc string
}

// functionDocs lists every function, in the order of the reference.
func functionDocs() []functionDoc {
	return []functionDoc{
		{"env", `env(name[, default])`, "the value of a variable: of the `env_file` first, then of the environment; without a default, a missing one is an error"},
		{"file", `file(path)`, "the content of a text file of at most 1 MiB; the path is relative to the file it is written in"},
		{"trimspace", `trimspace(text)`, "the text without spaces and line breaks at its ends"},
		{"lower", `lower(text)`, "in lower case"},
		{"upper", `upper(text)`, "in upper case"},
		{"replace", `replace(text, old, new)`, "every `old` replaced"},
		{"format", `format(spec, values...)`, "as `printf` does it: `format(\"%s-%02d\", \"bot\", 7)`"},
		{"join", `join(separator, list)`, "the texts of a list as one"},
		{"split", `split(separator, text)`, "the parts of a text as a list"},
		{"concat", `concat(lists...)`, "lists one after the other"},
		{"contains", `contains(list, value)`, "whether the value is in the list"},
		{"length", `length(list)`, "how many elements there are"},
		{"coalesce", `coalesce(values...)`, "the first that is neither null nor empty"},
		{"jsondecode", `jsondecode(text)`, "what a JSON text says"},
		{"jsonencode", `jsonencode(value)`, "as JSON"},
		{"try", `try(expressions...)`, "the first expression that works"},
		{"can", `can(expression)`, "whether an expression works"},
	}
}

// functions returns what may be called in a file of that folder.
func (l *loader) functions(dir string) map[string]function.Function {
	return map[string]function.Function{
		"env":        l.env.function(),
		"file":       l.fileFunction(dir),
		"trimspace":  stdlib.TrimSpaceFunc,
		"lower":      stdlib.LowerFunc,
		"upper":      stdlib.UpperFunc,
		"replace":    bounded(stdlib.ReplaceFunc, replaceSize),
		"format":     bounded(stdlib.FormatFunc, formatSize),
		"join":       bounded(stdlib.JoinFunc, joinSize),
		"split":      stdlib.SplitFunc,
		"concat":     stdlib.ConcatFunc,
		"contains":   stdlib.ContainsFunc,
		"length":     stdlib.LengthFunc,
		"coalesce":   coalesce(),
		"jsondecode": stdlib.JSONDecodeFunc,
		"jsonencode": stdlib.JSONEncodeFunc,
		"try":        try(),
		"can":        tryfunc.CanFunc,
	}
}

// context returns the evaluation context of a source: functions, no variables.
func (l *loader) context(s *source) *hcl.EvalContext {
	if l.contexts[s.name] == nil {
		dir := l.dir
		if abs, err := filepath.Abs(filepath.Dir(s.name)); err == nil {
			dir = abs
		}
		l.contexts[s.name] = &hcl.EvalContext{Functions: l.functions(dir)}
	}
	return l.contexts[s.name]
}

func (e *environment) function() function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "name", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.String},
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) > 2 {
				return cty.NilVal, adviceError("env() takes a name and at most one default.")
			}
			name := args[0].AsString()
			v, ok := e.lookup(name)
			switch {
			case ok:
				return cty.StringVal(v), nil
			case len(args) == 2:
				return args[1], nil
			case e.lenient:
				e.missed = true
				return cty.StringVal(""), nil
			}
			return cty.NilVal, &missingVariableError{name: name}
		},
	})
}

// unreadableError is the error of file().
type unreadableError struct {
	path string
	why  error
}

func (u *unreadableError) Error() string { return "the file cannot be read" }

func (l *loader) fileFunction(dir string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			path := args[0].AsString()
			b, err := l.read(dir, path)
			if err == nil && !utf8.Valid(b) {
				err = errors.New("it is not text in UTF-8")
			}
			if err != nil {
				return cty.NilVal, &unreadableError{path: path, why: err}
			}
			return cty.StringVal(string(b)), nil
		},
	})
}

// read returns the content of a file that the config names.
func (l *loader) read(dir, path string) ([]byte, error) {
	if content, ok := l.o.Files[path]; ok {
		return []byte(content), nil
	}
	if path == "" {
		return nil, errors.New("the path is empty")
	}
	return readBounded(resolve(dir, path))
}

// coalesce differs from the library's in passing over empty strings, which is
// what env("A", "") gives.
func coalesce() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowNull: true, AllowDynamicType: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := firstValue(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return firstValue(args) },
	})
}

func firstValue(args []cty.Value) (cty.Value, error) {
	for _, a := range args {
		if !a.IsNull() && (a.Type() != cty.String || a.AsString() != "") {
			return a, nil
		}
	}
	return cty.NilVal, adviceError("All values of coalesce() are empty.")
}

// adviceError is an error of a function that shows no value.
type adviceError string

func (a adviceError) Error() string { return string(a) }

// bounded calls f unless its result would be larger than any file may be.
func bounded(f function.Function, size func([]cty.Value) int) function.Function {
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type:     f.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if n := size(args); n < 0 || n > maxFileBytes {
				return cty.NilVal, adviceError("The result is larger than 1 MiB.")
			}
			return f.Call(args)
		},
	})
}

func replaceSize(args []cty.Value) int {
	text, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
	return len(text) + strings.Count(text, old)*len(with)
}

func joinSize(args []cty.Value) int {
	n, total := len(args[0].AsString()), 0
	for _, list := range args[1:] {
		for _, v := range list.AsValueSlice() {
			if !v.IsNull() {
				total += n + len(v.AsString())
			}
		}
	}
	return total
}

var digits = regexp.MustCompile(`[0-9]+`)

// formatSize adds up the widths and precisions of a format, and what its
// arguments may take.
func formatSize(args []cty.Value) int {
	spec := args[0].AsString()
	total, longest := len(spec), 0
	for _, d := range digits.FindAllString(spec, -1) {
		n, err := strconv.Atoi(d)
		if err != nil || n > maxFileBytes {
			return -1
		}
		total += n
	}
	for _, v := range args[1:] {
		if s, err := convert.Convert(v, cty.String); err == nil && !s.IsNull() {
			longest = max(longest, len(s.AsString()))
		}
	}
	return total + strings.Count(spec, "%")*longest
}

// try returns the first of its expressions that works. The library's evaluates
// each twice, which doubles with every nesting.
func try() function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, a := range args {
				if v, diags := customdecode.ExpressionClosureFromVal(a).Value(); !diags.HasErrors() {
					return v, nil
				}
			}
			return cty.NilVal, adviceError("None of the expressions of try() works.")
		},
	})
}
