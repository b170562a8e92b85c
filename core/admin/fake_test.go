package admin

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/fault"
)

func update() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files anew")
	goleak.VerifyTestMain(m)
}

// gateway is a Gateway that remembers its orders.
type gateway struct {
	mu     sync.Mutex
	status engine.Status
	ready  bool
	reload func() (engine.ReloadDone, error)
	plan   func() (engine.Plan, config.Diagnostics, error)
	orders []string
}

func (g *gateway) Status() engine.Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.status
}

func (g *gateway) Ready() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.ready
}

func (g *gateway) Reload(context.Context) (engine.ReloadDone, error) { return g.reload() }

func (g *gateway) Plan(context.Context) (engine.Plan, config.Diagnostics, error) { return g.plan() }

func (g *gateway) ResetBreaker(name string) error { return g.order(name, "reset "+name) }

func (g *gateway) OpenBreaker(name string, d time.Duration) error {
	return g.order(name, "open "+name+" "+d.String())
}

func (g *gateway) order(name, what string) error {
	if name == "openai.nobody" {
		return errors.Join(engine.ErrUnknownProvider)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.orders = append(g.orders, what)
	return nil
}

func facts(s engine.Status) Status {
	return Status{Status: s, DataDir: "/srv/hermes", LastEnding: &Ending{Reason: "was asked to stop"}}
}

func noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }

func fullStatus() engine.Status {
	now := noon()
	return engine.Status{
		Version: "1.2.3", PID: 4711, Started: now.Add(-26 * time.Hour), Generation: 3, Files: []string{"hermes.hcl"},
		Platforms: []engine.PlatformStatus{
			{Address: "platform.telegram.bot", State: chat.Retrying, Reason: "Telegram answers 502.", Since: now.Add(-3 * time.Minute), RetryAt: now.Add(20 * time.Second), Restarts: 1},
			{Address: "platform.console.terminal", State: chat.Connected, Since: now.Add(-26 * time.Hour)},
		},
		Circuits: []breaker.Circuit{
			{Provider: "provider.openai.primary", Circuit: "quota", Scope: "provider", State: breaker.Open, Kind: fault.BudgetHold, Status: 402, Code: "daily_limit_busy", Since: now.Add(-10 * time.Second), OpenUntil: now.Add(20 * time.Second)},
			{Provider: "provider.openai.primary", Circuit: "health", Scope: "provider", State: breaker.HalfOpen, Kind: fault.Timeout, Since: now.Add(-time.Minute), OpenUntil: now.Add(-time.Second), Reopened: 2},
			{Provider: "provider.openai.primary", Circuit: "quota", Scope: "model", Model: "gpt-0", State: breaker.Open, Kind: fault.ModelNotFound, Status: 404, OpenUntil: now.Add(23 * time.Hour)},
			{Provider: "provider.simulated.spare", Circuit: "quota", Scope: "provider", State: breaker.Open, Manual: true, OpenUntil: now.Add(10 * time.Minute)},
			{Provider: "provider.simulated.spare", Circuit: "health", Scope: "provider", State: breaker.Closed},
		},
		Chains:  []engine.ChainStatus{{Address: "chain.default", Links: []string{"provider.openai.primary", "provider.simulated.spare"}}},
		Waiting: 2, Running: 1,
		LastReload: &engine.ReloadDone{At: now.Add(-time.Hour), Duration: 12 * time.Millisecond, Plan: engine.Plan{Steps: []engine.Step{
			{Address: "provider.openai.primary", Action: engine.Keep}, {Address: "chain.default", Action: engine.Replace}, {Address: "agent.helper", Action: engine.Add},
		}}},
	}
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if update() {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if it is right:\n%s", name, diff)
	}
}
