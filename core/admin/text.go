package admin

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/engine"
)

// WriteStatus writes a status for people, aligned, as of now. Errors of w are dropped.
func WriteStatus(w io.Writer, s Status, now time.Time) {
	var b strings.Builder
	writeHead(&b, s, now)
	b.WriteString("\nPlatforms\n")
	WritePlatforms(&b, s.Platforms, now)
	b.WriteString("\nCircuits\n")
	WriteCircuits(&b, s.Circuits, now)
	b.WriteString("\nChains\n")
	writeChains(&b, s.Chains)
	b.WriteString("\nQueue\n")
	fmt.Fprintf(&b, "  %s, %s\n", count(s.Running, "turn runs", "turns run"), count(s.Waiting, "waits", "wait"))
	b.WriteString("\nLast reload\n")
	writeReload(&b, s.LastReload, now)
	_, _ = io.WriteString(w, b.String()) // documented
}

func writeHead(b *strings.Builder, s Status, now time.Time) {
	state := "serving"
	switch {
	case s.Draining:
		state = "draining"
	case s.Generation == 0:
		state = "starting"
	}
	fmt.Fprintf(b, "hermes %s, process %d: %s", s.Version, s.PID, state)
	if !s.Started.IsZero() {
		fmt.Fprintf(b, ", up %s", span(now.Sub(s.Started)))
	}
	b.WriteByte('\n')
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	if len(s.Files) > 0 {
		fmt.Fprintf(t, "  config\t%s\n", strings.Join(s.Files, ", "))
	}
	if s.DataDir != "" {
		fmt.Fprintf(t, "  data\t%s\n", s.DataDir)
	}
	if s.AdminListen != "" {
		fmt.Fprintf(t, "  admin\thttp://%s/\n", s.AdminListen)
	}
	if e := s.LastEnding; e != nil {
		fmt.Fprintf(t, "  before\tthe last process %s\n", e.Reason)
	}
	_ = t.Flush()
}

// WritePlatforms writes one line per platform.
func WritePlatforms(w io.Writer, list []engine.PlatformStatus, now time.Time) {
	if len(list) == 0 {
		_, _ = io.WriteString(w, "  none\n")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range list {
		fmt.Fprintf(t, "  %s\t%s", short(p.Address, "platform."), p.State)
		if !p.Since.IsZero() {
			fmt.Fprintf(t, "\tfor %s", span(now.Sub(p.Since)))
		}
		if says := platformNote(p, now); says != "" {
			fmt.Fprintf(t, "\t%s", says)
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}

func platformNote(p engine.PlatformStatus, now time.Time) string {
	var notes []string
	if p.Reason != "" {
		notes = append(notes, strings.TrimSuffix(p.Reason, "."))
	}
	if p.State != chat.Connected && p.RetryAt.After(now) {
		notes = append(notes, "next try "+in(p.RetryAt, now))
	}
	if p.Restarts > 0 {
		notes = append(notes, count(p.Restarts, "restart", "restarts"))
	}
	return strings.Join(notes, "; ")
}

// WriteCircuits writes one line per circuit.
func WriteCircuits(w io.Writer, list []breaker.Circuit, now time.Time) {
	if len(list) == 0 {
		_, _ = io.WriteString(w, "  none\n")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range list {
		name := c.Circuit
		if c.Model != "" {
			name += " of " + c.Model
		}
		fmt.Fprintf(t, "  %s\t%s\t%s", short(c.Provider, "provider."), name, strings.ReplaceAll(string(c.State), "_", " "))
		if says := circuitNote(c, now); says != "" {
			fmt.Fprintf(t, "\t%s", says)
		}
		fmt.Fprintln(t)
	}
	_ = t.Flush()
}

func circuitNote(c breaker.Circuit, now time.Time) string {
	if c.State == breaker.Closed {
		return ""
	}
	notes := []string{c.Reason()}
	if c.State == breaker.HalfOpen || !c.OpenUntil.After(now) {
		notes = append(notes, "the next call is the probe")
	} else {
		notes = append(notes, "tried again "+in(c.OpenUntil, now)+" ("+clock(c.OpenUntil, now)+")")
	}
	if c.Reopened > 0 {
		notes = append(notes, "reopened "+count(c.Reopened, "time", "times"))
	}
	return strings.Join(notes, ", ")
}

func writeChains(w io.Writer, list []engine.ChainStatus) {
	if len(list) == 0 {
		_, _ = io.WriteString(w, "  none\n")
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range list {
		links := make([]string, len(c.Links))
		for i, l := range c.Links {
			links[i] = short(l, "provider.")
		}
		fmt.Fprintf(t, "  %s\t%s\n", short(c.Address, "chain."), strings.Join(links, " > "))
	}
	_ = t.Flush()
}

func writeReload(w io.Writer, d *engine.ReloadDone, now time.Time) {
	switch {
	case d == nil:
		fmt.Fprintln(w, "  none since the start")
	case d.Error != "":
		fmt.Fprintf(w, "  refused %s: %s\n  the generation before it goes on serving\n", ago(d.At, now), d.Error)
	default:
		fmt.Fprintf(w, "  done %s in %s: %s\n", ago(d.At, now), d.Duration.Round(time.Millisecond), Summary(d.Plan))
	}
}

// Summary counts what a plan does: "1 added, 2 kept".
func Summary(p engine.Plan) string {
	n := map[engine.Action]int{}
	for _, s := range p.Steps {
		n[s.Action]++
	}
	var parts []string
	for _, a := range []struct {
		action engine.Action
		word   string
	}{{engine.Add, "added"}, {engine.Replace, "replaced"}, {engine.Remove, "removed"}, {engine.Keep, "kept"}} {
		if n[a.action] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[a.action], a.word))
		}
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}
