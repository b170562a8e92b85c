package admin

import (
	"strings"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/engine"
)

func TestStatusText(t *testing.T) {
	t.Parallel()
	refused := fullStatus()
	refused.Draining = true
	refused.LastReload = &engine.ReloadDone{At: noon().Add(-90 * time.Second), Error: "the configuration is not valid"}
	for name, s := range map[string]Status{
		"full.txt":     func() Status { s := facts(fullStatus()); s.AdminListen = "127.0.0.1:8390"; return s }(),
		"empty.txt":    {Status: engine.Status{Version: "1.2.3", PID: 1}},
		"draining.txt": facts(refused),
	} {
		var b strings.Builder
		WriteStatus(&b, s, noon())
		golden(t, name, b.String())
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second:             "0 s",
		400 * time.Millisecond:   "0 s",
		59500 * time.Millisecond: "1 min",
		90 * time.Second:         "1 min 30 s",
		time.Hour:                "1 h",
		125 * time.Minute:        "2 h 5 min",
		24 * time.Hour:           "1 d",
		77 * time.Hour:           "3 d 5 h",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%s) = %q, want %q", d, got, want)
		}
	}
}
