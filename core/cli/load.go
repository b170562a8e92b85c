package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/settings"
)

// loaded is what the files, the environment and the flags say together.
type loaded struct {
	cfg      *config.Config
	settings settings.Settings
	origins  []settings.Origin
	problems config.Diagnostics // errors and warnings of the files
	warnings []string           // of the settings
}

// find returns the path of the config.
func (a *app) find() (string, error) {
	explicit := a.config
	if explicit == "" {
		explicit = a.getenv("HERMES_CONFIG")
	}
	return config.Find(explicit)
}

// load reads everything. It returns an error only where there is no diagnostic
// for it: a problem of a file is in problems, and cfg is nil then.
func (a *app) load(path string, noEnv bool) (loaded, error) {
	var l loaded
	l.cfg, l.problems = config.Load(path, config.Options{Set: a.set, Environ: a.env, NoEnv: noEnv})
	if l.problems.HasErrors() || l.cfg == nil {
		return loaded{problems: l.problems}, nil
	}
	return l, a.layer(&l, path)
}

// layer adds the process settings.
func (a *app) layer(l *loaded, path string) (err error) {
	l.settings, l.origins, l.warnings, err = a.layers(l.cfg, path)
	return err
}

func (a *app) layers(cfg *config.Config, path string) (settings.Settings, []settings.Origin, []string, error) {
	known := map[string]bool{}
	for _, name := range cfg.EnvNames {
		if strings.HasPrefix(name, "HERMES_") {
			known[name] = true
		}
	}
	return settings.Load(settings.Input{
		Dir: cfg.Dir, File: cfg.Process, Source: filepath.Base(path), Environ: a.env, Flags: a.flags(), Known: known,
	})
}

// flags returns the settings that flags set.
func (a *app) flags() map[string]string {
	all := map[string]string{"data_dir": a.dataDir, "log.level": a.logLevel, "log.format": a.logFormat}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}

// gatewayDir returns the data directory of the gateway to talk to. It reads
// nothing but hermes { data_dir }, and needs no secret.
func (a *app) gatewayDir() (string, error) {
	for _, dir := range []string{a.dataDir, a.getenv("HERMES_DATA_DIR")} {
		if dir == "" {
			continue
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			return "", fmt.Errorf("finding the data directory: %w", err)
		}
		return abs, nil
	}
	path, err := a.find()
	if err != nil {
		return "", errors.Join(err, errors.New("say which gateway is meant with --config or --data-dir"))
	}
	return config.DataDir(path)
}
