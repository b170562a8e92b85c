package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hermes-gateway/hermes/core/config"
)

// maxFile bounds a file that fmt reads, in bytes.
const maxFile = 4 << 20

func (a *app) fmtCommand() *cobra.Command {
	var write, check bool
	cmd := &cobra.Command{
		Use:   "fmt [FILE | FOLDER | -]...",
		Short: "Format config files",
		Long: `Prints the files in their one canonical form; with -w writes them in place. "-"
reads standard input. Without a name it is the config that 'hermes serve' would
read.

Exit code: 1 when --check finds a file that is not formatted, or a file does not parse.`,
		Example: `  hermes fmt -w
  hermes fmt --check configs
  hermes fmt - < draft.hcl`,
		RunE: a.act(func(_ *cobra.Command, args []string) error {
			if write && check {
				return usage("-w and --check exclude each other")
			}
			return a.format(args, write, check)
		}),
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the files in place and name those that changed")
	cmd.Flags().BoolVar(&check, "check", false, "name the files that are not formatted, change nothing")
	return cmd
}

func (a *app) format(names []string, write, check bool) error {
	if len(names) == 0 {
		path, err := a.find()
		if err != nil {
			return err
		}
		names = []string{path}
	}
	files, err := expand(names)
	if err != nil {
		return err
	}
	bad := false
	for _, name := range files {
		switch changed, err := a.formatOne(name, write, check); {
		case err != nil:
			fmt.Fprintf(a.err, "hermes: formatting %s:\n%v\n", name, err)
			bad = true
		case changed && check:
			bad = true
		}
	}
	if bad {
		return said(exitFailure)
	}
	return nil
}

// expand replaces folders by the config files in them.
func expand(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case name == "-" || err == nil && !info.IsDir():
			files = append(files, name)
			continue
		case err != nil:
			return nil, fmt.Errorf("looking for config files: %w", err)
		}
		inside, err := filepath.Glob(filepath.Join(name, "*.hcl"))
		if err != nil {
			return nil, fmt.Errorf("looking for config files: %w", err)
		}
		if len(inside) == 0 {
			return nil, fmt.Errorf("looking for config files: there is no *.hcl in %s", name)
		}
		files = append(files, inside...)
	}
	return files, nil
}

// formatOne prints, writes or judges one file.
func (a *app) formatOne(name string, write, check bool) (changed bool, err error) {
	src, err := a.readFile(name)
	if err != nil {
		return false, err
	}
	done, err := config.Format(name, src)
	if err != nil {
		return false, err
	}
	changed = !bytes.Equal(src, done)
	switch {
	case check:
		if changed {
			fmt.Fprintln(a.out, name)
		}
	case write && name != "-":
		if changed {
			fmt.Fprintln(a.out, name)
			return true, replaceFile(name, done)
		}
	default:
		_, err = a.out.Write(done)
	}
	return changed, err
}

func (a *app) readFile(name string) ([]byte, error) {
	in := a.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	src, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err == nil && len(src) > maxFile {
		err = errors.New("the file is too large for a config")
	}
	return src, err
}

// replaceFile writes beside the file and renames, so that nobody ever reads half of it.
func replaceFile(name string, text []byte) error {
	mode := os.FileMode(0o600)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("writing %s: %w", name, err), os.Remove(f.Name()))
	}
	return nil
}
