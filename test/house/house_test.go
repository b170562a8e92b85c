// Package house proves the rules of the house: who may import whom, how long a
// file may be, what only main may do. The rules are in docs/architecture.md.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/hermes-gateway/hermes/test/peer"
)

const module = "github.com/hermes-gateway/hermes/"

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath   string
	Dir          string
	Doc          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// short is the path inside the module, "core/llm"; "" for other modules.
func (p pkg) short() string {
	s, ok := strings.CutPrefix(p.ImportPath, module)
	if !ok {
		return ""
	}
	return s
}

// packages lists those of this module, but for what is private to a machine.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Doc,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = peer.Root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing the packages: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("reading the list of packages: %v", err)
		}
		if p.short() != "internal/depspin" {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("found %d packages: something is wrong with this test", len(all))
	}
	return all
}

// floors, from the ground up. A room imports only from floors below its own.
var floors = [][]string{
	{"core/fault"},
	{"core/llm"},
	{"core/chat"},
	{"core/queue"},
	{"core/store"},
	{"core/plugin"},
	{"core/breaker", "core/chain"},
	{"core/config", "core/settings", "core/turn"},
	{"core/engine"},
	{"core/admin", "core/service"},
	{"core/cli"},
	{"cmd/hermes"},
}

// what plugins stand on: nothing else of core.
var ground = []string{"core/chat", "core/llm", "core/fault", "core/plugin", "core/store", "core/queue"}

func floorOf(short string) int {
	return slices.IndexFunc(floors, func(f []string) bool {
		return slices.ContainsFunc(f, func(room string) bool { return short == room || strings.HasPrefix(short, room+"/") })
	})
}

// isSuite tells a conformance suite or an emulator: chattest, telegramtest. It
// is imported by tests alone.
func isSuite(short string) bool { return strings.HasSuffix(path.Base(short), "test") }

func TestFloors(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range packages(t) {
		seen[p.short()] = true
		for _, i := range p.Imports {
			if why := forbidden(p.short(), strings.TrimPrefix(i, module)); strings.HasPrefix(i, module) && why != "" {
				t.Errorf("%s imports %s: %s", p.short(), strings.TrimPrefix(i, module), why)
			}
		}
	}
	for _, f := range floors {
		for _, room := range f {
			if !seen[room] {
				t.Errorf("there is no %s: this test talks of a house that was rebuilt", room)
			}
		}
	}
}

// forbidden says why from may not import to, both packages of this module.
func forbidden(from, to string) string {
	root := func(p string) string { return strings.SplitN(p, "/", 2)[0] }
	switch {
	case root(from) == "test":
		return ""
	case root(to) == "test" || root(to) == "internal":
		return "what runs must not need what tests"
	case isSuite(to) && !isSuite(from):
		return "only tests import a conformance suite"
	case root(from) == "plugins" && from != "plugins":
		return forbiddenToPlugin(from, to)
	case from == "plugins":
		return "" // the list of what is compiled in
	case from == "cmd/hermes":
		if to != "plugins" && to != "core/cli" {
			return "main knows the command and the list of plugins, nothing else"
		}
		return ""
	case root(to) == "plugins":
		return "core never imports plugins"
	}
	return above(from, to)
}

func forbiddenToPlugin(from, to string) string {
	own := strings.Join(strings.SplitN(from, "/", 4)[:3], "/")
	if to == own || strings.HasPrefix(to, own+"/") || slices.Contains(ground, to) || isSuite(from) && isSuite(to) {
		return ""
	}
	if strings.HasPrefix(to, "plugins") {
		return "plugins never import each other"
	}
	return "plugins stand on " + strings.Join(ground, ", ") + " only"
}

func above(from, to string) string {
	f, t := floorOf(from), floorOf(to)
	same := strings.SplitN(from+"///", "/", 4)
	switch {
	case f < 0:
		return "the importing package has no floor: add it to this test and to docs/architecture.md"
	case t < 0:
		return "the imported package has no floor: add it to this test and to docs/architecture.md"
	case t < f, strings.HasPrefix(to, same[0]+"/"+same[1]) && t == f:
		return ""
	}
	return "it is on the same floor or above"
}

// owners of third-party libraries: whoever else imports one has to ask its owner.
var owners = map[string][]string{
	"github.com/hashicorp/hcl/":        {"core/config"},
	"github.com/zclconf/go-cty":        {"core/config"},
	"github.com/agext/levenshtein":     {"core/config", "core/settings"},
	"github.com/hashicorp/go-envparse": {"core/config"},
	"github.com/knadh/koanf/":          {"core/settings"},
	"github.com/sony/gobreaker":        {"core/breaker"},
	"github.com/mymmrac/telego":        {"plugins/platforms/telegram"},
	"github.com/yuin/goldmark":         {"plugins/platforms/telegram"},
	"github.com/openai/openai-go":      {"plugins/providers/openai"},
	"github.com/spf13/cobra":           {"core/cli"},
	"github.com/prometheus/":           {"core/admin"},
	"github.com/gofrs/flock":           {"core/service"},
}

func TestOwners(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, i := range p.Imports {
			for library, who := range owners {
				if strings.HasPrefix(i, library) && !slices.Contains(who, p.short()) && !isSuite(p.short()) {
					t.Errorf("%s imports %s, which only %s may", p.short(), i, strings.Join(who, " and "))
				}
			}
		}
	}
}

func TestGround(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if s := p.short(); s != "core/fault" && s != "core/llm" {
			continue
		}
		for _, i := range p.Imports {
			if strings.Contains(strings.SplitN(i, "/", 2)[0], ".") && !strings.HasPrefix(i, module) {
				t.Errorf("%s imports %s: it needs the standard library alone", p.short(), i)
			}
		}
	}
}

func TestDoc(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.short())
		}
	}
}

// The rules themselves are tried on imports that nobody should write.
func TestForbidden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"core/llm", "core/fault", true},
		{"core/fault", "core/llm", false},
		{"core/chain", "core/breaker", false},
		{"core/config", "core/turn", false},
		{"core/engine", "core/config", true},
		{"core/engine", "plugins/platforms/console", false},
		{"core/engine", "core/nowhere", false},
		{"core/chat/chattest", "core/chat", true},
		{"core/chat", "core/chat/chattest", false},
		{"plugins", "plugins/platforms/console", true},
		{"plugins/platforms/console", "core/chat", true},
		{"plugins/platforms/console", "core/engine", false},
		{"plugins/platforms/console", "plugins/platforms/telegram", false},
		{"plugins/platforms/telegram/telegramtest", "plugins/platforms/telegram", true},
		{"cmd/hermes", "core/cli", true},
		{"cmd/hermes", "core/engine", false},
		{"core/cli", "test/e2e", false},
		{"test/e2e", "plugins/platforms/telegram/telegramtest", true},
	} {
		if why := forbidden(c.from, c.to); (why == "") != c.ok {
			t.Errorf("%s importing %s: %q, want ok = %v", c.from, c.to, why, c.ok)
		}
	}
}
