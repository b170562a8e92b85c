package console

import (
	"context"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// screen is the output. One draft at a time writes on it as it grows; another
// one that finishes meanwhile interrupts it, and it begins anew later.
type screen struct {
	out    io.Writer
	dim    bool
	prompt string // empty: none

	turn   chan struct{} // holds one token: whoever has it may use what follows
	owner  *draft        // writes just now; nil: the cursor is at the start of a line
	asking bool          // the prompt stands at the cursor
	done   ring          // the replies that are finished, so that resuming one shows nothing twice
}

func newScreen(out io.Writer) *screen {
	s := &screen{out: out, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// use runs do alone on the screen.
func (s *screen) use(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-s.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	return do()
}

// grow shows more of a draft, unless another one is being written.
func (s *screen) grow(ctx context.Context, d *draft, text string) error {
	return s.use(ctx, func() error {
		if s.owner != nil && s.owner != d {
			return nil
		}
		return s.extend(ctx, d, text)
	})
}

// finish shows the whole of a draft and a remark below it.
func (s *screen) finish(ctx context.Context, d *draft, text, remark string) error {
	return s.use(ctx, func() error {
		if s.done.has(d.id) {
			return nil
		}
		if s.owner != nil && s.owner != d {
			if err := s.abandon(ctx, "interrupted; the whole answer follows below"); err != nil {
				return err
			}
		}
		if err := s.extend(ctx, d, text); err != nil {
			return err
		}
		end := "\n"
		if remark != "" {
			end += s.styled(remark)
		}
		if _, err := write(ctx, s.out, end); err != nil {
			return err
		}
		s.owner = nil
		s.done.add(d.id)
		return nil
	})
}

// extend writes what is not on the screen yet. The caller has the turn.
func (s *screen) extend(ctx context.Context, d *draft, text string) error {
	if !strings.HasPrefix(text, d.shown) {
		if err := s.abandon(ctx, "the answer starts over:"); err != nil {
			return err
		}
	}
	if text == d.shown {
		return nil
	}
	if s.asking {
		s.asking = false
		if _, err := write(ctx, s.out, "\r"+strings.Repeat(" ", len(s.prompt))+"\r"); err != nil {
			return err
		}
	}
	s.owner = d
	n, err := write(ctx, s.out, text[len(d.shown):])
	d.shown = text[:len(d.shown)+n]
	return err
}

// abandon leaves the half-written draft of the owner where it is.
func (s *screen) abandon(ctx context.Context, why string) error {
	if _, err := write(ctx, s.out, "\n"+s.styled(why)); err != nil {
		return err
	}
	s.owner.shown = ""
	s.owner = nil
	return nil
}

// remark writes a line of Hermes itself.
func (s *screen) remark(ctx context.Context, text string) error {
	return s.use(ctx, func() error {
		_, err := write(ctx, s.out, s.styled(text))
		return err
	})
}

func (s *screen) styled(text string) string {
	if s.dim {
		return "\x1b[2m· " + text + "\x1b[0m\n"
	}
	return "· " + text + "\n"
}

// ask shows the prompt when nothing is being written.
func (s *screen) ask(ctx context.Context) error {
	return s.use(ctx, func() error {
		if s.prompt == "" || s.asking || s.owner != nil {
			return nil
		}
		s.asking = true
		_, err := write(ctx, s.out, s.prompt)
		return err
	})
}

// typed notes that the person ended the line of the prompt.
func (s *screen) typed(ctx context.Context) {
	_ = s.use(ctx, func() error { s.asking = false; return nil })
}

// leave ends the line of the prompt when Run ends in the middle of it.
func (s *screen) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = s.use(ctx, func() error {
		if !s.asking {
			return nil
		}
		s.asking = false
		_, err := write(ctx, s.out, "\n")
		return err
	})
}

// clean removes what could steer a terminal, the space around the text, and a
// character that is not whole yet. A prefix stays a prefix.
func clean(text string) string {
	for range utf8.UTFMax {
		if r, n := utf8.DecodeLastRuneInString(text); r != utf8.RuneError || n != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}

// ring remembers the last names added.
type ring struct {
	names [64]string
	at    int
}

func (r *ring) add(name string) {
	r.names[r.at%len(r.names)] = name
	r.at++
}

func (r *ring) has(name string) bool {
	for _, n := range r.names {
		if n == name {
			return true
		}
	}
	return false
}
