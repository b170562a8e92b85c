package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/llm"
)

func TestEqualConfigChangesNothing(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		g.w.since()
		g.edit(g.w.simple(providerConfig{Answer: "echo"}, g.w.on("x", platformConfig{})))
		d, err := g.Reload(t.Context())
		if err != nil || d.Plan.Changes() || len(d.Plan.Steps) != 3 || d.Error != "" {
			t.Errorf("%+v, %v", d, err)
		}
		if e := g.w.since(); len(e) > 0 || g.Status().Generation != 1 {
			t.Errorf("generation %d after %q", g.Status().Generation, e)
		}
		if last := g.Status().LastReload; last == nil || last.Error != "" {
			t.Errorf("last reload %+v", last)
		}
	})
}

func TestRefusedReloadChangesNothing(t *testing.T) {
	t.Parallel()
	broken := config.Diagnostic{Severity: config.Error, Summary: "Unknown attribute", File: "hermes.hcl", Line: 3}
	for _, c := range []struct {
		name string
		edit func(g *gateway)
		want string
	}{
		{"errors in the files", func(g *gateway) { g.edit(nil, broken) }, "not valid"},
		{"no config at all", func(g *gateway) { g.edit(nil) }, "not valid"},
		{"a plugin that cannot be made", func(g *gateway) {
			g.edit(g.w.simple(providerConfig{Answer: "new"}, g.w.on("x", platformConfig{Mode: "new_fails"})))
		}, "no room"},
		{"a plugin that panics", func(g *gateway) {
			g.edit(g.w.simple(providerConfig{Fault: "new_panics"}, g.w.on("x", platformConfig{Token: "t2"})))
		}, "building provider.fake.a: panic"},
		{"another store", func(g *gateway) {
			cfg := g.w.simple(providerConfig{Answer: "new"}, g.w.on("x", platformConfig{}))
			cfg.Store = &config.Store{Type: "sqlite"}
			g.edit(cfg)
		}, "restart required"},
		{"refused by the owner", func(g *gateway) {
			cfg := g.w.simple(providerConfig{Answer: "new"}, g.w.on("x", platformConfig{}))
			cfg.Dir = "/elsewhere"
			g.edit(cfg)
		}, "data_dir has changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				var told []engine.ReloadDone
				g := w.newGateway(oneOf(providerConfig{Answer: "echo"})(w), func(o *engine.Options) {
					o.Check = func(cfg *config.Config) error {
						if cfg.Dir != "" {
							return errors.New("data_dir has changed: restart required")
						}
						return nil
					}
					o.Hooks.Reload = func(d engine.ReloadDone) { told = append(told, d) }
				}).start(t)
				synctest.Wait()
				before := g.w.platform("x")
				g.w.since()
				c.edit(g)
				d, err := g.Reload(t.Context())
				if err == nil || !strings.Contains(err.Error(), c.want) || d.Error != err.Error() {
					t.Errorf("%+v, %v; want %q", d, err, c.want)
				}
				for _, e := range g.w.since() {
					if strings.HasPrefix(e, "run") || strings.HasPrefix(e, "end") {
						t.Errorf("the refused reload did %q", e)
					}
				}
				before.say(t, "c", "hi")
				synctest.Wait()
				wantTexts(t, g.w.got("c"), "echo hi")
				if s := g.Status(); s.Generation != 1 || s.LastReload.Error == "" || len(told) != 1 || told[0].Error == "" {
					t.Errorf("generation %d, last reload %+v, told %+v", s.Generation, s.LastReload, told)
				}
				if err := g.end(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestPlanChangesNothing(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		g.w.since()
		warning := config.Diagnostic{Severity: config.Warning, Summary: "Unused provider"}
		g.edit(g.w.simple(providerConfig{Answer: "new"}, g.w.on("x", platformConfig{})), warning)
		p, problems, err := g.Plan(t.Context())
		if err != nil || !p.Changes() || len(problems) != 1 || p.Steps[0].Action != engine.Replace || p.Steps[0].Reason != "answer" {
			t.Errorf("%+v, %+v, %v", p, problems, err)
		}
		if e := g.w.since(); len(e) > 0 || g.Status().LastReload != nil {
			t.Errorf("the plan did %q", e)
		}
		g.edit(nil, config.Diagnostic{Severity: config.Error})
		if _, problems, err := g.Plan(t.Context()); !errors.Is(err, engine.ErrInvalid) || len(problems) != 1 {
			t.Errorf("%v, %v", problems, err)
		}
	})
}

func TestTurnsInFlightEndOnTheOldGeneration(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "old", Takes: "10s"}), func(t *testing.T, g *gateway) {
		g.w.platform("x").say(t, "c", "one", "two")
		time.Sleep(time.Second)
		g.w.since()
		g.edit(g.w.simple(providerConfig{Answer: "new", Takes: "1s"}, g.w.on("x", platformConfig{Token: "t2"})))
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		wantTexts(t, g.w.since(), "build provider.fake.a", "build platform.fake.x", "end platform.fake.x", "run platform.fake.x")
		time.Sleep(15 * time.Second)
		wantTexts(t, g.w.got("c"), "old one", "new two")
		closed := g.w.since()
		slices.Sort(closed)
		wantTexts(t, closed, "close platform.fake.x", "close provider.fake.a")
	})
}

