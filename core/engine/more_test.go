package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
)

func TestFullQueueIsAnErrorAndTheBatchMayComeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		g := w.newGateway(oneOf(providerConfig{Answer: "echo", Takes: "1s"})(w), func(o *engine.Options) {
			o.Queue = queue.NewBounded(queue.Limits{Waiting: 1, Running: 1})
		}).start(t)
		synctest.Wait()
		x := w.platform("x")
		x.say(t, "a", "one")
		synctest.Wait()
		x.say(t, "b", "one")
		batch := chat.Batch{Messages: []chat.Message{message("c", "one"), message("c", "/help")}, Cursor: chat.Cursor{Name: "n", Value: "1"}}
		if err := x.accept(t.Context(), batch); !errors.Is(err, queue.ErrFull) {
			t.Errorf("Accept = %v, want ErrFull", err)
		}
		synctest.Wait()
		if v, _ := x.host.Cursor(t.Context(), "n"); v != "" || len(w.got("c")) != 0 {
			t.Errorf("something of the batch was taken: cursor %q, %q", v, w.got("c"))
		}
		time.Sleep(3 * time.Second)
		if err := x.accept(t.Context(), batch); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Second)
		if got := w.got("c"); len(got) != 2 || got[1] != "echo one" {
			t.Errorf("got %q, want help and an answer", got)
		}
		if err := g.end(); err != nil {
			t.Error(err)
		}
	})
}

func TestFloodOfCommandsIsBounded(t *testing.T) {
	bubble(t, oneOf(providerConfig{}), func(t *testing.T, g *gateway) {
		x := g.w.platform("x")
		x.behave("slow") // a second for each reply
		var b chat.Batch
		for n := range 1000 {
			m := message("flood", "/help")
			m.ID = fmt.Sprint(n)
			b.Messages = append(b.Messages, m)
		}
		if err := x.accept(t.Context(), b); err != nil {
			t.Error(err)
		}
		x.say(t, "calm", "/help")
		time.Sleep(1500 * time.Millisecond)
		if len(g.w.got("calm")) != 1 {
			t.Error("the calm chat got no reply in time")
		}
		time.Sleep(time.Minute)
		if n := len(g.w.got("flood")); n < 1 || n > 6 {
			t.Errorf("1000 commands of one chat got %d replies", n)
		}
	})
}

func TestCallsAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		calls := make(chan engine.CallDone, 10)
		var ready atomic.Int32
		g := w.newGateway(oneOf(providerConfig{Fault: "bad_request", Takes: "2s"})(w), func(o *engine.Options) {
			o.Hooks.Call = func(d engine.CallDone) { calls <- d }
			o.Hooks.Ready = func() { ready.Add(1) }
		}).start(t)
		synctest.Wait()
		w.platform("x").say(t, "c", "hi")
		d := <-calls
		if d.Chain != "chain.default" || d.Err == nil || d.Err.Fault.Kind != fault.BadRequest || d.Duration != 2*time.Second {
			t.Errorf("%+v", d)
		}
		if ready.Load() != 1 {
			t.Errorf("Ready was called %d times", ready.Load())
		}
		if err := g.end(); err != nil {
			t.Error(err)
		}
	})
}

func TestCallThatCannotBeTakenBackEndsWithTheFault(t *testing.T) {
	t.Parallel()
	for _, resume := range []llm.Resume{llm.ResumeReplace, llm.ResumeError, llm.ResumeContinue} {
		t.Run(fmt.Sprint(resume), func(t *testing.T) {
			do := func(_ context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
				for _, d := range []llm.Delta{{Text: "half"}, {Restart: true, Text: "whole"}} {
					if err := emit(d); err != nil {
						return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}, Err: err}
					}
				}
				return &llm.Response{Text: "whole"}, nil
			}
			bubble(t, oneOf(providerConfig{do: do}), func(t *testing.T, g *gateway) {
				shown := ""
				call := llm.Call{Resume: resume, Request: &llm.Request{Messages: []llm.Message{{Text: "hi"}}}}
				resp, err := g.w.platform("x").host.Complete(t.Context(), call, func(d llm.Delta) error {
					shown += d.Text
					return nil
				})
				replaced := resume == llm.ResumeReplace
				if replaced != (err == nil) || replaced != (resp != nil) || replaced != (shown == "halfwhole") {
					t.Errorf("shown %q, %+v, %v", shown, resp, err)
				}
			})
		})
	}
}

func TestPanicOfTheCallerIsNoFaultOfTheProvider(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo"}), func(t *testing.T, g *gateway) {
		call := llm.Call{Request: &llm.Request{Messages: []llm.Message{{Text: "hi"}}}}
		for range 20 {
			_, err := g.w.platform("x").host.Complete(t.Context(), call, func(llm.Delta) error { panic("mine") })
			if err == nil || llm.AsError(err).Fault.Kind != fault.Canceled {
				t.Fatalf("Complete: %v", err)
			}
		}
		g.w.platform("x").say(t, "c", "hi")
		synctest.Wait()
		wantTexts(t, g.w.got("c"), "echo hi")
	})
}

func TestShutdownCutsCallsOff(t *testing.T) {
	bubble(t, oneOf(providerConfig{Answer: "echo", Takes: "55s"}), func(t *testing.T, g *gateway) {
		host := g.w.platform("x").host
		failed := make(chan error, 1)
		go func() {
			call := llm.Call{Request: &llm.Request{Messages: []llm.Message{{Text: "hi"}}}}
			_, err := host.Complete(context.Background(), call, nil)
			failed <- err
		}()
		synctest.Wait()
		if err := g.end(); err != nil {
			t.Error(err)
		}
		if err := <-failed; !errors.Is(err, llm.ErrShutdown) {
			t.Errorf("Complete: %v", err)
		}
		_, err := host.Complete(context.Background(), llm.Call{}, nil)
		if !errors.Is(err, llm.ErrShutdown) {
			t.Errorf("Complete after the end: %v", err)
		}
		g.err <- nil
	})
}

func TestReportsOfAStoppedPlatformAreIgnored(t *testing.T) {
	bubble(t, oneOf(providerConfig{}), func(t *testing.T, g *gateway) {
		old := g.w.platform("x").host
		g.edit(g.w.simple(providerConfig{}, g.w.on("x", platformConfig{Token: "t2"})))
		if _, err := g.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		old.Report(chat.Status{State: chat.Retrying, Reason: "late"})
		if s := g.status("platform.fake.x"); s.State != chat.Connected {
			t.Errorf("status %+v", s)
		}
		// Its host serves on: what it took in before it ended is not lost.
		if err := old.Accept(t.Context(), chat.Batch{Messages: []chat.Message{message("c", "late")}}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		wantTexts(t, g.w.got("c"), " late")
	})
}

// brokenQueue is a queue whose Run fails.
type brokenQueue struct{ *queue.Memory }

func (brokenQueue) Run(context.Context, func(context.Context, queue.Item)) error {
	return errors.New("disk on fire")
}

func TestFailedQueueEndsTheGateway(t *testing.T) {
	t.Parallel()
	w := newWorld()
	g := w.newGateway(oneOf(providerConfig{})(w), func(o *engine.Options) { o.Queue = brokenQueue{queue.NewMemory()} })
	err := g.Run(t.Context(), g.cfg, time.Second)
	if err == nil || err.Error() != "running the turn queue: disk on fire" {
		t.Errorf("Run: %v", err)
	}
}
