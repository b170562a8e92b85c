package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/fault"
)

// maxLine bounds one case, in bytes.
const maxLine = 8 << 20

func (a *app) faultCommand() *cobra.Command {
	cmd := parent("fault", "Say what an error of a provider means",
		"Asks the same code that the gateway uses what an error of a provider means.")
	cmd.Example = "  hermes fault classify --status 402 < body.json"
	cmd.AddCommand(a.classifyCommand())
	return cmd
}

// classifyFlags are what is known of one error.
type classifyFlags struct {
	provider string
	status   int
	headers  []string
	streamed bool
	jsonl    bool
	verbose  bool
}

func (a *app) classifyCommand() *cobra.Command {
	var f classifyFlags
	cmd := &cobra.Command{
		Use:   "classify",
		Short: "Classify one error, or one per line",
		Long: `Reads the body of an error from standard input and prints what Hermes makes of
it: kind, scope, and when to try again. With --jsonl every line of standard input
is one error: {"provider", "status", "headers", "body", "stream", "at"}.`,
		Example: `  hermes fault classify --status 429 --header 'Retry-After: 20' < body.json
  hermes fault classify --jsonl < cases.jsonl`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			if f.jsonl {
				for _, other := range []string{"provider", "status", "header", "stream"} {
					if cmd.Flags().Changed(other) {
						return usage("--jsonl takes everything from its lines: leave --%s out", other)
					}
				}
				return a.classifyLines(f)
			}
			return a.classifyOne(f)
		}),
	}
	cmd.Flags().StringVar(&f.provider, "provider", "", "type or vendor of the provider, if known")
	cmd.Flags().IntVar(&f.status, "status", 0, "HTTP status; 0: there was no answer")
	cmd.Flags().StringArrayVar(&f.headers, "header", nil, "a header of the answer, 'Name: value'; may be repeated")
	cmd.Flags().BoolVar(&f.streamed, "stream", false, "the error came inside a stream that had begun with 200")
	cmd.Flags().BoolVar(&f.jsonl, "jsonl", false, "one error per line of standard input")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "add the vendor's code and the rule that decided")
	return cmd
}

func (a *app) classifyOne(f classifyFlags) error {
	if f.status < 0 || f.status > 999 {
		return usage("--status must be a number from 0 to 999")
	}
	header := http.Header{}
	for _, h := range f.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return usage("--header must look like 'Name: value', not %q", h)
		}
		header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	body, err := io.ReadAll(io.LimitReader(a.in, maxLine))
	if err != nil {
		return fmt.Errorf("reading the body: %w", err)
	}
	return a.printVerdict(json.NewEncoder(a.out), fault.Evidence{
		Provider: f.provider, Status: f.status, Header: header, Body: body, Streamed: f.streamed, Now: a.now(),
	}, f.verbose)
}

func (a *app) classifyLines(f classifyFlags) error {
	out := bufio.NewWriter(a.out)
	enc := json.NewEncoder(out)
	in := bufio.NewScanner(a.in)
	in.Buffer(make([]byte, 64<<10), maxLine)
	bad := 0
	for n := 1; in.Scan(); n++ {
		line := bytes.TrimSpace(in.Bytes())
		if len(line) == 0 {
			continue
		}
		e, err := fault.DecodeCase(line)
		if err != nil {
			bad++
			fmt.Fprintf(a.err, "hermes: line %d: %v\n", n, err)
			if err := enc.Encode(failedCase{Error: err.Error()}); err != nil {
				return fmt.Errorf("printing a verdict: %w", err)
			}
			continue
		}
		if e.Now.IsZero() {
			e.Now = a.now()
		}
		if err := a.printVerdict(enc, e, f.verbose); err != nil {
			return err
		}
	}
	err := errors.Join(in.Err(), out.Flush())
	if err != nil {
		return fmt.Errorf("classifying lines: %w", err)
	}
	if bad > 0 {
		return said(exitFailure)
	}
	return nil
}

// failedCase stands in the place of a verdict, so that line n of the output
// belongs to line n of the input.
type failedCase struct {
	Error string `json:"error"`
}

func (a *app) printVerdict(enc *json.Encoder, e fault.Evidence, verbose bool) error {
	if e.Now.IsZero() {
		e.Now = time.Now()
	}
	if err := enc.Encode(fault.NewVerdict(fault.Classify(e), verbose)); err != nil {
		return fmt.Errorf("printing a verdict: %w", err)
	}
	return nil
}
