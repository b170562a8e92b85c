package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/config"
)

// The variables of a first config.
const (
	tokenVar    = "TELEGRAM_BOT_TOKEN" //nolint:gosec // a name, not a secret
	keyVar      = "OPENAI_API_KEY"
	fallbackVar = "FALLBACK_API_KEY"
)

const initLong = `Asks a few questions and writes a commented hermes.hcl, and the secrets beside it
into hermes.env, which only you can read. Then it checks them. Files that exist
are left alone unless --force is given.

Every answer can be given as a flag instead; secrets as environment variables,
because a command line can be read by others: TELEGRAM_BOT_TOKEN, OPENAI_API_KEY
and FALLBACK_API_KEY. With --yes nothing is asked and defaults are taken.`

func (a *app) initCommand() *cobra.Command {
	var force, yes bool
	var s starter
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a first config",
		Long:  initLong,
		Example: `  hermes init
  hermes init --config bot/hermes.hcl --allow 123456789 --model gpt-5.2
  OPENAI_API_KEY=$KEY hermes init --yes          chat in this terminal
  hermes init --base-url http://127.0.0.1:11434/v1 --model llama3.2`,
		Args: cobra.NoArgs,
		RunE: a.act(func(cmd *cobra.Command, _ []string) error {
			return a.init(&s, &interview{app: a, changed: cmd.Flags().Changed, silent: yes}, force)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&s.Allow, "allow", "", "Telegram user ids that may write, separated by commas")
	f.StringVar(&s.Primary.BaseURL, "base-url", "https://api.openai.com/v1", "address of the provider; anything that speaks OpenAI's protocol")
	f.StringVar(&s.Primary.Model, "model", "gpt-5.2", "model to ask for")
	f.StringVar(&s.Fallback.BaseURL, "fallback-base-url", "", "address of a second provider, asked when the first cannot answer")
	f.StringVar(&s.Fallback.Model, "fallback-model", "", "model to ask the second provider for")
	f.BoolVar(&force, "force", false, "overwrite files that exist")
	f.BoolVarP(&yes, "yes", "y", false, "ask nothing, take the defaults")
	return cmd
}

// init asks, writes and checks.
func (a *app) init(s *starter, q *interview, force bool) error {
	path := a.config
	if path == "" {
		path = "hermes.hcl"
	}
	envPath := filepath.Join(filepath.Dir(path), "hermes.env")
	if err := vacant(force, path, envPath); err != nil {
		return err
	}
	s.DataDir = a.dataDir
	if err := s.ask(q); err != nil {
		return err
	}
	if err := s.write(path, envPath); err != nil {
		return err
	}
	fmt.Fprintf(a.out, "Wrote %s and %s.\n", path, envPath)
	return a.proof(path, s)
}

// vacant refuses to overwrite.
func vacant(force bool, paths ...string) error {
	for _, p := range paths {
		info, err := os.Lstat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return fmt.Errorf("looking at %s: %w", p, err)
		case info.IsDir():
			return fmt.Errorf("%s is a folder; name a file with --config", p)
		case !force:
			return fmt.Errorf("%s is there already; --force overwrites it", p)
		}
	}
	return nil
}

// write writes both files; the secrets first, so that there is never a config without them.
func (s *starter) write(path, envPath string) error {
	var hcl, env bytes.Buffer
	if err := s.render(&hcl, &env); err != nil {
		return err
	}
	text, err := config.Format(path, hcl.Bytes())
	if err != nil {
		return fmt.Errorf("formatting the first config: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("writing the first config: %w", err)
	}
	return errors.Join(create(envPath, env.Bytes(), 0o600), create(path, text, 0o644))
}

// create replaces a file whole, with that mode whatever was there before.
func create(path string, text []byte, mode os.FileMode) error {
	if err := replaceFile(path, text); err != nil {
		return err
	}
	if err := os.Chmod(path, mode); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// proof checks what was written and says what comes next.
func (a *app) proof(path string, s *starter) error {
	l, problems := a.examine(path, false)
	a.printCheck(path, l, problems)
	if problems.HasErrors() {
		return said(exitFailure)
	}
	flag := ""
	if a.config != "" {
		flag = " --config " + path
	}
	fmt.Fprintf(a.out, "\nNow run:  hermes serve%s\n", flag)
	if s.Token != "" {
		fmt.Fprintln(a.out, "Then write to your bot.")
	}
	return nil
}
