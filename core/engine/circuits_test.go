package engine_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

func TestCircuitsFollowTheAccount(t *testing.T) {
	open := func(g *gateway) bool {
		for _, c := range g.Status().Circuits {
			if c.State == breaker.Open && c.Provider == "provider.fake.a" {
				return true
			}
		}
		return false
	}
	key := func(k string) providerConfig { return providerConfig{APIKey: "k1", Answer: k} }
	bubble(t, oneOf(key("one")), func(t *testing.T, g *gateway) {
		if err := g.OpenBreaker("fake.a", time.Hour); err != nil || !open(g) {
			t.Fatalf("OpenBreaker: %v, circuits %+v", err, g.Status().Circuits)
		}
		reload := func(cfg *config.Config) {
			t.Helper()
			g.edit(cfg)
			if _, err := g.Reload(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		x := g.w.on("x", platformConfig{})
		tuned := g.w.simple(key("two"), x)
		tuned.Providers[0].Breaker.Failures = 9
		reload(tuned)
		if !open(g) {
			t.Error("tuning the provider closed its circuit")
		}
		other := g.w.simple(providerConfig{APIKey: "k2"}, x)
		reload(other)
		if open(g) {
			t.Error("another account inherited the open circuit")
		}
		reload(g.w.simple(key("three"), x))
		if !open(g) {
			t.Error("the first account came back and its circuit was forgotten")
		}
		if err := g.ResetBreaker("provider.fake.a"); err != nil || open(g) {
			t.Errorf("ResetBreaker: %v", err)
		}
		for _, err := range []error{g.ResetBreaker("fake.b"), g.OpenBreaker("a", time.Hour)} {
			if !errors.Is(err, engine.ErrUnknownProvider) || !strings.Contains(err.Error(), "provider.fake.a") {
				t.Errorf("unknown name: %v", err)
			}
		}
		if err := g.OpenBreaker("fake.a", 0); err == nil {
			t.Error("a breaker was opened for no time")
		}
		opened := strings.Count(g.w.logged(), "circuit opened")
		if opened != 1 || !strings.Contains(g.w.logged(), "open_until=") {
			t.Errorf("%d circuits opened in the log:\n%s", opened, g.w.logged())
		}
	})
}

// F1: a 402 costs nobody anything: the next link answers, and the first one is
// not asked again.
func TestQuotaFaultMovesOnAndIsLoggedOnce(t *testing.T) {
	cfg := func(w *world) *config.Config {
		c := w.simple(providerConfig{Fault: "billing"}, w.on("x", platformConfig{}))
		c.Providers = append(c.Providers, w.provider("b", providerConfig{Answer: "b says"}))
		c.Chains[0] = chainOf("default", "a", "b")
		return c
	}
	bubble(t, cfg, func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "c", "one", "two", "/status")
		synctest.Wait()
		got := strings.Join(g.w.got("c"), "\n")
		for _, want := range []string{"b says one", "b says two", "I can answer right now."} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in %q", want, got)
			}
		}
		log := g.w.logged()
		if n := strings.Count(log, "circuit opened"); n != 1 {
			t.Errorf("%d circuits opened in the log:\n%s", n, log)
		}
		for _, want := range []string{"billing", "402", "open_until=", "provider.fake.a billing (402), provider.fake.b ok", "provider.fake.a circuit_open, provider.fake.b ok"} {
			if !strings.Contains(log, want) {
				t.Errorf("no %q in the log:\n%s", want, log)
			}
		}
	})
}

// F2: every provider is out.
func TestEveryLinkOutIsToldWhenTheNextIsBack(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		if err := g.OpenBreaker("fake.a", 12*time.Minute); err != nil {
			t.Fatal(err)
		}
		x, begin := g.w.platform("x"), time.Now()
		x.say(t, "c", "hi")
		x.say(t, "d", "/status")
		synctest.Wait()
		if took := time.Since(begin); took > 200*time.Millisecond {
			t.Errorf("it took %s", took)
		}
		want := "The model I can ask is out right now. It is expected back at 00:12 UTC, in about 12 minutes."
		wantTexts(t, g.w.got("c"), want)
		wantTexts(t, g.w.got("d"), want)
		time.Sleep(13 * time.Minute)
		x.say(t, "c", "again")
		synctest.Wait()
		wantTexts(t, g.w.got("c")[1:], "echo again")
	})
}
