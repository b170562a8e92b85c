package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/admin"
)

func (a *app) breakerCommand() *cobra.Command {
	cmd := parent("breaker", "See and move the circuits of providers",
		`Every provider has two circuits. The quota circuit opens on the first sign that
the account cannot pay or is not allowed; the health circuit opens when calls
fail again and again. While one is open the provider is not asked.`)
	cmd.Example = `  hermes breaker list
  hermes breaker reset openai.primary           after a top-up
  hermes breaker open openai.primary --for 1h   keep it out for an hour`
	cmd.AddCommand(a.breakerList(), a.breakerReset(), a.breakerOpen())
	return cmd
}

func (a *app) breakerList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the circuits, with why and until when one is open",
		Long:    "Lists the circuits of every provider of the running gateway: their state, what opened them, and when they are tried again.",
		Example: "  hermes breaker list\n  hermes breaker list --json",
		Args:    cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.ask(func(c *admin.Client) error {
				list, err := c.Breakers(cmd.Context())
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(a.out, list)
				}
				admin.WriteCircuits(a.out, list, a.now())
				return nil
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of circuits for programs")
	return cmd
}

func (a *app) breakerReset() *cobra.Command {
	return &cobra.Command{
		Use:     "reset NAME",
		Short:   "Close every circuit of a provider at once",
		Long:    "Closes every circuit of a provider at once: the next message asks it again. A top-up should not have to wait.",
		Example: "  hermes breaker reset openai.primary",
		Args:    exactly("the name of one provider, such as openai.primary"),
		RunE: a.act(func(cmd *cobra.Command, args []string) error {
			return a.ask(func(c *admin.Client) error {
				if err := c.ResetBreaker(cmd.Context(), args[0]); err != nil {
					return err
				}
				fmt.Fprintf(a.out, "The circuits of %s are closed.\n", args[0])
				return nil
			})
		}),
	}
}

func (a *app) breakerOpen() *cobra.Command {
	var d time.Duration
	cmd := &cobra.Command{
		Use:     "open NAME --for DURATION",
		Short:   "Open the quota circuit of a provider by hand",
		Long:    "Opens the quota circuit of a provider: for so long it is not asked, and the next one in the chain answers.",
		Example: "  hermes breaker open openai.primary --for 10m",
		Args:    exactly("the name of one provider, such as openai.primary"),
		RunE: a.act(func(cmd *cobra.Command, args []string) error {
			if d <= 0 {
				return usage("--for must be a duration above zero, such as 10m")
			}
			return a.ask(func(c *admin.Client) error {
				if err := c.OpenBreaker(cmd.Context(), args[0], d); err != nil {
					return err
				}
				fmt.Fprintf(a.out, "The quota circuit of %s is open until %s.\n", args[0], a.now().Add(d).Format(time.DateTime))
				return nil
			})
		}),
	}
	cmd.Flags().DurationVar(&d, "for", 10*time.Minute, "how long, such as 90s, 10m, 2h")
	return cmd
}

// exactly is one argument, described by what.
func exactly(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage("%s takes %s", cmd.CommandPath(), what)
		}
		return nil
	}
}
