package turn_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/turn"
)

func TestStop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, shown, want string }{
		{"before the first word", "", "Stopped."},
		{"in the middle", "Half of", "Half of\n\n(Stopped here.)"},
		{"in a code block", "See:\n```go\nx :=", "See:\n```go\nx :=\n```\n\n(Stopped here.)"},
		{"after a code block", "```\nx\n```\nSo", "```\nx\n```\nSo\n\n(Stopped here.)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, begin := newBench(), time.Now()
				done := make(chan turn.Outcome, 1)
				go func() { done <- b.do(t.Context(), "hi", hangs(c.shown)) }()
				synctest.Wait()
				if !b.Running(conversation) || !b.Stop(conversation) || b.Stop("platform.test.x/other") {
					t.Error("Stop must say whether something runs")
				}
				if got := <-done; got != turn.Stopped || time.Since(begin) >= time.Second {
					t.Errorf("outcome %s after %s", got, time.Since(begin))
				}
				if r := b.sender.only(t); r.Text != c.want {
					t.Errorf("reply %q, want %q", r.Text, c.want)
				}
				if len(b.remembered(t)) != 0 || b.Running(conversation) {
					t.Error("the stopped turn is remembered or still runs")
				}
			})
		})
	}
}

func TestForgetKeepsTheRunningTurnOutOfTheNewHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.do(t.Context(), "first", says("one"))
		done := make(chan turn.Outcome, 1)
		go func() {
			// A model that does not notice the stop and answers all the same.
			done <- b.do(t.Context(), "second", func(context.Context, *llm.Request, func(llm.Delta) error) (*llm.Response, error) {
				time.Sleep(time.Second)
				return &llm.Response{Text: "two"}, nil
			})
		}()
		synctest.Wait()
		if err := b.Forget(t.Context(), conversation); err != nil {
			t.Fatal(err)
		}
		<-done
		if turns := b.remembered(t); len(turns) != 0 {
			t.Errorf("remembered %+v", turns)
		}
		b.do(t.Context(), "third", says("three"))
		if turns := b.remembered(t); len(turns) != 1 {
			t.Errorf("remembered %+v", turns)
		}
	})
}

func TestShutdownTellsTheSender(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, begin := newBench(), time.Now()
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Second, func() { cancel(llm.ErrShutdown) })
		if got := b.do(ctx, "hi", hangs("Half")); got != turn.Failed {
			t.Errorf("outcome %s", got)
		}
		if r := b.sender.only(t); r.Text != turn.WordsRestart || !r.Notice {
			t.Errorf("reply %+v", r)
		}
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestLastWordsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, begin := newBench(), time.Now()
		b.sender.onFinish = func(int) error { time.Sleep(3 * time.Second); return context.DeadlineExceeded }
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(llm.ErrShutdown) })
		b.do(ctx, "hi", hangs("Half"))
		if took := time.Since(begin); took > time.Second+turn.LastWords+3*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestModelThatKeepsNoDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, begin := newBench(), time.Now()
		if got := b.do(t.Context(), "hi", hangs("Half")); got != turn.Failed {
			t.Errorf("outcome %s", got)
		}
		if took := time.Since(begin); took != 61*time.Second {
			t.Errorf("it took %s", took)
		}
		if r := b.sender.only(t); !strings.HasPrefix(r.Text, "I ran out of time") {
			t.Errorf("reply %+v", r)
		}
	})
}

func TestPanics(t *testing.T) {
	t.Parallel()
	boom := func() { panic("secret") }
	for _, c := range []struct {
		name     string
		sabotage func(s *sender) model
		want     turn.Outcome
		text     string
	}{
		{"model", func(*sender) model {
			return func(context.Context, *llm.Request, func(llm.Delta) error) (*llm.Response, error) {
				boom()
				return nil, nil
			}
		}, turn.Failed, "Something went wrong on my side"},
		{"open, once", func(s *sender) model {
			s.onOpen = onceOpen(boom)
			return says("ok")
		}, turn.Answered, "ok"},
		{"update", func(s *sender) model { s.onUpdate = boom; return says("o", "k") }, turn.Answered, "ok"},
		{"finish, twice", func(s *sender) model {
			s.onFinish = func(try int) error {
				if try < 3 {
					boom()
				}
				return nil
			}
			return says("ok")
		}, turn.Answered, "ok"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench()
				if got := b.do(t.Context(), "hi", c.sabotage(b.sender)); got != c.want {
					t.Errorf("outcome %s, want %s", got, c.want)
				}
				if r := b.sender.only(t); !strings.HasPrefix(r.Text, c.text) {
					t.Errorf("reply %q", r.Text)
				}
				if strings.Contains(b.log.String(), "secret") {
					t.Errorf("the panic's value is in the log:\n%s", b.log)
				}
				if b.Running(conversation) {
					t.Error("the turn still counts as running")
				}
			})
		})
	}
}

func TestPlatformThatAlwaysPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.sender.onFinish = func(int) error { panic(0) }
		if got := b.do(t.Context(), "hi", fails(fault.Billing)); got != turn.Failed {
			t.Errorf("outcome %s", got)
		}
		if !strings.Contains(b.log.String(), "turn panicked") {
			t.Errorf("log:\n%s", b.log)
		}
	})
}

func TestLastWordsMayTakeAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.sender.onFinish = func(int) error { time.Sleep(3 * time.Second); return nil }
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(llm.ErrShutdown) })
		b.do(ctx, "hi", hangs("Half"))
		if r := b.sender.only(t); r.Text != turn.WordsRestart {
			t.Errorf("reply %+v", r)
		}
	})
}
