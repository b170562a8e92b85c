package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/plugin"
)

func (a *app) configCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the effective process settings and who set each",
		Long: `Shows the settings of the process as 'hermes serve' would use them, and whether
the default, the file, a HERMES_* variable or a flag set each. Secrets are masked.
Variables that the rest of the file needs may be missing.`,
		Example: `  hermes config
  HERMES_LOG_LEVEL=debug hermes config --json`,
		Args: cobra.NoArgs,
		RunE: a.act(func(*cobra.Command, []string) error { return a.showConfig(asJSON) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of {\"key\", \"value\", \"source\"} for programs")
	return cmd
}

func (a *app) showConfig(asJSON bool) error {
	path, err := a.find()
	if err != nil {
		return &codeError{code: exitBadConfig, err: err}
	}
	l, problems := a.examine(path, true)
	if problems.HasErrors() {
		fmt.Fprintln(a.err, problems.Error())
		return said(exitBadConfig)
	}
	for _, w := range l.warnings {
		fmt.Fprintf(a.err, "warning: %s\n", w)
	}
	if asJSON {
		return printJSON(a.out, l.origins)
	}
	t := table(a.out)
	for _, o := range l.origins {
		value := o.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", o.Key, value, o.Source)
	}
	return t.Flush()
}

func table(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

// compiledIn is one plugin of this build.
type compiledIn struct {
	Kind    string `json:"kind"`
	Type    string `json:"type"`
	Summary string `json:"summary"`
}

func (a *app) pluginsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "plugins",
		Short:   "List the platforms, providers and stores of this build",
		Long:    "Lists what is compiled in: the first labels that platform, provider and store blocks may have.",
		Example: "  hermes plugins",
		Args:    cobra.NoArgs,
		RunE: a.act(func(*cobra.Command, []string) error {
			list := a.plugins()
			if asJSON {
				return printJSON(a.out, list)
			}
			t := table(a.out)
			for _, p := range list {
				fmt.Fprintf(t, "%s\t%s\t%s\n", p.Kind, p.Type, p.Summary)
			}
			return t.Flush()
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of {\"kind\", \"type\", \"summary\"} for programs")
	return cmd
}

func (a *app) plugins() []compiledIn {
	list := []compiledIn{}
	list = specs(list, "platform", a.set.Platforms)
	list = specs(list, "provider", a.set.Providers)
	return specs(list, "store", a.set.Stores)
}

func specs[T any](list []compiledIn, kind string, specs []plugin.Spec[T]) []compiledIn {
	for _, s := range specs {
		list = append(list, compiledIn{Kind: kind, Type: s.Type, Summary: s.Summary})
	}
	return list
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of this build",
		Long:    "Prints the version, the commit it was built from, and the Go release that built it.",
		Example: "  hermes version",
		Args:    cobra.NoArgs,
		RunE: a.act(func(*cobra.Command, []string) error {
			fmt.Fprintf(a.out, "hermes %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		}),
	}
}

// version returns the module's version, or what the version control system
// knew when it was built from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	commit, changed := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			commit = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+changes"
		}
	}
	if commit == "" {
		return "devel"
	}
	return "devel-" + commit + changed
}
