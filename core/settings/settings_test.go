package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	s, origins, warnings, err := Load(Input{Dir: "/etc/hermes"})
	if err != nil || len(warnings) != 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	want := Settings{
		DataDir: "/etc/hermes/data", DrainTimeout: 30 * time.Second, LogLevel: "info", LogFormat: "text", AdminListen: "127.0.0.1:8390",
	}
	if s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	var keys []string
	for _, o := range origins {
		keys = append(keys, o.Key)
		if o.Source != "default" {
			t.Errorf("%s is set by %s", o.Key, o.Source)
		}
	}
	if diff := cmp.Diff([]string{"admin.listen", "admin.token", "data_dir", "drain_timeout", "env_file", "log.format", "log.level"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

// layered is an input in which every layer says something.
func layered() Input {
	return Input{
		Dir: "/etc/hermes", Source: "hermes.hcl",
		File: map[string]any{
			"data_dir": "state", "log.level": "debug", "log.format": "json", "admin.token": "hunter2", "env_file": "hermes.env",
		},
		Environ: []string{"HERMES_LOG_LEVEL=warn", "HERMES_LOG_FORMAT=", "HERMES_DRAIN_TIMEOUT=1m", "HERMES_ADMIN_LISTEN=", "HERMES_CONFIG=x", "PATH=/bin"},
		Flags:   map[string]string{"log.level": "error"},
	}
}

func TestLayers(t *testing.T) {
	t.Parallel()
	s, origins, warnings, err := Load(layered())
	if err != nil || len(warnings) != 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	want := Settings{
		DataDir: "/etc/hermes/state", EnvFile: "/etc/hermes/hermes.env", DrainTimeout: time.Minute,
		LogLevel: "error", LogFormat: "json", AdminToken: "hunter2",
	}
	if s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	wantOrigins := []Origin{
		{"admin.listen", "", "HERMES_ADMIN_LISTEN"},
		{"admin.token", "(secret)", "hermes.hcl"},
		{"data_dir", "/etc/hermes/state", "hermes.hcl"},
		{"drain_timeout", "1m", "HERMES_DRAIN_TIMEOUT"},
		{"env_file", "/etc/hermes/hermes.env", "hermes.hcl"},
		{"log.format", "json", "hermes.hcl"},
		{"log.level", "error", "--log-level"},
	}
	if diff := cmp.Diff(wantOrigins, origins); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

func TestPathsOfVariablesStartHere(t *testing.T) {
	t.Parallel()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	in := layered()
	in.Environ = []string{"HERMES_DATA_DIR=state"}
	if s, _, _, err := Load(in); err != nil || s.DataDir != filepath.Join(here, "state") {
		t.Errorf("variable: %s, %v", s.DataDir, err)
	}
	in.Flags = map[string]string{"data_dir": "/abs/../state"}
	if s, _, _, err := Load(in); err != nil || s.DataDir != "/state" {
		t.Errorf("flag: %s, %v", s.DataDir, err)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, value, want string }{
		{"log.level", "loud", `log.level is "loud", set by HERMES_LOG_LEVEL; it must be one of debug, info, warn, error`},
		{"log.format", "xml", "one of text, json"},
		{"drain_timeout", "30", `write "30s" for seconds`},
		{"drain_timeout", "-1s", "more than zero"},
		{"drain_timeout", "0s", "more than zero"},
		{"drain_timeout", "48h", "at most 24h"},
		{"drain_timeout", "soon", "a duration such as"},
		{"admin.listen", "8390", "host:port"},
		{"admin.listen", "127.0.0.1:port", "host:port"},
		{"admin.listen", "127.0.0.1:70000", "host:port"},
		{"admin.listen", "0.0.0.0:8390", "set admin.token too (HERMES_ADMIN_TOKEN)"},
		{"admin.listen", ":8390", "set admin.token too"},
		{"admin.listen", "example.org:80", "set admin.token too"},
	} {
		_, _, _, err := Load(Input{Dir: "/", Environ: []string{variable(c.key) + "=" + c.value}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), variable(c.key)) {
			t.Errorf("%s = %q: %v, want %q", c.key, c.value, err, c.want)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, origins, _, err := Load(Input{
		Dir: "/", Source: "hermes.hcl",
		File:  map[string]any{"log.level": "loud", "log.levle": "info"},
		Flags: map[string]string{"drain_timeout": "5", "admin.listen": "nowhere"},
	})
	want := `admin.listen is "nowhere", set by --admin-listen; it must be host:port such as "127.0.0.1:8390", or empty for no listener
drain_timeout is "5", set by --drain-timeout; it must be a duration such as "30s", more than zero and at most 24h; write "5s" for seconds
log.level is "loud", set by hermes.hcl; it must be one of debug, info, warn, error
log.levle, set by hermes.hcl, is no setting; did you mean log.level?`
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(origins) != len(keys()) {
		t.Errorf("%d origins", len(origins))
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]bool{
		"127.0.0.1:1": true, "127.9.9.9:1": true, "[::1]:1": true, "[::ffff:127.0.0.1]:1": true, "localhost:1": true,
		"0.0.0.0:1": false, ":1": false, "[::]:1": false, "10.0.0.1:1": false, "example.org:1": false,
	} {
		in := Input{Dir: "/", Flags: map[string]string{"admin.listen": listen}}
		if _, _, _, err := Load(in); (err == nil) != want {
			t.Errorf("%s without a token: %v", listen, err)
		}
		in.Flags["admin.token"] = "hunter2"
		if _, _, _, err := Load(in); err != nil {
			t.Errorf("%s with a token: %v", listen, err)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	_, _, warnings, err := Load(Input{
		Dir:     "/",
		Environ: []string{"HERMES_LOGLEVEL=info", "HERMES_TOKEN=hunter2", "HERMES_BOT=1", "HERMES_DATA_DIR=/d", "HERMESX=1", "HERMES_CONFIG=c"},
		Known:   map[string]bool{"HERMES_BOT": true},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"The environment variable HERMES_LOGLEVEL means nothing to hermes; did you mean HERMES_LOG_LEVEL?",
		"The environment variable HERMES_TOKEN means nothing to hermes.",
	}
	if diff := cmp.Diff(want, warnings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSecretIsNowhere looks for the token in everything that can be printed.
func TestSecretIsNowhere(t *testing.T) {
	t.Parallel()
	const token = "hunter2-hunter2"
	s, origins, warnings, err := Load(Input{
		Dir:     "/",
		File:    map[string]any{"admin.token": token, "log.level": "loud"},
		Environ: []string{"HERMES_ADMIN_TOKEN=" + token, "HERMES_ADMIN_TOKN=" + token},
		Flags:   map[string]string{"admin.token": token, "admin.tokn": token},
	})
	said := fmt.Sprintf("%v %+v %#v %v %q %v", s, s, s, origins, warnings, err)
	if strings.Contains(said, token) {
		t.Errorf("the token is in %s", said)
	}
	if s.AdminToken.Reveal() != token {
		t.Error("the token is lost")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("log.level", "info", "HERMES_LOG_LEVEL=warn")
	f.Add("admin.listen", "[::1]:80", "HERMES_=")
	f.Add("..", "", "=")
	f.Fuzz(func(t *testing.T, key, value, env string) {
		in := Input{Dir: "/", Source: "hermes.hcl", File: map[string]any{key: value}, Environ: []string{env}, Flags: map[string]string{key: value}}
		s, _, _, err := Load(in)
		if err == nil && (!filepath.IsAbs(s.DataDir) || s.DrainTimeout <= 0) {
			t.Fatalf("%+v", s)
		}
	})
}
