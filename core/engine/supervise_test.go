package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
)

func misbehaving(mode string) func(w *world) *config.Config {
	return func(w *world) *config.Config {
		return w.simple(providerConfig{Answer: "echo"}, w.on("x", platformConfig{Mode: mode}), w.on("y", platformConfig{}))
	}
}

func TestEarlyEndIsRetriedWithAGrowingPause(t *testing.T) {
	t.Parallel()
	for mode, reason := range map[string]string{"fails": "upstream is down", "ends": "it ended early"} {
		t.Run(mode, func(t *testing.T) {
			bubble(t, misbehaving(mode), func(t *testing.T, g *gateway) {
				x := g.w.platform("x")
				s := g.status("platform.fake.x")
				if s.State != chat.Retrying || s.Reason != reason || s.Restarts != 1 || time.Until(s.RetryAt) > time.Second {
					t.Errorf("status %+v", s)
				}
				// 1+2+4+8+16+32 s, then 60 s each, up to a fifth less.
				time.Sleep(63 * time.Second)
				if n := x.ran(); n < 7 || n > 8 {
					t.Errorf("%d runs in the first 63 s, want 7 or 8", n)
				}
				before := x.ran()
				time.Sleep(time.Hour)
				if n := x.ran() - before; n < 60 || n > 76 {
					t.Errorf("%d runs in an hour, want one every 48 to 60 s", n)
				}
				x.behave("")
				time.Sleep(time.Minute)
				if s := g.status("platform.fake.x"); s.State != chat.Connected || s.Reason != "" {
					t.Errorf("after the upstream came back: %+v", s)
				}
				x.say(t, "c", "hi")
				g.w.platform("y").say(t, "d", "hi")
				synctest.Wait()
				wantTexts(t, g.w.got("c"), "echo hi")
				wantTexts(t, g.w.got("d"), "echo hi")
				if g.w.platform("y").ran() != 1 {
					t.Error("the other platform noticed")
				}
			})
		})
	}
}

// F7: a platform that panics is back in 1 s; more than 5 panics in 30 s pause it 15 s.
func TestPanickingPlatform(t *testing.T) {
	bubble(t, misbehaving("panics"), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		time.Sleep(5500 * time.Millisecond)
		if n := x.ran(); n != 6 {
			t.Errorf("%d runs in 5.5 s, want one a second", n)
		}
		if wait := time.Until(g.status("platform.fake.x").RetryAt); wait != 14500*time.Millisecond {
			t.Errorf("after 6 panics it is back in %s, want 15 s after the last", wait)
		}
		if s := g.status("platform.fake.x"); s.State != chat.Retrying || s.Reason != "panic of type string" {
			t.Errorf("status %+v", s)
		}
		for x.ran() < 10_000 {
			time.Sleep(time.Minute)
		}
		x.behave("")
		time.Sleep(20 * time.Second)
		x.say(t, "c", "hi")
		synctest.Wait()
		wantTexts(t, g.w.got("c"), "echo hi")
		if g.w.platform("y").ran() != 1 || !g.Ready() {
			t.Error("somebody else noticed")
		}
	})
}

// F7: 10,000 turns whose provider panics are 10,000 apologies and no exit.
func TestTenThousandPanickingTurns(t *testing.T) {
	const chats, turns = 500, 20
	bubble(t, oneOf(providerConfig{Fault: "panics"}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		for c := range chats {
			for n := range turns {
				x.say(t, fmt.Sprint("c", c), fmt.Sprint(n))
				if n%10 == 0 {
					synctest.Wait()
				}
			}
		}
		synctest.Wait()
		apologies := 0
		for c := range chats {
			apologies += len(g.w.got(fmt.Sprint("c", c)))
		}
		if o := g.w.outcomes(); apologies != chats*turns || o["failed"] != chats*turns {
			t.Errorf("%d apologies, outcomes %v; want %d", apologies, o, chats*turns)
		}
		t.Logf("%d panics, 0 exits", apologies)
	})
}

func TestStubbornPlatformIsLeftBehind(t *testing.T) {
	bubble(t, misbehaving("stubborn"), func(t *testing.T, g *gateway) {
		begin := time.Now()
		g.edit(g.w.simple(providerConfig{Answer: "echo"}, g.w.on("y", platformConfig{})))
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("the reload took %s, want the bound of 10 s", took)
		}
		if !strings.Contains(g.w.logged(), "platform did not end in time") {
			t.Error("nobody is told")
		}
		time.Sleep(time.Minute) // it ends after all, for the end of the bubble
	})
}
