package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// checkExpression refuses what the language does not have, before anything is
// computed: variables, loops and functions of other languages. It never repeats
// a word that might be a key without quotes.
func (l *loader) checkExpression(expr hclsyntax.Expression) bool {
	before := l.report.errors
	var loops []hcl.Range
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		switch e := n.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			if !slices.ContainsFunc(loops, func(r hcl.Range) bool { return r.Overlaps(e.Range()) }) {
				l.report.fail(e.Range(), "Unexpected word", wordAdvice(e.Traversal))
			}
		case *hclsyntax.ForExpr:
			loops = append(loops, e.Range())
			l.report.fail(e.Range(), "Loops are not supported", "Write the elements out.")
		case *hclsyntax.FunctionCallExpr:
			l.checkFunction(e)
		}
		return nil
	})
	return l.report.errors == before
}

func wordAdvice(t hcl.Traversal) string {
	if slices.Contains(referenceKinds(), t.RootName()) {
		return "References to other blocks cannot be used here: this attribute takes a value."
	}
	return "A word without quotes is a variable, and there are none. Put the text in double quotes."
}

func (l *loader) checkFunction(e *hclsyntax.FunctionCallExpr) {
	var known []string
	for _, f := range functionDocs() {
		if f.name == e.Name {
			return
		}
		known = append(known, f.name)
	}
	if c := closest(e.Name, known); c != "" {
		l.report.fail(e.NameRange, "Unknown function", fmt.Sprintf("There is no such function. Did you mean %s()?", c))
		return
	}
	l.report.fail(e.NameRange, "Unknown function", "There is no such function."+oneOf(known))
}

// evaluationProblem turns a diagnostic of the evaluator into one of ours. The
// texts of the library may quote values, so they are not used.
func (l *loader) evaluationProblem(d *hcl.Diagnostic, a *hclsyntax.Attribute, show bool) problem {
	p := problem{summary: "Invalid value", detail: fmt.Sprintf("The value of %q cannot be computed: its parts do not fit together.", a.Name), at: a.Expr.Range()}
	if d.Subject != nil {
		p.at = *d.Subject
	}
	extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d)
	if !ok {
		return p
	}
	if d.Context != nil {
		p.at = *d.Context
	}
	name, err := extra.CalledFunctionName(), extra.FunctionCallError()
	p.summary, p.detail = "Function failed", fmt.Sprintf("%s() cannot work with these arguments. It is called as %s.", name, signature(name))
	if why, ok := errors.AsType[adviceError](err); ok {
		p.detail = string(why)
	}
	if missing, ok := errors.AsType[*missingVariableError](err); ok {
		p.summary, p.detail = "Missing environment variable", l.env.explain(missing)
	}
	if file, ok := errors.AsType[*unreadableError](err); ok {
		p.summary, p.detail = "Cannot read the file", file.explain(show)
	}
	return p
}

func signature(name string) string {
	for _, f := range functionDocs() {
		if f.name == name {
			return f.call
		}
	}
	return name + "()"
}

// explain says what is wrong with the file. The path is shown only where a
// literal may be: somebody may have written a key there.
func (u *unreadableError) explain(show bool) string {
	if !show {
		return fmt.Sprintf("The file named here: %s. The path is relative to the config file.", reason(u.why))
	}
	return fmt.Sprintf("%s: %s. The path is relative to the config file.", u.path, reason(u.why))
}
