package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/chat/chattest"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// paper is an output that can be held up.
type paper struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	held sync.Mutex
}

func (p *paper) Write(b []byte) (int, error) {
	p.held.Lock()
	defer p.held.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.String()
}

// replies returns the lines that are answers and were not given up.
func (p *paper) replies() []string {
	var kept []string
	for line := range strings.Lines(p.String()) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "· the answer starts over"), strings.HasPrefix(line, "· interrupted"):
			kept = kept[:len(kept)-1]
		case !strings.HasPrefix(line, "· "):
			kept = append(kept, line)
		}
	}
	return kept
}

func build(t *testing.T, in io.Reader, out io.Writer) *platform {
	t.Helper()
	cfg := SpecFor(in, out).Default()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	p, err := cfg.New(plugin.Env{Address: "platform.console.terminal", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return p.(*platform)
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close(); _ = w.Close() })
	return r, w
}

func TestConformance(t *testing.T) {
	chattest.Run(t, func(t *testing.T) chattest.Fixture {
		r, w := pipe(t)
		out := &paper{}
		return chattest.Fixture{
			Platform: build(t, r, out),
			Say: func(text string) {
				if _, err := w.WriteString(text + "\n"); err != nil {
					t.Error(err)
				}
			},
			Visible: out.replies,
			To:      chat.Address{Chat: "terminal"},
			Offers:  true,
			Block: func() func() {
				out.held.Lock()
				return out.held.Unlock
			},
		}
	})
}

