package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// loadEnvFile reads the env_file before anything else is computed, because
// everything else may need it.
func (l *loader) loadEnvFile() {
	path, dir, at := l.env.process[envFileVariable], "", hcl.Range{}
	if path == "" {
		var ok bool
		if path, at, ok = l.envFileAttr(); !ok {
			return
		}
		dir = filepath.Dir(l.index.hermes.src.name)
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	l.env.fileName = path
	content, err := l.read(dir, path)
	if err == nil {
		l.warnReadable(dir, path, at)
		err = l.env.read(content)
	}
	if err != nil && !l.o.NoEnv {
		l.env.lenient = true // one problem, not one for every variable as well
		l.report.fail(at, "Cannot read the env_file", fmt.Sprintf("%s: %s. It has lines such as OPENAI_API_KEY=…, and its path is relative to the config file.", path, reason(err)))
	}
}

// envFileAttr computes hermes { env_file }. What is wrong with it is told when
// the block is decoded.
func (l *loader) envFileAttr() (path string, at hcl.Range, ok bool) {
	h := l.index.hermes
	if h == nil {
		return "", at, false
	}
	a := h.block.Body.Attributes["env_file"]
	if a == nil {
		return "", at, false
	}
	text, ok := stringValue(a.Expr, l.context(h.src))
	return text, a.Expr.Range(), ok && text != ""
}

// stringValue computes an expression that should be a string.
func stringValue(expr hclsyntax.Expression, ctx *hcl.EvalContext) (string, bool) {
	v, diags := expr.Value(ctx)
	if diags.HasErrors() {
		return "", false
	}
	v, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return "", false
	}
	return v.AsString(), true
}

// warnReadable warns of an env_file that others on this machine may read.
func (l *loader) warnReadable(dir, path string, at hcl.Range) {
	if _, virtual := l.o.Files[path]; virtual {
		return
	}
	info, err := os.Stat(resolve(dir, path))
	if err == nil && info.Mode().Perm()&0o044 != 0 {
		l.report.warn(at, "Others can read the env_file", fmt.Sprintf("%s holds secrets, and its mode is %04o. Run: chmod 600 %s", path, info.Mode().Perm(), path))
	}
}

// decodeHermes puts what the hermes block says into Config.Process. What the
// values may be is the business of core/settings.
func (l *loader) decodeHermes() {
	o := l.index.hermes
	if o == nil {
		return
	}
	var b hermesBlock
	n := o.node()
	if l.decode(n, o.block.Body, reflect.ValueOf(&b).Elem()) {
		l.flatten(n, "", reflect.ValueOf(&b).Elem())
	}
}

// flatten copies the attributes that were written, as dotted keys.
func (l *loader) flatten(n *node, prefix string, v reflect.Value) {
	for _, f := range l.schema.of(v.Type()).attrs {
		if a := n.attrs[f.name]; a != nil && !isNull(a.Expr) {
			l.cfg.Process[prefix+f.name] = v.Field(f.index).String()
		}
	}
	for _, f := range l.schema.of(v.Type()).blocks {
		for _, c := range n.blocks {
			if c.kind == f.name {
				l.flatten(c.node, prefix+f.name+".", v.Field(f.index).Elem())
			}
		}
	}
}

func isNull(expr hclsyntax.Expression) bool {
	e, ok := expr.(*hclsyntax.LiteralValueExpr)
	return ok && e.Val.IsNull()
}
