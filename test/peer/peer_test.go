package peer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hermes-gateway/hermes/test/peer"
)

// probe stands in for a test: it notes how it was ended.
type probe struct {
	testing.TB
	ended string
}

func (p *probe) Helper() {}

func (p *probe) Skip(args ...any) {
	p.ended = "skipped: " + args[0].(string)
	panic(p)
}

func (p *probe) Fatal(args ...any) {
	p.ended = "failed: " + args[0].(string)
	panic(p)
}

func end(p *probe, f func(testing.TB)) string {
	defer func() { _ = recover() }()
	f(p)
	return p.ended
}

func TestMissing(t *testing.T) {
	t.Setenv("HERMES_SPECS", t.TempDir())
	for name, f := range map[string]func(testing.TB){
		"no-such-program": func(tb testing.TB) { peer.Binary(tb, "no-such-program") },
		"no-such-spec":    func(tb testing.TB) { peer.Spec(tb, "no-such-spec") },
		"no-such-package": func(tb testing.TB) { peer.Node(tb, "no-such-package") },
	} {
		for require, want := range map[string]string{"": "skipped: ", "1": "failed: "} {
			t.Setenv("HERMES_REQUIRE_PEERS", require)
			p := &probe{TB: t}
			end(p, f)
			if !strings.HasPrefix(p.ended, want) {
				t.Errorf("HERMES_REQUIRE_PEERS=%q, %s missing: %q, want %s", require, name, p.ended, want)
			}
		}
	}
}

func TestSpec(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("HERMES_SPECS", dir)
	want := filepath.Join(dir, "a.json")
	if err := os.WriteFile(want, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := peer.Spec(t, "a.json"); got != want {
		t.Errorf("Spec = %q, want %q", got, want)
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(filepath.Join(peer.Root(t), "cmd", "hermes", "main.go")); err != nil {
		t.Error(err)
	}
}