// converse runs p against a host that answers every message with reply, and
// returns Run's error.
func converse(t *testing.T, p *platform, reply func(chat.Message) chat.Reply) (*chattest.Host, error) {
	t.Helper()
	var answers sync.WaitGroup
	h := &chattest.Host{}
	h.Taken = func(m chat.Message) {
		answers.Go(func() {
			d, err := p.Open(t.Context(), m.To, func(chat.Ref) error { return nil })
			if err != nil {
				t.Errorf("opening: %v", err)
				return
			}
			if err := d.Finish(t.Context(), reply(m)); err != nil {
				t.Errorf("finishing: %v", err)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err := p.Run(ctx, h)
	answers.Wait()
	return h, err
}

func TestScriptIsAnsweredInOrder(t *testing.T) {
	out := &paper{}
	p := build(t, strings.NewReader("one\n\n  two\r\nthree"), out)
	h, err := converse(t, p, func(m chat.Message) chat.Reply { return chat.Reply{Text: "re " + m.Text} })
	if !errors.Is(err, chat.ErrDone) {
		t.Errorf("Run: %v, want chat.ErrDone", err)
	}
	if got, want := out.String(), "re one\nre   two\nre three\n"; got != want {
		t.Errorf("output %q, want %q", got, want)
	}
	if got := h.Status(); got.State != chat.Connected || got.Reason != "" {
		t.Errorf("reported %+v", got)
	}
	if err := p.Run(t.Context(), h); !errors.Is(err, chat.ErrDone) {
		t.Errorf("a second Run: %v, want chat.ErrDone", err)
	}
}

func TestQuitLeavesTheRest(t *testing.T) {
	out := &paper{}
	h, err := converse(t, build(t, strings.NewReader("one\n/quit\ntwo\n"), out), func(chat.Message) chat.Reply {
		return chat.Reply{Text: "yes"}
	})
	if !errors.Is(err, chat.ErrDone) || len(h.Messages()) != 1 || out.String() != "yes\n" {
		t.Errorf("Run: %v; %d messages; output %q", err, len(h.Messages()), out)
	}
}

func TestTroubleIsOneLineBelowTheAnswer(t *testing.T) {
	out := &paper{}
	end := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	r := chat.Reply{Text: "Hello.", Attempts: []llm.Attempt{
		{Link: "provider.simulated.metered", Fault: &fault.Fault{Kind: fault.BudgetHold, Status: 402, Code: "daily_limit_busy"}, End: end, RetryAt: end.Add(29990 * time.Millisecond)},
		{Link: "provider.simulated.spare"},
	}}
	_, _ = converse(t, build(t, strings.NewReader("hi\n"), out), func(chat.Message) chat.Reply { return r })
	want := "Hello.\n· metered is out of credit (HTTP 402, daily_limit_busy): its circuit is open for 30 s; spare answered.\n"
	if out.String() != want {
		t.Errorf("output\n%s\nwant\n%s", out, want)
	}
}

func TestLongLineIsNotSent(t *testing.T) {
	out := &paper{}
	in := strings.Repeat("x", chat.MaxText+1) + "\nshort\n" + strings.Repeat("y", chat.MaxText+5000)
	h, _ := converse(t, build(t, strings.NewReader(in), out), func(m chat.Message) chat.Reply { return chat.Reply{Text: m.Text} })
	if got := h.Messages(); len(got) != 1 || got[0].Text != "short" {
		t.Errorf("%d messages came through", len(got))
	}
	if n := strings.Count(out.String(), "was not sent"); n != 2 {
		t.Errorf("%d remarks about long lines, want 2: %q", n, out)
	}
}

func TestRestartIsMarked(t *testing.T) {
	out := &paper{}
	p := build(t, strings.NewReader(""), out)
	ctx := t.Context()
	d := &draft{id: "a", p: p}
	for _, text := range []string{"I thi", "I think"} {
		if err := p.screen.grow(ctx, d, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"No", "No: 4"} {
		if err := p.screen.grow(ctx, d, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.screen.finish(ctx, d, "No: 42.", ""); err != nil {
		t.Fatal(err)
	}
	if want := "I think\n· the answer starts over:\nNo: 42.\n"; out.String() != want {
		t.Errorf("output %q, want %q", out, want)
	}
}

func TestAnotherAnswerInterrupts(t *testing.T) {
	out := &paper{}
	p := build(t, strings.NewReader(""), out)
	a, b := &draft{id: "a", p: p}, &draft{id: "b", p: p}
	ctx := t.Context()
	err := errors.Join(
		p.screen.grow(ctx, a, "A long an"),
		p.screen.grow(ctx, b, "Stop"), // not its turn
		p.screen.finish(ctx, b, "Stopped.", ""),
		p.screen.finish(ctx, a, "A long answer.", ""),
	)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := out.replies(), []string{"Stopped.", "A long answer."}; !slices.Equal(got, want) {
		t.Errorf("replies %q, want %q; output %q", got, want, out)
	}
}

// TestBlockedPipesEndWithTheContext proves that neither an input without a line
// nor an output that nobody reads holds up a shutdown.
func TestBlockedPipesEndWithTheContext(t *testing.T) {
	in, _ := pipe(t)
	_, full := pipe(t)
	p := build(t, in, full)
	ctx, cancel := context.WithCancel(t.Context())
	h := &chattest.Host{}
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx, h) }()
	if err := h.WaitState(t.Context(), chat.Connected); err != nil {
		t.Fatal(err)
	}
	d, err := p.Open(ctx, chat.Address{}, func(chat.Ref) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	finished := make(chan error, 1)
	go func() { finished <- d.Finish(ctx, chat.Reply{Text: strings.Repeat("much ", 100_000)}) }()
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := <-finished; !errors.Is(err, context.Canceled) {
		t.Errorf("Finish: %v, want context.Canceled", err)
	}
}

// TestHangUpEndsTheInput proves that nobody waits for answers that cannot be shown.
func TestHangUpEndsTheInput(t *testing.T) {
	reader, out := pipe(t)
	_ = reader.Close()
	p := build(t, strings.NewReader("one\ntwo\n"), out)
	h := &chattest.Host{}
	var failed sync.WaitGroup
	h.Taken = func(m chat.Message) {
		failed.Go(func() {
			d, err := p.Open(t.Context(), m.To, func(chat.Ref) error { return nil })
			if err != nil {
				t.Errorf("opening: %v", err)
				return
			}
			if err := d.Finish(t.Context(), chat.Reply{Text: "hello"}); err == nil {
				t.Error("Finish on an output that nobody reads returned no error")
			}
		})
	}
	if err := p.Run(t.Context(), h); !errors.Is(err, chat.ErrDone) {
		t.Errorf("Run: %v, want chat.ErrDone", err)
	}
	failed.Wait()
	if n := len(h.Messages()); n != 1 {
		t.Errorf("%d messages were taken in, want 1", n)
	}
}

func TestClosedTerminalIsTheEnd(t *testing.T) {
	in, _ := pipe(t)
	_ = in.Close()
	if _, err := converse(t, build(t, in, &paper{}), nil); !errors.Is(err, chat.ErrDone) {
		t.Errorf("Run: %v, want chat.ErrDone", err)
	}
}

func TestPromptWaitsForTheAnswer(t *testing.T) {
	out := &paper{}
	r, w := pipe(t)
	p := build(t, r, out)
	p.interactive, p.screen.prompt = true, "> "
	go func() { _, _ = w.WriteString("hi\n"); _ = w.Close() }()
	_, err := converse(t, p, func(chat.Message) chat.Reply { return chat.Reply{Text: "hello"} })
	if !errors.Is(err, chat.ErrDone) {
		t.Errorf("Run: %v", err)
	}
	if got := out.String(); !strings.HasPrefix(got, "· Type a message.") || !strings.Contains(got, "\n> hello\n") {
		t.Errorf("output %q", got)
	}
}

func TestValidate(t *testing.T) {
	for _, tc := range []struct {
		cfg  Config
		want string
	}{
		{Config{Color: "auto"}, ""},
		{Config{Color: "pink"}, "color: must be"},
		{Config{Color: "never", Prompt: "a\nb"}, "prompt: must be"},
	} {
		err := tc.cfg.Validate()
		if (tc.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%+v: %v, want %q", tc.cfg, err, tc.want)
		}
	}
}
