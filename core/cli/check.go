package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/config"
)

func (a *app) checkCommand() *cobra.Command {
	var asJSON, noEnv bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the config",
		Long: `Reads the config as 'hermes serve' would and says everything that is wrong or
rarely meant, each with file, line and advice. Nothing is contacted.

Exit code: 0 when the gateway would start, 78 when it would not.`,
		Example: `  hermes check
  hermes check --config /etc/hermes/hermes.hcl
  hermes check --no-env --json     in a pipeline that has no secrets`,
		Args: cobra.NoArgs,
		RunE: a.act(func(*cobra.Command, []string) error { return a.check(noEnv, asJSON) }),
	}
	cmd.Flags().BoolVar(&noEnv, "no-env", false, "take environment variables that are missing as empty")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print {\"ok\", \"diagnostics\"} for programs")
	return cmd
}

// verdict is what check prints as JSON.
type verdict struct {
	OK          bool               `json:"ok"`
	Config      string             `json:"config"`
	Diagnostics config.Diagnostics `json:"diagnostics"`
}

func (a *app) check(noEnv, asJSON bool) error {
	path, err := a.find()
	if err != nil {
		return &codeError{code: exitBadConfig, err: err}
	}
	l, problems := a.examine(path, noEnv)
	ok := !problems.HasErrors()
	if asJSON {
		if err := printJSON(a.out, verdict{OK: ok, Config: path, Diagnostics: problems}); err != nil {
			return err
		}
	} else {
		a.printCheck(path, l, problems)
	}
	if !ok {
		return said(exitBadConfig)
	}
	return nil
}

// examine loads the config and adds what is wrong with the settings to the diagnostics.
func (a *app) examine(path string, noEnv bool) (loaded, config.Diagnostics) {
	l, err := a.load(path, noEnv)
	problems := append(config.Diagnostics{}, l.problems...)
	for _, w := range l.warnings {
		problems = append(problems, config.Diagnostic{Severity: config.Warning, Summary: "Process settings", Detail: w})
	}
	for _, e := range split(err) {
		problems = append(problems, config.Diagnostic{Severity: config.Error, Summary: "Process settings", Detail: e.Error()})
	}
	return l, problems
}

// split returns the errors that were joined.
func split(err error) []error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func (a *app) printCheck(path string, l loaded, problems config.Diagnostics) {
	if len(problems) > 0 {
		fmt.Fprintf(a.out, "%s\n", problems.Error())
	}
	if problems.HasErrors() {
		n := 0
		for _, p := range problems {
			if p.Severity == config.Error {
				n++
			}
		}
		fmt.Fprintf(a.out, "%s cannot be used: %s.\n", path, plural(n, "error"))
		return
	}
	fmt.Fprintf(a.out, "%s is fine: %s, %s, %s, %s.\n", path,
		plural(len(l.cfg.Providers), "provider"), plural(len(l.cfg.Chains), "chain"),
		plural(len(l.cfg.Agents), "agent"), plural(len(l.cfg.Platforms), "platform"))
}

func plural(n int, word string) string {
	switch n {
	case 1:
		return "1 " + word
	case 0:
		return "no " + word + "s"
	default:
		return fmt.Sprintf("%d %ss", n, strings.TrimSuffix(word, "s"))
	}
}

// printJSON prints v indented, for programs and for people who look over their shoulder.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("printing JSON: %w", err)
	}
	return nil
}
