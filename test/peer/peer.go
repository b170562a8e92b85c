// Package peer finds what the tests talk to that nobody here wrote: Node and its
// packages, programs, and public specifications. Where one is missing the test
// is skipped with the reason, or fails when HERMES_REQUIRE_PEERS=1, as in CI.
package peer

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Node returns the path of the node program and the folder of the installed npm
// packages (`make peers`), which holds each of the named ones.
func Node(tb testing.TB, packages ...string) (node, modules string) {
	tb.Helper()
	node = Binary(tb, "node")
	modules = filepath.Join(Root(tb), ".cache", "peers", "node_modules")
	for _, p := range packages {
		if _, err := os.Stat(filepath.Join(modules, p)); err != nil {
			missing(tb, "the npm package "+p+" is not there: run make peers")
		}
	}
	return node, modules
}

// Binary returns the path of a program.
func Binary(tb testing.TB, name string) string {
	tb.Helper()
	for _, dir := range []string{"", "/usr/sbin", "/usr/local/sbin"} { // a person's PATH may lack sbin
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	missing(tb, "the program "+name+" is not installed")
	return ""
}

// Toxiproxy returns the path of the toxiproxy server: $TOXIPROXY, or what `make
// tools` built, or what is in the PATH.
func Toxiproxy(tb testing.TB) string {
	tb.Helper()
	if path := os.Getenv("TOXIPROXY"); path != "" {
		return path
	}
	if cache, err := os.UserCacheDir(); err == nil {
		built := filepath.Join(cache, "hermes", "tools", "toxiproxy-server-v2.12.0")
		if _, err := os.Stat(built); err == nil {
			return built
		}
	}
	return Binary(tb, "toxiproxy-server")
}

// Spec returns the path of a public specification, such as
// "telegram-bot-api.json". They are large and not ours, so they live in the
// folder that HERMES_SPECS names, or in ../shared/spec beside the checkout.
func Spec(tb testing.TB, name string) string {
	tb.Helper()
	dir := os.Getenv("HERMES_SPECS")
	if dir == "" {
		dir = filepath.Join(Root(tb), "..", "shared", "spec")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		missing(tb, "the specification "+name+" is not there: set HERMES_SPECS to its folder")
	}
	return path
}

// Root returns the folder of go.mod.
func Root(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatalf("finding the working directory: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("finding go.mod: no folder above has one")
		}
		dir = up
	}
}

func missing(tb testing.TB, reason string) {
	tb.Helper()
	if os.Getenv("HERMES_REQUIRE_PEERS") == "1" {
		tb.Fatal(reason)
	}
	tb.Skip(reason)
}
