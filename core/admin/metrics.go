package admin

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/engine"
)

// Metrics counts what the engine tells of. It may be used concurrently.
type Metrics struct {
	registry *prometheus.Registry

	attempts   *prometheus.CounterVec
	attemptSec *prometheus.HistogramVec
	firstSec   *prometheus.HistogramVec
	tokens     *prometheus.CounterVec
	calls      *prometheus.CounterVec
	callSec    *prometheus.HistogramVec
	turns      *prometheus.CounterVec
	turnSec    *prometheus.HistogramVec
	changes    *prometheus.CounterVec
	reloads    *prometheus.CounterVec
	reloadOK   prometheus.Gauge
	reloadAt   prometheus.Gauge
}

// NewMetrics returns metrics with a registry of their own.
func NewMetrics(version string) *Metrics {
	buckets := []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300}
	m := &Metrics{
		registry:   prometheus.NewRegistry(),
		attempts:   counter("provider_attempts_total", "Calls to a provider, by the kind of fault they ended with; none: answered.", "provider", "kind"),
		attemptSec: histogram("provider_attempt_duration_seconds", "How long calls to a provider took.", buckets, "provider"),
		firstSec:   histogram("provider_first_token_seconds", "How long a provider took to its first text.", buckets, "provider"),
		tokens:     counter("provider_tokens_total", "Tokens as the provider reports them.", "provider", "direction"),
		calls:      counter("chain_calls_total", "Calls to a chain, by the kind of fault they ended with; none: answered.", "chain", "kind"),
		callSec:    histogram("chain_call_duration_seconds", "How long calls to a chain took.", buckets, "chain"),
		turns:      counter("turns_total", "Finished turns.", "platform", "outcome"),
		turnSec:    histogram("turn_duration_seconds", "How long turns took, waiting apart.", buckets, "platform"),
		changes:    counter("circuit_changes_total", "Changes of state of a circuit, by the state that came.", "provider", "circuit", "scope", "to"),
		reloads:    counter("reloads_total", "Reloads, by result.", "result"),
		reloadOK:   gauge("reload_last_successful", "Whether the last reload was taken into service."),
		reloadAt:   gauge("reload_last_success_timestamp_seconds", "When a reload was last taken into service, or the start."),
	}
	info := prometheus.NewGaugeVec(opts("build_info", "The build that runs."), []string{"version", "goversion"})
	info.WithLabelValues(version, runtime.Version()).Set(1)
	m.reloadOK.Set(1)
	m.reloadAt.SetToCurrentTime()
	m.reloads.WithLabelValues("committed")
	m.reloads.WithLabelValues("refused")
	m.registry.MustRegister(m.attempts, m.attemptSec, m.firstSec, m.tokens, m.calls, m.callSec, m.turns, m.turnSec,
		m.changes, m.reloads, m.reloadOK, m.reloadAt, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func opts(name, help string) prometheus.GaugeOpts {
	return prometheus.GaugeOpts{Namespace: "hermes", Name: name, Help: help}
}

func gauge(name, help string) prometheus.Gauge { return prometheus.NewGauge(opts(name, help)) }

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts(opts(name, help)), labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "hermes", Name: name, Help: help, Buckets: buckets}, labels)
}

// Watch adds what is read from the gateway at each scrape. Call it once.
func (m *Metrics) Watch(g Gateway) { m.registry.MustRegister(newSnapshot(g)) }

// Hooks returns the hooks that count.
func (m *Metrics) Hooks() engine.Hooks {
	return engine.Hooks{Turn: m.turn, Call: m.call, Circuit: m.circuit, Reload: m.reload}
}

func (m *Metrics) turn(d engine.TurnDone) {
	m.turns.WithLabelValues(d.Platform, d.Outcome).Inc()
	m.turnSec.WithLabelValues(d.Platform).Observe(d.Duration.Seconds())
}

func (m *Metrics) call(d engine.CallDone) {
	kind := "none"
	if d.Err != nil {
		kind = d.Err.Fault.Kind.String()
	}
	m.calls.WithLabelValues(d.Chain, kind).Inc()
	m.callSec.WithLabelValues(d.Chain).Observe(d.Duration.Seconds())
	for _, a := range d.Attempts {
		kind := "none"
		if a.Fault != nil {
			kind = a.Fault.Kind.String()
		}
		m.attempts.WithLabelValues(a.Link, kind).Inc()
		m.attemptSec.WithLabelValues(a.Link).Observe(a.End.Sub(a.Start).Seconds())
		if !a.FirstToken.IsZero() {
			m.firstSec.WithLabelValues(a.Link).Observe(a.FirstToken.Sub(a.Start).Seconds())
		}
		m.tokens.WithLabelValues(a.Link, "input").Add(float64(max(0, a.Usage.Input)))
		m.tokens.WithLabelValues(a.Link, "output").Add(float64(max(0, a.Usage.Output)))
	}
}

func (m *Metrics) circuit(c breaker.Change) {
	m.changes.WithLabelValues(c.Provider, c.Circuit.Circuit, c.Scope, string(c.State)).Inc()
}

func (m *Metrics) reload(d engine.ReloadDone) {
	if d.Error != "" {
		m.reloads.WithLabelValues("refused").Inc()
		m.reloadOK.Set(0)
		return
	}
	m.reloads.WithLabelValues("committed").Inc()
	m.reloadOK.Set(1)
	m.reloadAt.SetToCurrentTime()
}
