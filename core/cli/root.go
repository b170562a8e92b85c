package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

const rootLong = `Hermes is a gateway between the places where people write and the models that
answer. One file says who may write where, and which providers answer, in what
order. A provider that runs out of money, hangs or dies costs one attempt of one
request: the next one answers.

Start with 'hermes init', then 'hermes serve'.`

const rootExample = `  hermes init                 write a first hermes.hcl
  hermes check                say what is wrong with it
  hermes serve                run the gateway
  hermes status               see how it fares`

// root builds the tree of commands.
func (a *app) root() *cobra.Command {
	root := parent("hermes", "A chat gateway that no provider can take down", rootLong)
	root.Example, root.SilenceErrors, root.SilenceUsage = rootExample, true, true
	root.CompletionOptions.HiddenDefaultCmd = false
	f := root.PersistentFlags()
	f.StringVarP(&a.config, "config", "c", "", "config file, or folder of *.hcl files (default: ./hermes.hcl, then ~/.config/hermes, then /etc/hermes)")
	f.StringVar(&a.dataDir, "data-dir", "", "where the gateway keeps its state and its control socket (default: hermes { data_dir })")
	f.StringVar(&a.logLevel, "log-level", "", "debug, info, warn or error")
	f.StringVar(&a.logFormat, "log-format", "", "text or json")
	root.AddGroup(
		&cobra.Group{ID: "config", Title: "The file:"},
		&cobra.Group{ID: "gateway", Title: "The gateway:"},
		&cobra.Group{ID: "other", Title: "More:"},
	)
	root.SetHelpCommandGroupID("other")
	root.SetCompletionCommandGroupID("other")
	group(root, "config", a.initCommand(), a.checkCommand(), a.fmtCommand(), a.configCommand())
	group(root, "gateway", a.serveCommand(), a.statusCommand(), a.planCommand(), a.reloadCommand(), a.stopCommand(), a.breakerCommand())
	group(root, "other", a.faultCommand(), a.pluginsCommand(), a.versionCommand(), a.docsCommand())
	return root
}

func group(root *cobra.Command, id string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = id
		root.AddCommand(c)
	}
}

// parent returns a command that only has others below it.
func parent(use, short, long string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Long: long, SuggestionsMinimumDistance: 2,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			s := "there is no command " + cmd.CommandPath() + " " + args[0]
			if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
				s += "; did you mean " + strings.Join(like, " or ") + "?"
			}
			return usage("%s", s)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}

// act makes the body of a command. Errors before it are usage errors.
func (a *app) act(do func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.started = true
		return do(cmd, args)
	}
}
