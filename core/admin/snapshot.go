package admin

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
)

// snapshot reads the gateway's status at each scrape.
type snapshot struct {
	g Gateway

	ready, draining, generation *prometheus.Desc
	waiting, running            *prometheus.Desc
	up, state, restarts         *prometheus.Desc
	open                        *prometheus.Desc
}

func newSnapshot(g Gateway) *snapshot {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("hermes_"+name, help, labels, nil)
	}
	return &snapshot{
		g:          g,
		ready:      desc("ready", "Whether the gateway serves."),
		draining:   desc("draining", "Whether a shutdown has begun."),
		generation: desc("generation", "Number of the running generation; 1 after the start."),
		waiting:    desc("turns_waiting", "Turns in the queue."),
		running:    desc("turns_running", "Turns being answered."),
		up:         desc("platform_up", "Whether the platform is connected.", "platform"),
		state:      desc("platform_state", "1 for the state that the platform is in, 0 for the others.", "platform", "state"),
		restarts:   desc("platform_restarts_total", "Early returns and panics of the platform.", "platform"),
		open:       desc("circuit_open", "Whether the circuit is open or half open.", "provider", "circuit", "scope", "model"),
	}
}

// Describe lists the metrics.
func (s *snapshot) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{s.ready, s.draining, s.generation, s.waiting, s.running, s.up, s.state, s.restarts, s.open} {
		ch <- d
	}
}

// Collect reads the status once.
func (s *snapshot) Collect(ch chan<- prometheus.Metric) {
	st := s.g.Status()
	set := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- constant(d, prometheus.GaugeValue, v, labels)
	}
	set(s.ready, one(s.g.Ready()))
	set(s.draining, one(st.Draining))
	set(s.generation, float64(st.Generation))
	set(s.waiting, float64(st.Waiting))
	set(s.running, float64(st.Running))
	for _, p := range st.Platforms {
		set(s.up, one(p.State == chat.Connected), p.Address)
		for _, state := range []chat.State{chat.Connecting, chat.Connected, chat.Retrying, chat.Stopped} {
			set(s.state, one(p.State == state), p.Address, string(state))
		}
		ch <- constant(s.restarts, prometheus.CounterValue, float64(p.Restarts), []string{p.Address})
	}
	for _, c := range st.Circuits {
		set(s.open, one(c.State != breaker.Closed), c.Provider, c.Circuit, c.Scope, strings.ToValidUTF8(c.Model, "?"))
	}
}

func constant(d *prometheus.Desc, t prometheus.ValueType, v float64, labels []string) prometheus.Metric {
	m, err := prometheus.NewConstMetric(d, t, v, labels...)
	if err != nil {
		return prometheus.NewInvalidMetric(d, err)
	}
	return m
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
