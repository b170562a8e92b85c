package config

import (
	"reflect"
	"strings"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/plugin"
)

// The attributes that core owns. Their doc tags make the reference; what a
// default is, core/settings, core/chain and core/breaker say.

type hermesBlock struct {
	DataDir      string          `hcl:"data_dir,optional" doc:"where state is kept; relative to this file" default:"\"./data\""`
	EnvFile      string          `hcl:"env_file,optional" doc:"a file of NAME=value lines that env() looks at before the environment; read at every load; relative to this file"`
	DrainTimeout plugin.Duration `hcl:"drain_timeout,optional" doc:"how long a stop waits for what is in flight" default:"\"30s\""`
	Log          *logBlock       `hcl:"log,block" doc:"the log on stderr"`
	Admin        *adminBlock     `hcl:"admin,block" doc:"the admin listener: dashboard, metrics, health"`
}

func hermesType() reflect.Type { return reflect.TypeFor[hermesBlock]() }

type logBlock struct {
	Level  string `hcl:"level,optional" doc:"debug, info, warn or error" default:"\"info\""`
	Format string `hcl:"format,optional" doc:"text or json" default:"\"text\""`
}

type adminBlock struct {
	Listen string        `hcl:"listen,optional" doc:"host:port; empty: no listener, the control socket alone" default:"\"127.0.0.1:8390\""`
	Token  plugin.Secret `hcl:"token,optional" doc:"what a caller must show; required beyond loopback"`
}

type providerBlock struct {
	MaxInflight int           `hcl:"max_inflight,optional" doc:"calls at once; 0: no bound"`
	Breaker     *breakerBlock `hcl:"breaker,block" doc:"when the circuits of this provider open, and for how long"`
}

type breakerBlock struct {
	QuotaOpen  plugin.Duration `hcl:"quota_open,optional" doc:"how long, when a quota or billing fault names no reset time; doubles per reopening up to max_open"`
	HoldOpen   plugin.Duration `hcl:"hold_open,optional" doc:"a 402 that clears when our own pending requests finish"`
	AuthOpen   plugin.Duration `hcl:"auth_open,optional" doc:"a bad key, or one that is not entitled"`
	RateOpen   plugin.Duration `hcl:"rate_open,optional" doc:"a rate limit without a stated wait; doubles to 60 s"`
	ModelOpen  plugin.Duration `hcl:"model_open,optional" doc:"an unknown or retired model at this provider"`
	MaxOpen    plugin.Duration `hcl:"max_open,optional" doc:"no reset time is believed beyond this"`
	Failures   int             `hcl:"failures,optional" doc:"consecutive faults that open the health circuit"`
	HealthOpen plugin.Duration `hcl:"health_open,optional" doc:"how long the health circuit opens; doubles per reopening, up to ten times this"`
}

type chainBlock struct {
	Providers []plugin.Ref    `hcl:"providers,optional" ref:"provider" doc:"in order of preference; the short form"`
	Timeout   plugin.Duration `hcl:"timeout,optional" doc:"for the whole chain"`
	Links     []linkBlock     `hcl:"link,block" doc:"one entry of the long form, when a link needs its own model or timeout"`
}

type linkBlock struct {
	Provider   plugin.Ref      `hcl:"provider" ref:"provider" doc:"whom to ask"`
	Model      string          `hcl:"model,optional" doc:"instead of the provider's own"`
	Timeout    plugin.Duration `hcl:"timeout,optional" doc:"for this link"`
	FirstToken plugin.Duration `hcl:"first_token,optional" doc:"until the first event of a stream"`
	Idle       plugin.Duration `hcl:"idle,optional" doc:"between events of a stream"`
}

type agentBlock struct {
	Chain        plugin.Ref `hcl:"chain" ref:"chain" doc:"who answers"`
	SystemPrompt string     `hcl:"system_prompt,optional" doc:"what the model is told first; file(\"prompts/helper.md\") keeps it beside the config"`
}

type platformBlock struct {
	Agent plugin.Ref `hcl:"agent,optional" ref:"agent" doc:"what answers here"`
	Chain plugin.Ref `hcl:"chain,optional" ref:"chain" doc:"instead of an agent: the built-in one, with this chain"`
}

// defaultProvider is a provider block that says nothing.
func defaultProvider() providerBlock {
	d := breaker.Defaults()
	return providerBlock{MaxInflight: d.MaxInflight, Breaker: &breakerBlock{
		QuotaOpen:  short(d.QuotaOpen),
		HoldOpen:   short(d.HoldOpen),
		AuthOpen:   short(d.AuthOpen),
		RateOpen:   short(d.RateOpen),
		ModelOpen:  short(d.ModelOpen),
		MaxOpen:    short(d.MaxOpen),
		Failures:   d.Failures,
		HealthOpen: short(d.HealthOpen),
	}}
}

// short writes 15m0s as 15m.
func short(d time.Duration) plugin.Duration {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return plugin.Duration(s)
}
