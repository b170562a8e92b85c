package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/turn"
)

// bubble runs a test with a gateway in a bubble with a clock of its own.
func bubble(t *testing.T, cfg func(w *world) *config.Config, test func(t *testing.T, g *gateway)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		g := w.newGateway(cfg(w), nil).start(t)
		synctest.Wait()
		defer func() { // also after a fatal failure: nothing may be left in the bubble
			if err := g.end(); err != nil {
				t.Errorf("Run: %v", err)
			}
		}()
		test(t, g)
	})
}

func oneOf(a providerConfig) func(w *world) *config.Config {
	return func(w *world) *config.Config { return w.simple(a, w.on("x", platformConfig{})) }
}

func TestMessageIsAnswered(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		if !g.Ready() {
			t.Error("not ready")
		}
		g.w.platform("x").say(t, "c", "hi", "there")
		synctest.Wait()
		wantTexts(t, g.w.got("c"), "echo hi", "echo there")
		s := g.Status()
		if s.Generation != 1 || s.Version != "test" || len(s.Files) != 1 || s.Platforms[0].State != chat.Connected || s.Chains[0].Links[0] != "provider.fake.a" {
			t.Errorf("status %+v", s)
		}
		for _, want := range []string{"message accepted", "turn answered", "turn=platform.fake.x/c-hi"} {
			if !strings.Contains(g.w.logged(), want) {
				t.Errorf("no %q in the log:\n%s", want, g.w.logged())
			}
		}
		if strings.Contains(g.w.logged(), "echo") {
			t.Errorf("the log shows an answer:\n%s", g.w.logged())
		}
	})
}

func TestMessageIsTakenOnce(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		for range 3 {
			g.w.platform("x").say(t, "c", "hi", "/help")
			synctest.Wait()
		}
		if got := g.w.got("c"); len(got) != 2 {
			t.Errorf("got %q, want one answer and one help", got)
		}
	})
}

func TestCursorMovesWithTheMessages(t *testing.T) {
	bubble(t, oneOf(providerConfig{}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		b := chat.Batch{Messages: []chat.Message{message("c", "hi")}, Cursor: chat.Cursor{Name: "bot1", Value: "42"}}
		if err := x.accept(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if v, err := x.host.Cursor(t.Context(), "bot1"); v != "42" || err != nil {
			t.Errorf("cursor %q, %v", v, err)
		}
		if v, _ := x.host.Cursor(t.Context(), "bot2"); v != "" {
			t.Errorf("cursor of another bot %q", v)
		}
	})
}

func TestCommands(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo", Takes: "10s"}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "c", "one", "two")
		time.Sleep(time.Second)
		x.say(t, "c", "/start", "/status")
		time.Sleep(time.Second)
		wantTexts(t, g.w.got("c"), turn.Start(), "All is well, I can answer right now. I am writing an answer to you; /stop ends it.")
		x.say(t, "c", "/stop@bot")
		synctest.Wait()
		if got := g.w.got("c")[2:]; len(got) != 2 || !strings.Contains(fmt.Sprint(got), "Stopped.") || !strings.Contains(fmt.Sprint(got), turn.WordsStopping) {
			t.Errorf("after /stop: %q", got)
		}
		time.Sleep(11 * time.Second)
		wantTexts(t, g.w.got("c")[4:], "echo two")
		x.say(t, "c", "/stop")
		synctest.Wait()
		wantTexts(t, g.w.got("c")[5:], turn.WordsIdle)
		if o := g.w.outcomes(); o["command"] != 4 || o["stopped"] != 1 || o["answered"] != 1 {
			t.Errorf("outcomes %v", o)
		}
	})
}

func TestNewForgetsAndDropsWhatWaits(t *testing.T) {
	var asked []int
	do := func(ctx context.Context, r *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
		asked = append(asked, len(r.Messages))
		select {
		case <-ctx.Done():
			return nil, llm.Interrupted(ctx)
		case <-time.After(10 * time.Second):
			return &llm.Response{Text: "done " + r.Messages[len(r.Messages)-1].Text}, nil
		}
	}
	bubble(t, oneOf(providerConfig{do: do}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "c", "one")
		time.Sleep(11 * time.Second)
		x.say(t, "c", "two", "three", "four")
		time.Sleep(time.Second)
		x.say(t, "c", "five", "/new", "six") // five is withdrawn: it came before
		time.Sleep(time.Minute)
		got := g.w.got("c")
		if len(got) != 4 || got[0] != "done one" || !strings.Contains(fmt.Sprint(got[1:3]), "Stopped.") ||
			!strings.Contains(fmt.Sprint(got[1:3]), turn.WordsNew) || got[3] != "done six" {
			t.Errorf("got %q", got)
		}
		if fmt.Sprint(asked) != "[1 3 1]" {
			t.Errorf("the model was shown %v messages, want the old history in the second call alone", asked)
		}
	})
}

