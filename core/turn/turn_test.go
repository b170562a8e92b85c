package turn_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/store"
	"github.com/hermes-gateway/hermes/core/turn"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	b := newBench()
	if got := b.do(t.Context(), "  hi\n", says("Hel", "lo")); got != turn.Answered {
		t.Fatalf("outcome %s", got)
	}
	if r := b.sender.only(t); r.Text != "Hello" || r.Notice || len(r.Attempts) != 1 {
		t.Errorf("reply %+v", r)
	}
	if !slices.Equal(b.sender.updates, []string{"Hel", "Hello"}) {
		t.Errorf("updates %q", b.sender.updates)
	}
	turns := b.remembered(t)
	if len(turns) != 1 || turns[0].User != "  hi\n" || turns[0].Reply != "Hello" || len(turns[0].Attempts) != 1 {
		t.Errorf("remembered %+v", turns)
	}
}

func TestRequestHoldsPromptHistoryAndTheTextVerbatim(t *testing.T) {
	t.Parallel()
	b := newBench()
	for n := range turn.MaxHistory + 5 {
		if err := b.store.Append(t.Context(), conversation, store.Turn{ID: fmt.Sprint(n), User: fmt.Sprint("q", n), Reply: fmt.Sprint("a", n)}); err != nil {
			t.Fatal(err)
		}
	}
	var got *llm.Request
	b.do(t.Context(), "/tmp is \x00 full ", func(_ context.Context, r *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
		got = r
		return &llm.Response{Text: "ok"}, nil
	})
	if len(got.Messages) != 1+2*turn.MaxHistory+1 {
		t.Fatalf("%d messages", len(got.Messages))
	}
	for i, want := range map[int]llm.Message{
		0:                         {Role: llm.System, Text: "Be kind."},
		1:                         {Role: llm.User, Text: "q5"},
		2:                         {Role: llm.Assistant, Text: "a5"},
		2 * turn.MaxHistory:       {Role: llm.Assistant, Text: "a24"},
		2*turn.MaxHistory + 1:     {Role: llm.User, Text: "/tmp is \x00 full "},
		len(got.Messages) - 1:     {Role: llm.User, Text: "/tmp is \x00 full "},
		2*turn.MaxHistory - 1:     {Role: llm.User, Text: "q24"},
		2 * (turn.MaxHistory - 1): {Role: llm.Assistant, Text: "a23"},
	} {
		if m := got.Messages[i]; m.Role != want.Role || m.Text != want.Text {
			t.Errorf("message %d is %+v, want %+v", i, m, want)
		}
	}
}

func TestRestartDiscards(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.do(t.Context(), "hi", func(_ context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
		for _, d := range []llm.Delta{{Link: "provider.x.a"}, {Text: "wrong"}, {Link: "provider.x.b", Restart: true}, {Text: "right"}} {
			if err := emit(d); err != nil {
				return nil, canceled(err)
			}
		}
		return &llm.Response{Text: "right"}, nil
	})
	if got := b.sender.updates; !slices.Equal(got, []string{"wrong", "right"}) {
		t.Errorf("updates %q", got)
	}
}

func TestFailureIsToldAndNotRemembered(t *testing.T) {
	t.Parallel()
	for _, k := range fault.Kinds() {
		b := newBench()
		if got := b.do(t.Context(), "hi", fails(k)); got != turn.Failed {
			t.Errorf("%s: outcome %s", k, got)
		}
		r := b.sender.only(t)
		if !r.Notice || r.Text == "" || strings.Contains(r.Text, "secret") || strings.Contains(r.Text, "599") {
			t.Errorf("%s: reply %+v", k, r)
		}
		if n := len(b.remembered(t)); n != 0 {
			t.Errorf("%s: %d turns remembered", k, n)
		}
	}
}

func TestContextOverflowShortensHistoryOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		history int
		fits    int   // turns of history
		calls   []int // turns of history shown at each call
		want    turn.Outcome
	}{
		{"half fits", 10, 5, []int{10, 5}, turn.Answered},
		{"the older half of an odd one", 5, 2, []int{5, 2}, turn.Answered},
		{"one turn", 1, 0, []int{1, 0}, turn.Answered},
		{"only once", 20, 5, []int{20, 10}, turn.Failed},
		{"nothing to drop", 0, -1, []int{0}, turn.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBench()
			for n := range c.history {
				_ = b.store.Append(t.Context(), conversation, store.Turn{ID: fmt.Sprint(n), User: fmt.Sprint("q", n), Reply: "a"})
			}
			var calls []int
			got := b.do(t.Context(), "hi", func(_ context.Context, r *llm.Request, _ func(llm.Delta) error) (*llm.Response, error) {
				shown := (len(r.Messages) - 2) / 2
				calls = append(calls, shown)
				if shown > c.fits {
					long := fault.Fault{Kind: fault.ContextOverflow}
					return nil, &llm.Error{Fault: fault.Fault{Kind: fault.CircuitOpen}, Attempts: []llm.Attempt{{Link: "a", Fault: &long}}}
				}
				if shown > 0 && r.Messages[1].Text != fmt.Sprint("q", c.history-shown) {
					t.Errorf("the history begins with %q", r.Messages[1].Text)
				}
				return &llm.Response{Text: "ok", Attempts: []llm.Attempt{{Link: "a"}}}, nil
			})
			if got != c.want || !slices.Equal(calls, c.calls) {
				t.Errorf("outcome %s, calls %v; want %s, %v", got, calls, c.want, c.calls)
			}
			if r := b.sender.only(t); len(r.Attempts) != len(c.calls) {
				t.Errorf("%d attempts are told, want those of all %d calls", len(r.Attempts), len(c.calls))
			}
		})
	}
}

func TestTooLongAnswerIsCutAndSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench()
	calls := 0
	got := b.do(t.Context(), "hi", func(_ context.Context, _ *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
		for {
			calls++
			if err := emit(llm.Delta{Text: strings.Repeat("é", 1000)}); err != nil {
				return nil, canceled(err)
			}
		}
	})
	r := b.sender.only(t)
	if got != turn.Answered || len(r.Text) > turn.MaxAnswer+100 || !strings.HasSuffix(r.Text, "longer than I can show.)") {
		t.Errorf("outcome %s, %d bytes ending in %q", got, len(r.Text), r.Text[len(r.Text)-60:])
	}
	if strings.Contains(r.Text, "\ufffd") || calls > turn.MaxAnswer/2000+2 {
		t.Errorf("cut inside a character, or too late: %d calls", calls)
	}
	if kept := b.remembered(t)[0].Reply; strings.Contains(kept, "longer than") {
		t.Error("the remark is remembered as the model's words")
	}
}

func TestEmptyAnswerIsToldAsSuch(t *testing.T) {
	t.Parallel()
	b := newBench()
	if got := b.do(t.Context(), "hi", says(" \n")); got != turn.Failed {
		t.Errorf("outcome %s", got)
	}
	if r := b.sender.only(t); !r.Notice || len(b.remembered(t)) != 0 {
		t.Errorf("reply %+v", r)
	}
}

func TestDeliveryIsTriedAgain(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for _, c := range []struct {
		name    string
		refuse  int // times
		want    turn.Outcome
		seconds float64
	}{
		{"twice", 2, turn.Answered, 1.5},
		{"for ever", 1000, turn.Failed, 7.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b, begin := newBench(), time.Now()
				b.sender.onFinish = func(try int) error {
					if try <= c.refuse {
						return refused
					}
					return nil
				}
				if got := b.do(t.Context(), "hi", says("ok")); got != c.want {
					t.Errorf("outcome %s", got)
				}
				if took := time.Since(begin).Seconds(); took != c.seconds {
					t.Errorf("it took %g s, want %g", took, c.seconds)
				}
				if n := len(b.remembered(t)); (n == 1) != (c.want == turn.Answered) {
					t.Errorf("%d turns remembered", n)
				}
			})
		})
	}
}

func TestOpenIsTakenUpAgainWhenAPartWasSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.sender.onOpen = func(save func(chat.Ref) error) error {
			if b.sender.opened == 1 {
				return errors.New("nothing was sent")
			}
			_ = save(chat.Ref{Parts: []string{"17"}})
			return errors.New("sent, but the answer was lost")
		}
		if got := b.do(t.Context(), "hi", says("ok")); got != turn.Answered {
			t.Errorf("outcome %s", got)
		}
		if b.sender.opened != 2 || b.sender.resumed != 1 {
			t.Errorf("opened %d times, resumed %d", b.sender.opened, b.sender.resumed)
		}
	})
}

func TestLogTellsTheTurnWithoutItsText(t *testing.T) {
	t.Parallel()
	b := newBench()
	b.do(t.Context(), "42", says("private answer"))
	b.do(t.Context(), "43", fails(fault.Billing))
	for _, want := range []string{
		"turn answered", "turn=platform.test.x/42", "conversation=platform.test.x/c", "from=u1",
		`attempts="provider.x.a ok"`, "duration_ms=", "turn failed", `attempts="provider.x.a billing (599)"`,
	} {
		if !strings.Contains(b.log.String(), want) {
			t.Errorf("no %s in:\n%s", want, b.log)
		}
	}
	for _, private := range []string{"private answer", "upstream secret", "Ann"} {
		if strings.Contains(b.log.String(), private) {
			t.Errorf("%q is in:\n%s", private, b.log)
		}
	}
}
