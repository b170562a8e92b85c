package settings

import "strings"

// key is one setting: its dotted name, its default, and what it accepts.
type key struct {
	name     string
	fallback string
	secret   bool
	path     bool // made absolute
	check    func(value string) (allowed string, ok bool)
}

// keys lists every setting, sorted.
func keys() []key {
	return []key{
		{name: "admin.listen", fallback: "127.0.0.1:8390", check: address},
		{name: "admin.token", secret: true, check: anything},
		{name: "data_dir", fallback: "./data", path: true, check: filled},
		{name: "drain_timeout", fallback: "30s", check: duration},
		{name: "env_file", path: true, check: anything},
		{name: "log.format", fallback: "text", check: oneOf("text", "json")},
		{name: "log.level", fallback: "info", check: oneOf("debug", "info", "warn", "error")},
	}
}

const prefix = "HERMES_"

// variable is the environment variable of a key: HERMES_LOG_LEVEL.
func variable(name string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// flag is the flag of a key: --log-level.
func flag(name string) string {
	return "--" + strings.NewReplacer(".", "-", "_", "-").Replace(name)
}

// others are HERMES_* names with a meaning elsewhere.
func others() []string { return []string{"HERMES_CONFIG"} }

func find(name string) (key, bool) {
	for _, k := range keys() {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}
