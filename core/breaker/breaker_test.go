package breaker_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// scripted answers with what is next in line, and counts.
type scripted struct {
	calls int
	do    func(ctx context.Context) error
}

func (s *scripted) Stream(ctx context.Context, _ *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
	s.calls++
	if err := s.do(ctx); err != nil {
		return nil, err
	}
	return &llm.Response{Text: "hi"}, nil
}

func answer(context.Context) error { return nil }

func fails(f fault.Fault) func(context.Context) error {
	return func(context.Context) error { return &llm.Error{Fault: f} }
}

func kind(k fault.Kind) func(context.Context) error {
	return fails(fault.Fault{Kind: k, Scope: fault.AccountScope})
}

type rig struct {
	*breaker.Breaker
	circuits *breaker.Circuits
	provider *scripted
	changes  []breaker.Change
}

func newRig(s breaker.Settings) *rig {
	r := &rig{provider: &scripted{do: answer}}
	r.circuits = breaker.NewCircuits("provider.fake.a", func(c breaker.Change) { r.changes = append(r.changes, c) })
	r.Breaker = breaker.New(r.provider, r.circuits, s)
	return r
}

func (r *rig) call(model string) *llm.Error {
	_, err := r.Stream(context.Background(), &llm.Request{Model: model}, nil)
	var e *llm.Error
	errors.As(err, &e)
	return e
}

func (r *rig) want(t *testing.T, k fault.Kind) {
	t.Helper()
	got := fault.None
	if e := r.call("m"); e != nil {
		got = e.Fault.Kind
	}
	if got != k {
		t.Fatalf("got %s, want %s; circuits %+v", got, k, r.circuits.List())
	}
}

func TestOpeningTimes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   fault.Fault
		open    time.Duration
		expires bool
	}{
		"billing":                {fault.Fault{Kind: fault.Billing}, 15 * time.Minute, false},
		"quota window":           {fault.Fault{Kind: fault.QuotaWindow}, 15 * time.Minute, false},
		"stated quota window":    {fault.Fault{Kind: fault.QuotaWindow, RetryAfter: 5 * time.Hour}, 5 * time.Hour, false},
		"absurd quota window":    {fault.Fault{Kind: fault.QuotaWindow, RetryAfter: 900 * time.Hour}, 24 * time.Hour, false},
		"the balance is on hold": {fault.Fault{Kind: fault.BudgetHold}, 30 * time.Second, true},
		"rate limit":             {fault.Fault{Kind: fault.RateLimit}, 5 * time.Second, true},
		"stated rate limit":      {fault.Fault{Kind: fault.RateLimit, RetryAfter: 7 * time.Second}, 7 * time.Second, true},
		"auth":                   {fault.Fault{Kind: fault.Auth}, 5 * time.Minute, false},
		"permission":             {fault.Fault{Kind: fault.Permission}, 5 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(breaker.Defaults())
				c.fault.Scope = fault.AccountScope
				r.provider.do = fails(c.fault)
				e := r.call("m")
				if got := time.Until(e.RetryAt); got != c.open {
					t.Fatalf("open for %s, want %s", got, c.open)
				}
				time.Sleep(c.open - time.Nanosecond)
				r.want(t, fault.CircuitOpen)
				time.Sleep(time.Nanosecond)
				r.provider.do = answer
				r.want(t, fault.None)
				if r.provider.calls != 2 {
					t.Errorf("%d calls, want 2", r.provider.calls)
				}
				states := []breaker.State{breaker.Open, breaker.HalfOpen, breaker.Closed}
				if c.expires {
					states = []breaker.State{breaker.Open, breaker.Closed}
				}
				if len(r.changes) != len(states) {
					t.Fatalf("changes %+v", r.changes)
				}
				for i, s := range states {
					if r.changes[i].State != s {
						t.Errorf("change %d is %s, want %s", i, r.changes[i].State, s)
					}
				}
			})
		})
	}
}

func TestReopeningDoublesAndSuccessForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		for _, minutes := range []int{15, 30, 60, 120, 240, 480, 960, 1440, 1440} {
			r.provider.do = kind(fault.Billing)
			e := r.call("m")
			want := time.Duration(minutes) * time.Minute
			if got := time.Until(e.RetryAt); got != want {
				t.Fatalf("open for %s, want %s", got, want)
			}
			time.Sleep(want)
		}
		r.provider.do = answer
		r.want(t, fault.None)
		r.provider.do = kind(fault.Billing)
		if got := time.Until(r.call("m").RetryAt); got != 15*time.Minute {
			t.Errorf("open for %s after a success", got)
		}
	})
}

func TestHealthOpensAtFiveInARowHoweverFarApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.provider.do = kind(fault.ServerError)
		for range 5 {
			r.want(t, fault.ServerError)
			time.Sleep(10 * time.Minute)
		}
		if c := r.circuits.List()[1]; c.State != breaker.HalfOpen {
			t.Fatalf("%+v", c)
		}
		for _, seconds := range []int{60, 120, 240, 300, 300} {
			want := time.Duration(seconds) * time.Second
			if got := time.Until(r.call("m").RetryAt); got != want {
				t.Fatalf("open for %s, want %s", got, want)
			}
			time.Sleep(want)
		}
	})
}

func TestHangsLongerThanTheWindowOpenHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.provider.do = func(ctx context.Context) error { <-ctx.Done(); return llm.Interrupted(ctx) }
		for range 5 {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 31*time.Second, llm.ErrFirstToken)
			_, _ = r.Stream(ctx, &llm.Request{}, nil)
			cancel()
		}
		r.want(t, fault.CircuitOpen)
	})
}

func TestHalfOfTwentyOpensHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		for i := range 20 {
			r.provider.do = answer
			if i%2 == 1 {
				r.provider.do = kind(fault.Overloaded)
			}
			r.call("m")
		}
		r.want(t, fault.CircuitOpen)
	})
}

func TestWhatNeverCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.provider.do = func(ctx context.Context) error { <-ctx.Done(); return errors.New("connection closed") }
		for range 40 {
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, llm.ErrChainDeadline)
			_, err := r.Stream(ctx, &llm.Request{}, nil)
			cancel()
			if llm.AsError(err).Fault.Kind != fault.Canceled {
				t.Fatal(err)
			}
		}
		for _, k := range []fault.Kind{fault.BadRequest, fault.ContentPolicy, fault.ContextOverflow, fault.RequestTooLarge, fault.Canceled} {
			for range 10 {
				r.provider.do = kind(k)
				r.want(t, k)
			}
		}
		r.provider.do = fails(fault.Fault{Kind: fault.RateLimit, Scope: fault.RequestScope, RetryAfter: 24 * time.Hour})
		r.want(t, fault.RateLimit)
		r.want(t, fault.RateLimit)
		if len(r.changes) != 0 {
			t.Errorf("%+v", r.changes)
		}
	})
}

func TestModelFaultClosesOnlyTheModel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.provider.do = fails(fault.Fault{Kind: fault.ModelNotFound, Scope: fault.ModelScope})
		r.want(t, fault.ModelNotFound)
		r.want(t, fault.CircuitOpen)
		r.provider.do = answer
		if e := r.call("other"); e != nil {
			t.Fatal(e)
		}
		if list := r.circuits.List(); len(list) != 3 || list[2].Model != "m" || list[2].Scope != "model" || list[0].State != breaker.Closed {
			t.Fatalf("%+v", list)
		}
		time.Sleep(time.Hour)
		r.want(t, fault.None)
	})
}

func TestByHandAndRestored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.circuits.Open(10 * time.Minute)
		r.want(t, fault.CircuitOpen)
		saved := r.circuits.List()[0]
		r.circuits.Reset()
		r.want(t, fault.None)
		again := newRig(breaker.Defaults())
		again.circuits.Restore(saved)
		time.Sleep(10*time.Minute - time.Nanosecond)
		again.want(t, fault.CircuitOpen)
		time.Sleep(time.Nanosecond)
		again.want(t, fault.None)
		if c := again.circuits.List()[0]; c.State != breaker.Closed {
			t.Errorf("%+v", c)
		}
	})
}

func TestOneProbeAndLateResults(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		late := make(chan struct{})
		slow := breaker.New(&scripted{do: func(context.Context) error { <-late; return nil }}, r.circuits, breaker.Defaults())
		go func() { _, _ = slow.Stream(t.Context(), &llm.Request{}, nil) }()
		synctest.Wait()
		r.provider.do = kind(fault.Billing)
		r.want(t, fault.Billing)
		close(late)
		synctest.Wait()
		r.want(t, fault.CircuitOpen)
		time.Sleep(15 * time.Minute)
		hold := make(chan struct{})
		probe := breaker.New(&scripted{do: func(context.Context) error { <-hold; return nil }}, r.circuits, breaker.Defaults())
		go func() { _, _ = probe.Stream(t.Context(), &llm.Request{}, nil) }()
		synctest.Wait()
		for range 1000 {
			r.want(t, fault.CircuitOpen)
		}
		close(hold)
		synctest.Wait()
		r.provider.do = answer
		r.want(t, fault.None)
	})
}

func TestProbeThatIsCanceledFreesItsPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(breaker.Defaults())
		r.provider.do = kind(fault.Billing)
		r.want(t, fault.Billing)
		time.Sleep(15 * time.Minute)
		r.provider.do = kind(fault.Canceled)
		r.want(t, fault.Canceled)
		r.want(t, fault.Canceled)
		r.provider.do = answer
		r.want(t, fault.None)
	})
}

func TestMaxInflight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := breaker.Defaults()
		s.MaxInflight = 1
		r := newRig(s)
		hold := make(chan struct{})
		r.provider.do = func(context.Context) error { <-hold; return nil }
		go r.call("m")
		synctest.Wait()
		r.want(t, fault.LocalLimit)
		close(hold)
		synctest.Wait()
		r.want(t, fault.None)
	})
}

func TestPanicIsAFaultOfTheProvider(t *testing.T) {
	t.Parallel()
	r := newRig(breaker.Defaults())
	r.provider.do = func(context.Context) error { panic("sk-secret") }
	for range 5 {
		r.want(t, fault.Malformed)
	}
	r.want(t, fault.CircuitOpen)
}

func BenchmarkGoodPath(b *testing.B) {
	r := newRig(breaker.Defaults())
	req := &llm.Request{Model: "m"}
	res := &llm.Response{Text: "hi"}
	br := breaker.New(constant{res}, r.circuits, breaker.Defaults())
	b.ReportAllocs()
	for b.Loop() {
		_, _ = br.Stream(context.Background(), req, nil)
	}
}

type constant struct{ res *llm.Response }

func (c constant) Stream(context.Context, *llm.Request, func(llm.Delta) error) (*llm.Response, error) {
	return c.res, nil
}

func TestGoodPathAllocatesNothing(t *testing.T) {
	r := newRig(breaker.Defaults())
	br := breaker.New(constant{&llm.Response{Text: "hi"}}, r.circuits, breaker.Defaults())
	req := &llm.Request{Model: "m"}
	if n := testing.AllocsPerRun(100, func() { _, _ = br.Stream(context.Background(), req, nil) }); n != 0 {
		t.Errorf("%v allocations a call", n)
	}
}
