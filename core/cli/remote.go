package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/admin"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

// gateway returns a client for the gateway that is meant.
func (a *app) gateway() (*admin.Client, error) {
	dir, err := a.gatewayDir()
	if err != nil {
		return nil, err
	}
	return admin.NewClient(dir, a.getenv)
}

// ask runs do with a client. It adds advice when nobody is there to ask.
func (a *app) ask(do func(c *admin.Client) error) error {
	c, err := a.gateway()
	if err != nil {
		return err
	}
	err = do(c)
	if errors.Is(err, admin.ErrNotRunning) {
		return fmt.Errorf("%w; start one with 'hermes serve', or name another data directory with --config or --data-dir", err)
	}
	return err
}

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how the running gateway fares",
		Long: `Shows the platforms and since when they are connected or why they are not, the
circuits with the reason why one is open and when it is tried again, the chains,
the queue, and the last reload.`,
		Example: `  hermes status
  hermes status --json | jq '.platforms[] | select(.state != "connected")'
  hermes status --data-dir /var/lib/hermes`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.ask(func(c *admin.Client) error {
				s, err := c.Status(cmd.Context())
				switch {
				case err != nil:
					return err
				case asJSON:
					return printJSON(a.out, s)
				}
				admin.WriteStatus(a.out, s, a.now())
				return nil
			})
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print everything as JSON for programs")
	return cmd
}

func (a *app) planCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Say what a reload would change",
		Long: `Asks the running gateway to read its files and say what a reload would keep,
replace, add and remove, without doing it.

Exit code: 1 when the files have errors; then a reload would be refused.`,
		Example: "  hermes plan",
		Args:    cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.ask(func(c *admin.Client) error { return a.plan(cmd.Context(), c, asJSON) })
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print {\"steps\"} for programs")
	return cmd
}

func (a *app) plan(ctx context.Context, c *admin.Client, asJSON bool) error {
	plan, problems, err := c.Plan(ctx)
	a.printProblems(problems)
	switch {
	case err != nil:
		return fmt.Errorf("a reload would be refused: %w", err)
	case asJSON:
		return printJSON(a.out, plan)
	}
	return a.printPlan(plan, "A reload would change nothing.")
}

// printPlan prints one line per step: + added, ~ replaced, - removed, and kept ones without a mark.
func (a *app) printPlan(p engine.Plan, nothing string) error {
	marks := map[engine.Action]string{engine.Add: "+", engine.Replace: "~", engine.Remove: "-", engine.Keep: " "}
	t := table(a.out)
	for _, s := range p.Steps {
		fmt.Fprintf(t, "%s %s\t%s", marks[s.Action], s.Action, s.Address)
		if s.Reason != "" {
			fmt.Fprintf(t, "\t%s", s.Reason)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("printing the plan: %w", err)
	}
	if !p.Changes() {
		fmt.Fprintln(a.out, nothing)
	}
	return nil
}

func (a *app) printProblems(problems config.Diagnostics) {
	if len(problems) > 0 {
		fmt.Fprintln(a.err, problems.Error())
	}
}

func (a *app) reloadCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Make the running gateway read its files anew",
		Long: `Makes the running gateway read its files anew, waits, and says what became of it.
Either everything is taken into service, or nothing changes.

Exit code: 1 when the reload was refused; the gateway goes on as before.`,
		Example: `  hermes plan && hermes reload
  kill -HUP "$(cat data/hermes.lock)"    the same without a verdict`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.ask(func(c *admin.Client) error { return a.reload(cmd.Context(), c, asJSON) })
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the verdict as JSON for programs")
	return cmd
}

func (a *app) reload(ctx context.Context, c *admin.Client, asJSON bool) error {
	done, err := c.Reload(ctx)
	if err != nil && !errors.Is(err, admin.ErrRefused) {
		return err
	}
	if asJSON {
		if perr := printJSON(a.out, done); perr != nil {
			return perr
		}
		if err != nil {
			return said(exitFailure)
		}
		return nil
	}
	a.printProblems(done.Problems)
	if err != nil {
		return fmt.Errorf("the reload was refused and nothing has changed: %w", err)
	}
	if err := a.printPlan(done.Plan, "Nothing has changed."); err != nil {
		return err
	}
	if done.Plan.Changes() {
		fmt.Fprintf(a.out, "Reloaded in %s: %s.\n", done.Duration.Round(time.Millisecond), admin.Summary(done.Plan))
	}
	return nil
}

func (a *app) stopCommand() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "Make the running gateway drain and end",
		Long: `Asks the running gateway to take no more messages, finish what it is answering,
and end; and waits for that.`,
		Example: `  hermes stop
  hermes stop --wait 0     only ask`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.ask(func(c *admin.Client) error { return a.stop(cmd.Context(), c, wait) })
		}),
	}
	cmd.Flags().DurationVar(&wait, "wait", 2*time.Minute, "how long to wait for the end; 0: not at all")
	return cmd
}

// stopPoll is how often stop looks whether the gateway has ended.
const stopPoll = 50 * time.Millisecond

func (a *app) stop(ctx context.Context, c *admin.Client, wait time.Duration) error {
	if err := c.Stop(ctx); err != nil {
		return err
	}
	if wait <= 0 {
		fmt.Fprintln(a.out, "The gateway drains and ends.")
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		if _, err := c.Status(ctx); errors.Is(err, admin.ErrNotRunning) {
			fmt.Fprintln(a.out, "The gateway has ended.")
			return nil
		}
		select {
		case <-time.After(stopPoll):
		case <-ctx.Done():
			return errors.New("the gateway is still draining; 'hermes status' shows what it is busy with")
		}
	}
}