func TestStopInTheSameBatchWithdraws(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		g.w.platform("x").say(t, "c", "one", "/stop", "two")
		synctest.Wait()
		got := g.w.got("c")
		if len(got) != 2 || !strings.Contains(fmt.Sprint(got), turn.WordsStopping) || !strings.Contains(fmt.Sprint(got), "echo two") {
			t.Errorf("got %q", got)
		}
	})
}

// F22: one person floods.
func TestFloodIsRefusedWithOneWord(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo", Takes: "1s"}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		for n := range 100 {
			x.say(t, "flood", fmt.Sprint("m", n))
		}
		x.say(t, "calm", "hi")
		time.Sleep(1500 * time.Millisecond)
		wantTexts(t, g.w.got("calm"), "echo hi")
		time.Sleep(time.Minute)
		busy, answered := 0, 0
		for _, text := range g.w.got("flood") {
			if text == turn.WordsBusy {
				busy++
			} else {
				answered++
			}
		}
		if busy != 1 || answered < 20 || answered > 21 {
			t.Errorf("%d busy replies, %d answers; want 1 and 20 or 21", busy, answered)
		}
		if o := g.w.outcomes(); o["busy"]+o["answered"] != 101 {
			t.Errorf("outcomes %v, want one for each of 101 messages", o)
		}
	})
}

// F11 in miniature: a chat whose model hangs does not slow the others.
func TestOneSlowChat(t *testing.T) {
	do := func(ctx context.Context, r *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
		text := r.Messages[len(r.Messages)-1].Text
		if strings.HasPrefix(text, "slow") {
			<-ctx.Done()
			return nil, llm.Interrupted(ctx)
		}
		time.Sleep(100 * time.Millisecond)
		return &llm.Response{Text: text}, nil
	}
	bubble(t, oneOf(providerConfig{do: do}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "slow", "slow 1", "slow 2")
		begin := time.Now()
		for n := range 20 {
			x.say(t, fmt.Sprint("c", n), "a", "b", "c")
		}
		for len(g.w.got("c19")) < 3 {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(begin); took > 350*time.Millisecond {
			t.Errorf("three turns of 100 ms took %s beside a slow chat", took)
		}
	})
}

func TestProviderPanicIsOneApology(t *testing.T) {
	bubble(t, oneOf(providerConfig{Fault: "panics"}), func(t *testing.T, g *gateway) {
		g.w.platform("x").say(t, "c", "hi")
		synctest.Wait()
		if got := g.w.got("c"); len(got) != 1 || !strings.Contains(got[0], "has trouble answering") {
			t.Errorf("got %q", got)
		}
		if log := g.w.logged(); strings.Contains(log, "secret") || !strings.Contains(log, "call panicked") {
			t.Errorf("the panic's value is in the log, or nothing is:\n%s", log)
		}
	})
}

func TestComplete(t *testing.T) {
	cfg := func(w *world) *config.Config {
		c := w.simple(providerConfig{Answer: "one"}, w.on("x", platformConfig{}))
		c.Providers = append(c.Providers, w.provider("b", providerConfig{Answer: "two"}))
		c.Chains = append(c.Chains, chainOf("other", "b"))
		return c
	}
	bubble(t, cfg, func(t *testing.T, g *gateway) {
		host := g.w.platform("x").host
		ask := func(chain string) (*llm.Response, error) {
			return host.Complete(t.Context(), llm.Call{Chain: chain, Request: &llm.Request{Messages: []llm.Message{{Role: llm.User, Text: "hi"}}}}, nil)
		}
		for chain, want := range map[string]string{"": "one hi", "chain.other": "two hi", "other": "two hi"} {
			if r, err := ask(chain); err != nil || r.Text != want {
				t.Errorf("chain %q: %+v, %v", chain, r, err)
			}
		}
		if _, err := ask("chain.nope"); err == nil || !strings.Contains(llm.AsError(err).Fault.Rule, "unknown_chain") {
			t.Errorf("unknown chain: %v", err)
		}
	})
}

