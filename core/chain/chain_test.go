package chain_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chain"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type provider func(ctx context.Context, emit func(llm.Delta) error) (*llm.Response, error)

func (p provider) Stream(ctx context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	return p(ctx, emit)
}

// says streams words and answers with them; a fault ends it after them.
func says(f fault.Kind, words ...string) provider {
	return func(_ context.Context, emit func(llm.Delta) error) (*llm.Response, error) {
		for _, w := range words {
			if emit != nil {
				if err := emit(llm.Delta{Text: w}); err != nil {
					return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}, Err: err}
				}
			}
		}
		if f != fault.None {
			return nil, &llm.Error{Fault: fault.Fault{Kind: f, Scope: fault.AccountScope}}
		}
		return &llm.Response{Text: strings.Join(words, "")}, nil
	}
}

func hangs(ctx context.Context, _ func(llm.Delta) error) (*llm.Response, error) {
	<-ctx.Done()
	return nil, llm.Interrupted(ctx)
}

// person is what somebody sees of a stream.
type person struct {
	text  string
	links []string
}

func (p *person) emit(d llm.Delta) error {
	if d.Restart {
		p.text = ""
	}
	if d.Link != "" {
		p.links = append(p.links, d.Link)
	}
	p.text += d.Text
	return nil
}

func build(ps ...llm.Provider) chain.Options {
	o := chain.Options{Address: "chain.test"}
	for i, p := range ps {
		o.Links = append(o.Links, chain.Link{Address: string(rune('a' + i)), Provider: p})
	}
	return o
}

func ask(ctx context.Context, o chain.Options) (*person, *llm.Response, *llm.Error) {
	p := &person{}
	res, err := chain.New(o).Stream(ctx, &llm.Request{}, p.emit)
	var e *llm.Error
	errors.As(err, &e)
	return p, res, e
}

func TestFailOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		links    []llm.Provider
		text     string
		final    fault.Kind
		attempts int
	}{
		"the first answers":             {[]llm.Provider{says(fault.None, "one"), says(fault.None, "two")}, "one", fault.None, 1},
		"before the first token":        {[]llm.Provider{says(fault.Billing), says(fault.None, "two")}, "two", fault.None, 2},
		"a cut stream is replaced":      {[]llm.Provider{says(fault.Network, "ha", "lf"), says(fault.None, "who", "le")}, "whole", fault.None, 2},
		"an empty success is none":      {[]llm.Provider{says(fault.None), says(fault.None, "two")}, "two", fault.None, 2},
		"the caller's mistake stops it": {[]llm.Provider{says(fault.BadRequest), says(fault.None, "two")}, "", fault.BadRequest, 1},
		"overflow tells most":           {[]llm.Provider{says(fault.ContextOverflow), says(fault.ServerError)}, "", fault.ContextOverflow, 2},
		"the last real fault":           {[]llm.Provider{says(fault.Billing), says(fault.Overloaded), says(fault.CircuitOpen)}, "", fault.Overloaded, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, res, e := ask(t.Context(), build(c.links...))
			if c.final == fault.None {
				if e != nil || res.Text != c.text || p.text != c.text || len(res.Attempts) != c.attempts {
					t.Fatalf("%+v, %v, shown %q", res, e, p.text)
				}
				if last := res.Attempts[len(res.Attempts)-1]; last.Fault != nil || p.links[len(p.links)-1] != last.Link {
					t.Errorf("%+v, links %v", last, p.links)
				}
				return
			}
			if e == nil || e.Fault.Kind != c.final || len(e.Attempts) != c.attempts {
				t.Fatalf("%+v", e)
			}
		})
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	deaf := provider(func(context.Context, func(llm.Delta) error) (*llm.Response, error) {
		time.Sleep(time.Hour)
		return &llm.Response{Text: "late"}, nil
	})
	silent := provider(func(ctx context.Context, emit func(llm.Delta) error) (*llm.Response, error) {
		_ = emit(llm.Delta{Text: "wait"})
		return hangs(ctx, emit)
	})
	comments := provider(func(ctx context.Context, emit func(llm.Delta) error) (*llm.Response, error) {
		for emit(llm.Delta{}) == nil {
			time.Sleep(20 * time.Second)
		}
		return hangs(ctx, emit)
	})
	for name, c := range map[string]struct {
		link  provider
		after time.Duration
	}{
		"first event":                      {hangs, chain.DefaultFirstToken},
		"idle":                             {silent, chain.DefaultIdle},
		"comments live until the link's":   {comments, chain.DefaultLinkTimeout},
		"deaf to its context, and cut off": {deaf, chain.DefaultFirstToken + 100*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				p, res, e := ask(t.Context(), build(c.link, says(fault.None, "two")))
				took := time.Since(begin)
				time.Sleep(2 * time.Hour) // the deaf one ends
				if e != nil || res.Text != "two" || p.text != "two" || res.Attempts[0].Fault.Kind != fault.Timeout {
					t.Fatalf("%+v, %v, shown %q", res, e, p.text)
				}
				if took < c.after || took > c.after+20*time.Second {
					t.Errorf("took %s, want %s", took, c.after)
				}
			})
		})
	}
}

func TestChainDeadlineIsNotTheProvidersFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		circuits := breaker.NewCircuits("a", nil)
		o := build(breaker.New(provider(hangs), circuits, breaker.Defaults()))
		o.Timeout = 10 * time.Second
		for range 20 {
			_, _, e := ask(t.Context(), o)
			if e == nil || e.Fault.Kind != fault.Canceled || !errors.Is(e, llm.ErrChainDeadline) {
				t.Fatalf("%v", e)
			}
		}
		if s := circuits.List()[1].State; s != breaker.Closed {
			t.Errorf("health is %s", s)
		}
	})
}

func TestWaitsForALinkThatIsBackSoon(t *testing.T) {
	t.Parallel()
	for wait, waits := range map[time.Duration]bool{7 * time.Second: true, 15 * time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			limited := provider(func(ctx context.Context, emit func(llm.Delta) error) (*llm.Response, error) {
				if calls++; calls == 1 {
					return nil, &llm.Error{Fault: fault.Fault{Kind: fault.RateLimit, Scope: fault.AccountScope, RetryAfter: wait}}
				}
				return says(fault.None, "back")(ctx, emit)
			})
			begin := time.Now()
			_, res, e := ask(t.Context(), build(breaker.New(limited, breaker.NewCircuits("a", nil), breaker.Defaults())))
			if waits != (e == nil) || waits && (res.Text != "back" || time.Since(begin) != wait) || !waits && time.Since(begin) != 0 {
				t.Errorf("%s: %+v, %v after %s", wait, res, e, time.Since(begin))
			}
		})
	}
}

func TestCallerWhoLeavesEndsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(llm.ErrStopped) })
		_, _, e := ask(ctx, build(provider(hangs), says(fault.None, "two")))
		if e == nil || e.Fault.Kind != fault.Canceled || !errors.Is(e, llm.ErrStopped) || len(e.Attempts) != 1 {
			t.Errorf("%+v", e)
		}
	})
}

func BenchmarkOneLink(b *testing.B) {
	c := chain.New(build(says(fault.None, "hi")))
	r := &llm.Request{}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Stream(context.Background(), r, nil)
	}
}
