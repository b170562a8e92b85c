package admin

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

func noEnv(string) string { return "" }

// control serves g on a socket in a new directory and returns a client for it.
func control(t *testing.T, g *gateway, stop func()) (*Client, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "h") //nolint:usetesting // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path, err := SocketPath(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewControl(ControlOptions{Path: path, Gateway: g, Facts: facts, Stop: stop})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	client, err := NewClient(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	return client, path
}

func TestClientSeesWhatTheGatewaySays(t *testing.T) {
	t.Parallel()
	g := &gateway{status: fullStatus()}
	c, path := control(t, g, func() {})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("socket: mode %v, error %v", info.Mode(), err)
	}
	got, err := c.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(facts(fullStatus()), got); diff != "" {
		t.Errorf("status differs (-want +got):\n%s", diff)
	}
	list, err := c.Breakers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fullStatus().Circuits, list); diff != "" {
		t.Errorf("breakers differ (-want +got):\n%s", diff)
	}
}

func TestOrders(t *testing.T) {
	t.Parallel()
	stopped := make(chan struct{}, 1)
	g := &gateway{}
	c, _ := control(t, g, func() { stopped <- struct{}{} })
	ctx := t.Context()
	if err := errors.Join(c.ResetBreaker(ctx, "openai.a"), c.OpenBreaker(ctx, "openai.b", 10*time.Minute), c.Stop(ctx)); err != nil {
		t.Fatal(err)
	}
	<-stopped
	if want := []string{"reset openai.a", "open openai.b 10m0s"}; !slices.Equal(g.orders, want) {
		t.Errorf("orders %q, want %q", g.orders, want)
	}
	for name, err := range map[string]error{
		"unknown":  c.ResetBreaker(ctx, "openai.nobody"),
		"negative": c.OpenBreaker(ctx, "openai.b", -time.Minute),
	} {
		if !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want ErrRefused", name, err)
		}
	}
}

func TestReloadVerdict(t *testing.T) {
	t.Parallel()
	problems := config.Diagnostics{{Severity: config.Error, Summary: "Unknown attribute", File: "hermes.hcl", Line: 3}}
	g := &gateway{
		reload: func() (engine.ReloadDone, error) {
			d := engine.ReloadDone{At: noon(), Problems: problems, Error: "the configuration is not valid"}
			return d, errors.New(d.Error)
		},
		plan: func() (engine.Plan, config.Diagnostics, error) {
			return engine.Plan{Steps: []engine.Step{{Address: "chain.default", Action: engine.Keep}}}, nil, nil
		},
	}
	c, _ := control(t, g, func() {})
	done, err := c.Reload(t.Context())
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "not valid") {
		t.Errorf("refused reload: %v", err)
	}
	if diff := cmp.Diff(problems, done.Problems); diff != "" {
		t.Errorf("problems differ (-want +got):\n%s", diff)
	}
	plan, _, err := c.Plan(t.Context())
	if err != nil || len(plan.Steps) != 1 {
		t.Errorf("plan %+v, error %v", plan, err)
	}
	g.reload = func() (engine.ReloadDone, error) { return engine.ReloadDone{At: noon()}, nil }
	if _, err := c.Reload(t.Context()); err != nil {
		t.Errorf("committed reload: %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := NewClient(dir, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Status(t.Context()); !errors.Is(err, ErrNotRunning) || !strings.Contains(err.Error(), dir) {
		t.Errorf("no socket: %v", err)
	}
}

func TestStaleSocketIsReplaced(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "h") //nolint:usetesting // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, socketFile)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := listenSocket(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
}

func TestSocketPath(t *testing.T) {
	t.Parallel()
	short, long := "/srv/hermes", "/"+strings.Repeat("long/", 30)
	runtime := func(dir string) func(string) string {
		return func(name string) string {
			if name == "XDG_RUNTIME_DIR" {
				return dir
			}
			return ""
		}
	}
	for name, tc := range map[string]struct {
		dir, runtime string
		prefix, err  string
	}{
		"beside_the_data": {dir: short, runtime: "/run/user/1", prefix: "/srv/hermes/hermes.sock"},
		"moved":           {dir: long, runtime: "/run/user/1", prefix: "/run/user/1/hermes/"},
		"nowhere_to_go":   {dir: long, err: "XDG_RUNTIME_DIR"},
		"relative":        {dir: long, runtime: "run", err: "XDG_RUNTIME_DIR"},
		"both_too_long":   {dir: long, runtime: long, err: "shorter data_dir"},
	} {
		path, err := SocketPath(tc.dir, runtime(tc.runtime))
		if tc.err != "" {
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s: error %v, want %q", name, err, tc.err)
			}
			continue
		}
		if err != nil || !strings.HasPrefix(path, tc.prefix) || len(path) > maxSocketPath {
			t.Errorf("%s: %q, %v", name, path, err)
		}
	}
	a, _ := SocketPath(long, runtime("/run"))
	b, _ := SocketPath(long+"x", runtime("/run"))
	if a == b {
		t.Error("two data directories share a socket")
	}
}
