package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	maxFile     = 500 // lines
	maxFunction = 80
)

// file is one Go file of the house.
type file struct {
	name   string // relative to the module
	test   bool
	bubble bool // its package tests in bubbles of testing/synctest, where sleeping costs nothing
	pkg    string
	fset   *token.FileSet
	ast    *ast.File
	src    []byte
}

func (f *file) place(p token.Pos) string {
	return f.name + ":" + strings.TrimPrefix(f.fset.Position(p).String(), f.fset.Position(f.ast.FileStart).Filename+":")
}

func files(t *testing.T) []*file {
	t.Helper()
	var all []*file
	for _, p := range packages(t) {
		for _, group := range [][]string{p.GoFiles, p.TestGoFiles, p.XTestGoFiles} {
			for _, name := range group {
				all = append(all, parse(t, p, name))
			}
		}
	}
	return all
}

func parse(t *testing.T, p pkg, name string) *file {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	f := &file{name: filepath.Join(p.short(), name), pkg: p.short(), src: src, fset: token.NewFileSet()}
	f.test = strings.HasSuffix(name, "_test.go") || isSuite(p.short()) || strings.HasPrefix(p.short(), "test/")
	f.bubble = slices.Contains(slices.Concat(p.Imports, p.TestImports, p.XTestImports), "testing/synctest")
	if f.ast, err = parser.ParseFile(f.fset, f.name, src, parser.SkipObjectResolution|parser.ParseComments); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSources(t *testing.T) {
	t.Parallel()
	for _, f := range files(t) {
		for _, problem := range judge(f) {
			t.Error(problem)
		}
	}
}

// judge returns what is wrong with a file.
func judge(f *file) []string {
	var bad []string
	say := func(p token.Pos, what string) { bad = append(bad, f.place(p)+": "+what) }
	if n := bytes.Count(f.src, []byte("\n")); n > maxFile && !ast.IsGenerated(f.ast) {
		say(f.ast.FileStart, "a file has at most 500 lines, better 100")
	}
	for _, d := range f.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if fn.Recv == nil && fn.Name.Name == "init" {
			say(fn.Pos(), "no init(): what is needed is handed over")
		}
		if lines := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line; lines > maxFunction && !f.test {
			say(fn.Pos(), "a function has at most 80 lines, better 10")
		}
		calls(f, fn, say)
	}
	return bad
}

// calls looks at what a function calls.
func calls(f *file, fn *ast.FuncDecl, say func(token.Pos, string)) {
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		switch name(call.Fun) {
		case "os.Exit":
			if f.pkg != "cmd/hermes" && fn.Name.Name != "TestMain" {
				say(call.Pos(), "only main ends the process")
			}
		case "log.Fatal", "log.Fatalf", "log.Fatalln":
			say(call.Pos(), "only main ends the process")
		case "time.Sleep":
			if f.test && !f.bubble {
				say(call.Pos(), "tests do not sleep: use testing/synctest, or wait for what is awaited")
			}
		}
		return true
	})
}

func name(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return ""
}

// The judge is tried on what it must not let pass.
func TestJudge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, src string
		want      string
	}{
		"init":          {"core/a/a.go", "package a\nfunc init() {}\n", "no init()"},
		"exit":          {"core/a/a.go", "package a\nimport \"os\"\nfunc f() { os.Exit(1) }\n", "only main"},
		"exit in main":  {"cmd/hermes/a.go", "package main\nimport \"os\"\nfunc main() { os.Exit(1) }\n", ""},
		"fatal":         {"core/a/a.go", "package a\nimport \"log\"\nfunc f() { log.Fatal(1) }\n", "only main"},
		"sleep":         {"core/a/a_test.go", "package a\nimport \"time\"\nfunc f() { time.Sleep(1) }\n", "do not sleep"},
		"long file":     {"core/a/a.go", "package a\n" + strings.Repeat("\n", maxFile), "500 lines"},
		"long function": {"core/a/a.go", "package a\nfunc f() {\n" + strings.Repeat("\n", maxFunction) + "}\n", "80 lines"},
		"long test":     {"core/a/a_test.go", "package a\nfunc f() {\n" + strings.Repeat("\n", maxFunction) + "}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &file{name: c.file, pkg: filepath.Dir(c.file), test: strings.HasSuffix(c.file, "_test.go"), src: []byte(c.src), fset: token.NewFileSet()}
			var err error
			if f.ast, err = parser.ParseFile(f.fset, f.name, c.src, parser.SkipObjectResolution); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(judge(f), "\n")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("judged %q, want %q", got, c.want)
			}
		})
	}
}
