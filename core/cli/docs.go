package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/hermes-gateway/hermes/core/config"
)

// docsCommand prints the pages of docs/ that are generated from the code.
func (a *app) docsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "docs config | commands",
		Short:   "Print the generated reference as Markdown",
		Long:    "Prints the reference of the config language or of the commands as Markdown, generated from this build.",
		Example: "  hermes docs config > docs/configuration.md",
		Hidden:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] != "config" && args[0] != "commands" {
				return usage(`%s takes "config" or "commands"`, cmd.CommandPath())
			}
			return nil
		},
		RunE: a.act(func(cmd *cobra.Command, args []string) error {
			page := config.Reference(a.set)
			if args[0] == "commands" {
				var err error
				if page, err = commandReference(cmd.Root()); err != nil {
					return err
				}
			}
			if _, err := fmt.Fprintln(a.out, strings.TrimSpace(page)); err != nil {
				return fmt.Errorf("printing the reference: %w", err)
			}
			return nil
		}),
	}
}

// commandReference renders every visible command on one page.
func commandReference(root *cobra.Command) (string, error) {
	var b bytes.Buffer
	b.WriteString("# Commands\n\n<!-- Generated from the code. Do not edit. -->\n")
	err := eachCommand(root, func(cmd *cobra.Command) error {
		var page bytes.Buffer
		cmd.DisableAutoGenTag = true
		if err := doc.GenMarkdownCustom(cmd, &page, func(string) string { return "" }); err != nil {
			return fmt.Errorf("rendering %s: %w", cmd.CommandPath(), err)
		}
		text, _, _ := strings.Cut(page.String(), "### SEE ALSO")
		text, _, _ = strings.Cut(text, "### Options inherited")
		b.WriteString("\n" + strings.TrimSpace(text) + "\n")
		return nil
	})
	return b.String(), err
}

func eachCommand(cmd *cobra.Command, do func(*cobra.Command) error) error {
	if !cmd.IsAvailableCommand() && cmd.HasParent() {
		return nil
	}
	if err := do(cmd); err != nil {
		return err
	}
	for _, c := range cmd.Commands() {
		if err := eachCommand(c, do); err != nil {
			return err
		}
	}
	return nil
}
