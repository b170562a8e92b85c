package config

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// maxDiagnostics bounds what one reading says: nobody reads more.
const maxDiagnostics = 200

// problem is a diagnostic before it is rendered. The zero range means no place,
// and no severity an error.
type problem struct {
	severity Severity
	summary  string
	detail   string
	at       hcl.Range
}

// report collects problems. They are rendered at the end, when it is known what
// may be shown.
type report struct {
	sources  map[string]*source
	problems []problem
	errors   int
}

func (r *report) add(p problem) {
	if p.severity == "" {
		p.severity = Error
	}
	if p.severity == Error {
		r.errors++
	}
	r.problems = append(r.problems, p)
}

func (r *report) fail(at hcl.Range, summary, detail string) {
	r.add(problem{summary: summary, detail: detail, at: at})
}

func (r *report) warn(at hcl.Range, summary, detail string) {
	r.add(problem{severity: Warning, summary: summary, detail: detail, at: at})
}

func (r *report) failed() bool { return r.errors > 0 }

// diagnostics renders the problems in the order of the files, each once.
func (r *report) diagnostics() Diagnostics {
	slices.SortStableFunc(r.problems, r.compare)
	r.problems = slices.Compact(r.problems)
	left := 0
	if n := len(r.problems); n > maxDiagnostics {
		slices.SortStableFunc(r.problems, func(a, b problem) int { return cmp.Compare(a.severity, b.severity) })
		r.problems, left = r.problems[:maxDiagnostics], n-maxDiagnostics
		slices.SortStableFunc(r.problems, r.compare)
	}
	var out Diagnostics
	for _, p := range r.problems {
		out = append(out, r.render(p))
	}
	if left > 0 {
		out = append(out, Diagnostic{Severity: out[len(out)-1].Severity, Summary: fmt.Sprintf("%d more like these", left)})
	}
	return out
}

func (r *report) compare(a, b problem) int {
	return cmp.Or(
		cmp.Compare(r.order(a), r.order(b)),
		cmp.Compare(a.at.Start.Byte, b.at.Start.Byte),
		cmp.Compare(a.severity, b.severity),
		cmp.Compare(a.summary, b.summary),
		cmp.Compare(a.detail, b.detail),
	)
}

// order is the place of the problem's file; what has no file comes first.
func (r *report) order(p problem) int {
	if s := r.sources[p.at.Filename]; s != nil {
		return s.number + 1
	}
	return 0
}

func (r *report) render(p problem) Diagnostic {
	d := Diagnostic{Severity: p.severity, Summary: p.summary, Detail: p.detail}
	s := r.sources[p.at.Filename]
	if s == nil {
		return d
	}
	d.File, d.Line, d.Column = s.name, p.at.Start.Line, p.at.Start.Column
	d.Snippet = s.snippet(p.at)
	return d
}
