package chattest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hermes-gateway/hermes/core/chat"
)

// ledger is a save function that remembers the latest Ref.
type ledger struct {
	mu  sync.Mutex
	ref chat.Ref
}

func (l *ledger) save(r chat.Ref) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ref = chat.Ref{Parts: slices.Clone(r.Parts)}
	return nil
}

func (l *ledger) last() chat.Ref {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ref
}

func sender(t *testing.T, f Fixture) chat.Sender {
	t.Helper()
	s, ok := f.Platform.(chat.Sender)
	if !ok {
		t.Skip("this platform does not show replies")
	}
	return s
}

// open opens a draft and returns it with its ledger.
func open(t *testing.T, f Fixture) (chat.Draft, *ledger) {
	t.Helper()
	l := &ledger{}
	d, err := sender(t, f).Open(bounded(t), f.To, l.save)
	if err != nil {
		t.Fatalf("opening a draft: %v", err)
	}
	return d, l
}

func finish(t *testing.T, d chat.Draft, r chat.Reply) {
	t.Helper()
	if err := d.Finish(bounded(t), r); err != nil {
		t.Fatalf("finishing a draft: %v", err)
	}
}

// sees fails the test unless the person sees exactly these replies.
func sees(t *testing.T, f Fixture, want ...string) {
	t.Helper()
	if got := f.Visible(); !slices.Equal(got, want) {
		t.Errorf("the person sees %q, want %q", got, want)
	}
}

func finishOnce(t *testing.T, f Fixture) {
	d, l := open(t, f)
	for _, text := range []string{"The", "The answer", "The answer is"} {
		d.Update(text)
	}
	finish(t, d, chat.Reply{Text: "The answer is 42."})
	sees(t, f, "The answer is 42.")
	if len(l.last().Parts) == 0 {
		t.Error("save was never called with the part that was sent")
	}
}

func finishAlone(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	finish(t, d, chat.Reply{Text: "At once."})
	sees(t, f, "At once.")
}

func finishTwice(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	for range 3 {
		finish(t, d, chat.Reply{Text: "Only once."})
	}
	sees(t, f, "Only once.")
}

func finishAfterError(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	r := chat.Reply{Text: "In the end."}
	if err := d.Finish(ended, r); err == nil && !slices.Equal(f.Visible(), []string{r.Text}) {
		t.Error("Finish with an ended context returned no error and showed nothing")
	}
	finish(t, d, r)
	sees(t, f, r.Text)
}

func latestWins(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	d.Update("First thought")
	d.Update("Second thought, quite different")
	finish(t, d, chat.Reply{Text: "Third thought."})
	sees(t, f, "Third thought.")
}

func updateNeverBlocks(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	release := func() {}
	if f.Block != nil {
		release = sync.OnceFunc(f.Block())
	}
	defer release()
	var text strings.Builder
	within(t, "Update", func() {
		for i := range 2000 {
			fmt.Fprintf(&text, "%d ", i%10)
			d.Update(text.String())
		}
	})
	release()
	finish(t, d, chat.Reply{Text: "Done."})
	sees(t, f, "Done.")
}

func resume(t *testing.T, f Fixture) {
	s := sender(t, f)
	ctx, cancel := context.WithCancel(bounded(t))
	l := &ledger{}
	d, err := s.Open(ctx, f.To, l.save)
	if err != nil {
		t.Fatalf("opening a draft: %v", err)
	}
	d.Update("Half an ans")
	cancel() // the process ends here
	again, err := s.Resume(bounded(t), f.To, l.last(), l.save)
	if err != nil {
		t.Fatalf("resuming a draft: %v", err)
	}
	finish(t, again, chat.Reply{Text: "A whole answer."})
	sees(t, f, "A whole answer.")
}

func resumeFinished(t *testing.T, f Fixture) {
	s := sender(t, f)
	d, l := open(t, f)
	finish(t, d, chat.Reply{Text: "Shown before."})
	again, err := s.Resume(bounded(t), f.To, l.last(), l.save)
	if err != nil {
		t.Fatalf("resuming a finished draft: %v", err)
	}
	finish(t, again, chat.Reply{Text: "Shown before."})
	sees(t, f, "Shown before.")
}

func saveFails(t *testing.T, f Fixture) {
	broken := errors.New("disk is full")
	d, err := sender(t, f).Open(bounded(t), f.To, func(chat.Ref) error { return broken })
	if err == nil {
		err = d.Finish(bounded(t), chat.Reply{Text: "Nobody could resume this."})
	}
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the one of save", err)
	}
}

func notice(t *testing.T, f Fixture) {
	d, _ := open(t, f)
	d.Update("An answer that breaks o")
	finish(t, d, chat.Reply{Text: "Nobody can answer just now.", Notice: true})
	sees(t, f, "Nobody can answer just now.")
}

func longText(t *testing.T, f Fixture) {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "word%04d ", i)
	}
	text := strings.TrimSpace(b.String())
	d, _ := open(t, f)
	d.Update(text[:len(text)/2])
	finish(t, d, chat.Reply{Text: text})
	got := strings.Fields(strings.Join(f.Visible(), " "))
	if want := strings.Fields(text); !slices.Equal(got, want) {
		t.Errorf("the person sees %d words, want %d, each once and in order", len(got), len(want))
	}
}

func concurrentDrafts(t *testing.T, f Fixture) {
	const n = 4
	var all sync.WaitGroup
	want := make([]string, n)
	for i := range n {
		want[i] = fmt.Sprintf("Answer number %d.", i)
		d, _ := open(t, f)
		all.Go(func() {
			for end := range len(want[i]) {
				d.Update(want[i][:end])
			}
			if err := d.Finish(bounded(t), chat.Reply{Text: want[i]}); err != nil {
				t.Errorf("finishing draft %d: %v", i, err)
			}
		})
	}
	within(t, "finishing drafts at once", all.Wait)
	got := f.Visible()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the person sees %q, want %q in any order", got, want)
	}
}

// abandoned leaves a draft without Finish; the caller looks for what it left behind.
func abandoned(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	d, err := sender(t, f).Open(ctx, f.To, (&ledger{}).save)
	if err != nil {
		t.Fatalf("opening a draft: %v", err)
	}
	d.Update("Never fin")
	cancel()
}