func TestShutdownFinishesWhatRunsAndTellsWhatWaits(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo", Takes: "10s"}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "c", "one", "two", "three")
		x.say(t, "d", "one")
		time.Sleep(time.Second)
		begin := time.Now()
		if err := g.end(); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != 9*time.Second {
			t.Errorf("it took %s, want the 9 s that the turns had left", took)
		}
		wantTexts(t, g.w.got("c"), turn.WordsRestart, "echo one")
		wantTexts(t, g.w.got("d"), "echo one")
		if err := x.accept(context.Background(), chat.Batch{Messages: []chat.Message{message("c", "late")}}); !errors.Is(err, llm.ErrShutdown) {
			t.Errorf("Accept after the end: %v", err)
		}
		if _, err := g.Reload(context.Background()); !errors.Is(err, engine.ErrNotServing) {
			t.Errorf("Reload after the end: %v", err)
		}
		if g.Ready() || !g.Status().Draining {
			t.Error("it still counts as ready")
		}
		events := strings.Join(g.w.since(), "\n")
		for _, want := range []string{"end platform.fake.x", "close platform.fake.x", "close provider.fake.a"} {
			if strings.Count(events, want) != 1 {
				t.Errorf("no %q in:\n%s", want, events)
			}
		}
		g.err <- nil // for the end of the bubble
	})
}

func TestShutdownCutsOffWhatTakesTooLong(t *testing.T) {
	thinks := func(ctx context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
		for emit(llm.Delta{}) == nil {
			select {
			case <-ctx.Done():
			case <-time.After(7 * time.Second):
			}
		}
		return nil, llm.Interrupted(ctx)
	}
	bubble(t, oneOf(providerConfig{do: thinks}), func(t *testing.T, g *gateway) {
		g.w.platform("x").say(t, "c", "one")
		synctest.Wait()
		begin := time.Now()
		if err := g.end(); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != 30*time.Second {
			t.Errorf("it took %s, want the drain timeout of 30 s", took)
		}
		wantTexts(t, g.w.got("c"), turn.WordsRestart)
		g.err <- nil
	})
}

func TestInputThatEndsIsAnsweredAndEndsTheGateway(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo", Takes: "20s"}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.say(t, "c", "one", "two", "/help")
		x.behave("done")
		g.edit(g.cfg)
		x.host.Report(chat.Status{State: chat.Retrying}) // so that a reload runs it again
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := <-g.err; err != nil {
			t.Errorf("Run: %v", err)
		}
		got := g.w.got("c")
		if len(got) != 3 || got[2] != "echo two" {
			t.Errorf("got %q", got)
		}
		g.err <- nil
	})
}

func TestDonePlatformLeavesTheOthersAlone(t *testing.T) {
	cfg := func(w *world) *config.Config {
		return w.simple(providerConfig{Answer: "echo"}, w.on("x", platformConfig{Mode: "done"}), w.on("y", platformConfig{}))
	}
	bubble(t, cfg, func(t *testing.T, g *gateway) {
		time.Sleep(time.Hour)
		g.w.platform("x").host.Report(chat.Status{State: chat.Retrying}) // too late
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		g.w.platform("y").say(t, "c", "hi")
		synctest.Wait()
		wantTexts(t, g.w.got("c"), "echo hi")
		if s := g.status("platform.fake.x"); s.State != chat.Stopped || s.Reason == "" || g.w.platform("x").ran() != 1 {
			t.Errorf("status %+v after %d runs", s, g.w.platform("x").ran())
		}
	})
}

func TestBuildErrorsAreReturnedAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cfg  func(w *world) *config.Config
		want []string
	}{
		{"all problems together", func(w *world) *config.Config {
			return w.simple(providerConfig{}, w.on("x", platformConfig{Mode: "new_fails"}), w.on("y", platformConfig{Mode: "new_panics"}), w.on("z", platformConfig{Mode: "new_nothing"}))
		}, []string{"building platform.fake.x: no room", "building platform.fake.y: panic", "building platform.fake.z: the plugin made nothing"}},
		{"provider panics", func(w *world) *config.Config {
			return w.simple(providerConfig{APIKey: "secret", Fault: "new_panics"}, w.on("x", platformConfig{}))
		}, []string{"building provider.fake.a: panic"}},
		{"no such provider", func(w *world) *config.Config {
			c := w.simple(providerConfig{}, w.on("x", platformConfig{}))
			c.Chains[0].Links[0].Provider = "provider.fake.gone"
			return c
		}, []string{"there is no provider.fake.gone"}},
		{"no such chain", func(w *world) *config.Config {
			c := w.simple(providerConfig{}, w.on("x", platformConfig{}))
			c.Platforms[0].Chain = "chain.gone"
			return c
		}, []string{"building platform.fake.x: it leads to no chain"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			g := w.newGateway(c.cfg(w), nil)
			err := g.Run(t.Context(), g.cfg, time.Second)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %q", want, err)
				}
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%q shows a secret", err)
			}
			built, closed := 0, 0
			for _, e := range w.since() {
				if strings.HasPrefix(e, "build") {
					built++
				} else if strings.HasPrefix(e, "close") {
					closed++
				}
			}
			if built != closed {
				t.Errorf("%d plugins were built, %d closed", built, closed)
			}
		})
	}
}
