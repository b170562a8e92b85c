package engine_test

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	gocmp "github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
)

var update = flag.Bool("update", false, "rewrite what the archives expect")

// TestReloadArchives runs testdata/*.txtar. Each holds a configuration before
// and after (before/hermes.hcl, after/hermes.hcl, files beside them, and env
// with KEY=VALUE lines), the plan that is expected, and the behaviour: what is
// built, ended, run and closed by the reload, and what each platform answers
// to "hi" before and after it.
func TestReloadArchives(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) < 12 {
		t.Fatalf("%d archives, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			var plan, behaviour string
			synctest.Test(t, func(t *testing.T) { plan, behaviour = reloadArchive(t, a, dir) })
			expect(t, a, path, map[string]string{"plan": plan, "behaviour": behaviour})
		})
	}
}

// expect compares sections of the archive, or rewrites them.
func expect(t *testing.T, a *txtar.Archive, path string, got map[string]string) {
	t.Helper()
	if *update {
		a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return got[f.Name] != "" })
		for _, name := range []string{"plan", "behaviour"} {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, text := range got {
		want := "(no such section)"
		for _, f := range a.Files {
			if f.Name == name {
				want = string(f.Data)
			}
		}
		if diff := gocmp.Diff(want, text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// reloadArchive does what the archive says and tells what happened.
func reloadArchive(t *testing.T, a *txtar.Archive, dir string) (plan, behaviour string) {
	t.Helper()
	w := newWorld()
	env := unpack(t, a, dir, "before")
	read := func() (*config.Config, config.Diagnostics) {
		return config.Load(filepath.Join(dir, "hermes.hcl"), config.Options{Set: w.set(), Environ: env})
	}
	cfg, problems := read()
	if cfg == nil {
		t.Fatalf("the configuration before is not valid:\n%s", problems.Error())
	}
	g := w.newGateway(cfg, func(o *engine.Options) { o.Load = read }).start(t)
	defer func() {
		if err := g.end(); err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	var b strings.Builder
	w.converse(t, g, &b, "before")

	env = unpack(t, a, dir, "after")
	w.since()
	d, err := g.Reload(t.Context())
	synctest.Wait()
	for _, s := range d.Plan.Steps {
		plan += strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Action, s.Address, or(s.Reason != "", "("+s.Reason+")"))) + "\n"
	}
	if err != nil {
		fmt.Fprintf(&b, "refused: %v\n", err)
		for _, p := range d.Problems {
			fmt.Fprintf(&b, "%s: %s, line %d\n", p.Severity, p.Summary, p.Line)
		}
		plan += or(plan == "", "none\n")
	}
	for _, e := range grouped(w.since()) {
		fmt.Fprintln(&b, e)
	}
	w.converse(t, g, &b, "after")
	return plan, b.String()
}

func or(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// unpack writes the files of one side of the archive and returns its environment.
func unpack(t *testing.T, a *txtar.Archive, dir, side string) (env []string) {
	t.Helper()
	for _, f := range a.Files {
		name, ok := strings.CutPrefix(f.Name, side+"/")
		switch {
		case !ok:
		case name == "env":
			env = strings.Fields(string(f.Data))
		default:
			if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return env
}

// converse says hi on every platform and writes down what each answers.
func (w *world) converse(t *testing.T, g *gateway, b *strings.Builder, side string) {
	t.Helper()
	for _, s := range g.Status().Platforms {
		if s.State != chat.Connected {
			fmt.Fprintf(b, "%s: %s is %s\n", side, s.Address, s.State)
			continue
		}
		p := w.platform(strings.TrimPrefix(s.Address, "platform.fake."))
		c := side + s.Address
		p.say(t, c, "hi")
		synctest.Wait()
		fmt.Fprintf(b, "%s: %s answers %s\n", side, s.Address, strings.Join(w.got(c), " | "))
	}
	for _, c := range g.Status().Circuits {
		if c.State != "closed" {
			fmt.Fprintf(b, "%s: %s circuit of %s is %s\n", side, c.Circuit, c.Provider, c.State)
		}
	}
}

// grouped puts events that happen side by side in an order that does not change.
func grouped(events []string) []string {
	verbs := []string{"build", "end", "run", "close"}
	verb := func(e string) int { return slices.Index(verbs, strings.Fields(e)[0]) }
	slices.SortFunc(events, func(a, b string) int { return cmp.Or(cmp.Compare(verb(a), verb(b)), cmp.Compare(a, b)) })
	return events
}

// set is the plugins of this world.
func (w *world) set() plugin.Set {
	return plugin.Set{
		Platforms: []plugin.Spec[chat.Platform]{{
			Type: "fake", Summary: "a platform of the tests",
			Default: func() plugin.Config[chat.Platform] { return &platformConfig{w: w} },
		}},
		Providers: []plugin.Spec[llm.Provider]{{
			Type: "fake", Summary: "a provider of the tests",
			Default: func() plugin.Config[llm.Provider] { return &providerConfig{w: w} },
		}},
	}
}