func TestRetryingPlatformIsTriedAgainOnEveryReload(t *testing.T) {
	bubble(t, misbehaving("refused"), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		if s := g.status("platform.fake.x"); s.State != chat.Retrying || s.Reason != "401" {
			t.Errorf("status %+v", s)
		}
		for n := range 3 {
			if _, err := g.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if x.ran() != n+2 || g.w.platform("y").ran() != 1 {
				t.Errorf("after reload %d it ran %d times, the healthy one %d", n+1, x.ran(), g.w.platform("y").ran())
			}
		}
		if s := g.status("platform.fake.x"); s.Restarts != 0 {
			t.Errorf("the reloads count as restarts: %+v", s)
		}
	})
}

func TestPauseEndsOnReload(t *testing.T) {
	bubble(t, misbehaving("fails"), func(t *testing.T, g *gateway) {
		time.Sleep(10 * time.Minute) // the pauses have grown to a minute
		g.w.platform("x").behave("")
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s := g.status("platform.fake.x"); s.State != chat.Connected {
			t.Errorf("status %+v", s)
		}
	})
}

func TestConcurrentReloadsCoalesce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		loads := 0
		g := w.newGateway(oneOf(providerConfig{})(w), func(o *engine.Options) {
			load := o.Load
			o.Load = func() (*config.Config, config.Diagnostics) {
				loads++
				time.Sleep(time.Second)
				return load()
			}
		}).start(t)
		synctest.Wait()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := g.Reload(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if loads != 2 {
			t.Errorf("50 reloads read the files %d times, want twice", loads)
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, err := g.Reload(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Reload with a short deadline: %v", err)
		}
		if err := g.end(); err != nil {
			t.Error(err)
		}
		if loads != 3 {
			t.Errorf("%d loads, want 3: the reload goes on without its caller", loads)
		}
	})
}

// F10, F12 in miniature: order and completeness under random latencies while
// the configuration is replaced again and again.
func TestNoTurnIsLostOrOvertakenOverTwentyReloads(t *testing.T) {
	const chats, turns, rounds = 50, 40, 20
	do := func(_ context.Context, r *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
		time.Sleep(rand.N(300 * time.Millisecond))
		return &llm.Response{Text: r.Messages[len(r.Messages)-1].Text}, nil
	}
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		cfg := func(n int) *config.Config {
			// Every other reload replaces the platform, every one the provider.
			c := w.simple(providerConfig{}, w.on("x", platformConfig{Token: "t", Allow: []string{fmt.Sprint(n / 2)}}))
			c.Providers[0].Config = &roundConfig{providerConfig{w: w, do: do}, n}
			return c
		}
		g := w.newGateway(cfg(0), nil).start(t)
		synctest.Wait()
		var senders sync.WaitGroup
		for c := range chats {
			senders.Go(func() {
				for n := range turns {
					time.Sleep(rand.N(500 * time.Millisecond))
					for w.platform("x").accept(t.Context(), chat.Batch{Messages: []chat.Message{message(fmt.Sprint("c", c), fmt.Sprint(n))}}) != nil {
						time.Sleep(10 * time.Millisecond) // between two platforms: offered again
					}
				}
			})
		}
		for n := range rounds {
			time.Sleep(400 * time.Millisecond)
			g.edit(cfg(n + 1))
			if _, err := g.Reload(t.Context()); err != nil {
				t.Error(err)
			}
		}
		senders.Wait()
		time.Sleep(time.Minute)
		lost, inversions := 0, 0
		for c := range chats {
			got := w.got(fmt.Sprint("c", c))
			lost += turns - len(got)
			for n, text := range got {
				if text != fmt.Sprint(n) {
					inversions++
				}
			}
		}
		if lost != 0 || inversions != 0 || g.Status().Generation != rounds+1 {
			t.Errorf("%d turns lost, %d inversions, generation %d", lost, inversions, g.Status().Generation)
		}
		t.Logf("%d turns over %d reloads: %d lost, %d inversions", chats*turns, rounds, lost, inversions)
		if err := g.end(); err != nil {
			t.Error(err)
		}
	})
}

// roundConfig differs from round to round.
type roundConfig struct {
	providerConfig
	Round int `hcl:"round"`
}

// F13: reloads leave nothing behind.
func TestHundredReloadsLeaveNoGoroutine(t *testing.T) {
	// Not parallel: it counts the goroutines of the process.
	w := newWorld()
	cfg := func(n int) *config.Config {
		return w.simple(providerConfig{Answer: fmt.Sprint(n)}, w.on("x", platformConfig{Token: "t", Allow: []string{fmt.Sprint(n)}}))
	}
	g := w.newGateway(cfg(0), nil).start(t)
	for !g.Ready() {
		runtime.Gosched()
	}
	// settled yields until no more than want are left, or for long enough to be sure.
	settled := func(want int) int {
		n := runtime.NumGoroutine()
		for begin := time.Now(); n > want && time.Since(begin) < 5*time.Second; n = min(n, runtime.NumGoroutine()) {
			runtime.Gosched()
		}
		return n
	}
	if _, err := g.Reload(t.Context()); err != nil { // the first one that is counted is like the others
		t.Fatal(err)
	}
	before := runtime.NumGoroutine()
	for n := range 100 {
		g.edit(cfg(n + 1))
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	after := settled(before)
	if after > before {
		t.Errorf("%d goroutines before, %d after 100 reloads", before, after)
	}
	t.Logf("goroutines %+d after 100 reloads", after-before)
	if err := g.end(); err != nil {
		t.Error(err)
	}
	closed := strings.Count(strings.Join(w.since(), "\n"), "close ")
	if closed != 2*101 {
		t.Errorf("%d plugins were closed, want %d", closed, 2*101)
	}
}
