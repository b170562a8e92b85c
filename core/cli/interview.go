package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// interview asks a person. What a flag or a variable says is not asked.
type interview struct {
	app     *app
	changed func(flag string) bool
	silent  bool // ask nothing
	in      *bufio.Reader
}

// tries is how often a question is asked before its answers are given up.
const tries = 3

// text asks for a value whose default is in v. The flag of that name answers it.
func (q *interview) text(v *string, flag, question string, check func(string) error) error {
	if q.silent || q.changed(flag) {
		if err := check(*v); err != nil {
			return usage("--%s: %w", flag, err)
		}
		return nil
	}
	if *v != "" {
		question += " [" + *v + "]"
	}
	return q.ask(v, question, check, q.line)
}

// secret asks without showing what is typed. The variable of that name answers it.
func (q *interview) secret(v *string, variable, question string, check func(string) error) error {
	*v = q.app.getenv(variable)
	if *v != "" || q.silent {
		if err := check(*v); err != nil {
			return usage("%s: %w", variable, err)
		}
		return nil
	}
	return q.ask(v, question, check, q.hidden)
}

func (q *interview) ask(v *string, question string, check func(string) error, read func() (string, error)) error {
	var wrong error
	for range tries {
		fmt.Fprintf(q.app.err, "%s: ", question)
		answer, err := read()
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading an answer: %w", err)
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = *v
		}
		if wrong = check(answer); wrong == nil {
			*v = answer
			return nil
		}
		fmt.Fprintf(q.app.err, "  %v\n", wrong)
		if err != nil {
			break // there are no more answers
		}
	}
	return usage("%s: %w", strings.ToLower(question[:1])+question[1:], wrong)
}

func (q *interview) line() (string, error) {
	if q.in == nil {
		q.in = bufio.NewReader(io.LimitReader(q.app.in, maxFile))
	}
	return q.in.ReadString('\n')
}

func (q *interview) hidden() (string, error) {
	f, ok := q.app.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return q.line()
	}
	text, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(q.app.err)
	return string(text), err
}
