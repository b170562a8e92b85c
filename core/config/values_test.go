package config

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/plugin"
)

// around wraps the body of a provider "everything" into a whole config.
func around(body string) string {
	return minimal + "provider \"everything\" \"all\" {\nrequired = \"x\"\n" + body + "\n}\n" +
		"chain \"all\" {\nproviders = [provider.everything.all]\n}\nplatform \"console\" \"there\" {\nchain = chain.all\n}\n"
}

func loadEverything(t *testing.T, body string, o Options) *everything {
	t.Helper()
	e, ok := mustLoad(t, around(body), o).Providers[1].Config.(*everything)
	if !ok {
		t.Fatal("not an everything")
	}
	return e
}

func TestEveryKindOfField(t *testing.T) {
	t.Parallel()
	e := loadEverything(t, `
		text       = "a"
		yes        = true
		count      = -3
		small      = 255
		ratio      = 0.5
		maybe      = 4
		secret     = env("S")
		wait       = "1m30s"
		link       = chain.default
		anything   = provider.openai.primary
		texts      = ["a", "b"]
		numbers    = [1, 2]
		secrets    = [env("S"), env("NONE", "t")]
		waits      = ["1s", "2s"]
		chains     = [chain.default, chain.all]
		labels     = { a = "1", b = 2 }
		secret_map = { a = env("S") }
		wait_map   = { a = "1s" }
		tuning {
		  level = 2
		}
		key "ci" {
		  secret = env("S")
		  chains = [chain.all]
		}
		key "ops" {
		  secret = env("S")
		}
		step {
		  do = "first"
		}
		step {
		  do = "second"
		}`, testOptions("S=hidden"))
	four := 4
	want := &everything{
		Text: "a", Required: "x", Yes: true, Count: -3, Small: 255, Ratio: 0.5, Maybe: &four,
		Secret: "hidden", Wait: "1m30s", Link: "chain.default", Anything: "provider.openai.primary",
		Texts: []string{"a", "b"}, Numbers: []int{1, 2}, Secrets: []plugin.Secret{"hidden", "t"},
		Waits: []plugin.Duration{"1s", "2s"}, Chains: []plugin.Ref{"chain.default", "chain.all"},
		Labels:    map[string]string{"a": "1", "b": "2"},
		SecretMap: map[string]plugin.Secret{"a": "hidden"},
		WaitMap:   map[string]plugin.Duration{"a": "1s"},
		Tuning:    &tuning{Level: 2, Pause: "1s"},
		Keys: []apiKey{
			{Name: "ci", Secret: "hidden", Chains: []plugin.Ref{"chain.all"}},
			{Name: "ops", Secret: "hidden"},
		},
		Steps:   []*step{{Do: "first"}, {Do: "second"}},
		Ignored: 9,
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDefaultsSurvive(t *testing.T) {
	t.Parallel()
	want := defaultEverything()
	want.Required = "x"
	for name, body := range map[string]string{
		"nothing written": "",
		"null":            "text = null\ncount = null\nwait = null\ntexts = null",
	} {
		if diff := cmp.Diff(want, loadEverything(t, body, testOptions())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	o := testOptions("NAME=Hermes", "EMPTY=")
	o.Files = map[string]string{"prompts/a.md": " Be brief.\n", "big": string(make([]byte, 1<<19))}
	for expr, want := range map[string]string{
		`env("NAME")`:                       "Hermes",
		`env("EMPTY", "unused")`:            "",
		`env("NOT_THERE", "d")`:             "d",
		`env("NOT_THERE", 5)`:               "5",
		`trimspace(file("prompts/a.md"))`:   "Be brief.",
		`lower("ABC")`:                      "abc",
		`upper("abc")`:                      "ABC",
		`replace("a-b-c", "-", "+")`:        "a+b+c",
		`format("%s-%02d", "bot", 7)`:       "bot-07",
		`join(",", ["a", "b"])`:             "a,b",
		`join(",", split("-", "a-b"))`:      "a,b",
		`join(",", concat(["a"], ["b"]))`:   "a,b",
		`contains(["a"], "a") ? "y" : "n"`:  "y",
		`"${length(["a", "b"])}"`:           "2",
		`coalesce(env("EMPTY"), null, "c")`: "c",
		`jsondecode("{\"a\": \"b\"}").a`:    "b",
		`jsonencode(["a"])`:                 `["a"]`,
		`try(env("NOT_THERE"), "t")`:        "t",
		`try(try(try(env("NO"))), "t")`:     "t",
		`can(env("NOT_THERE")) ? "y" : "n"`: "n",
		"<<EOT\nline\nEOT\n":                "line\n",
	} {
		if e := loadEverything(t, "text = "+expr, o); e.Text != want {
			t.Errorf("%s = %q, want %q", expr, e.Text, want)
		}
	}
	for _, expr := range []string{
		`format("%9999999d", 1)`,
		`format("%[1]s%[1]s%[1]s%[1]s", file("big"))`,
		`replace(file("big"), "", "xxx")`,
		`join(file("big"), ["a", "b", "c", "d"])`,
		`env("NAME", "a", "b")`,
		`coalesce()`,
		`coalesce(null, "")`,
		`try()`,
	} {
		if _, diags := LoadBytes("hermes.hcl", []byte(around("text = "+expr)), o); !diags.HasErrors() {
			t.Errorf("%s works", expr)
		}
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	d := breaker.Defaults()
	with := func(change func(*breaker.Settings)) breaker.Settings {
		s := d
		change(&s)
		return s
	}
	for body, want := range map[string]breaker.Settings{
		"":                 d,
		"max_inflight = 0": with(func(s *breaker.Settings) { s.MaxInflight = 0 }),
		"breaker {}":       d,
		"max_inflight = 3\nbreaker {\n failures = 2\n health_open = \"1m\"\n}": with(func(s *breaker.Settings) {
			s.MaxInflight, s.Failures, s.HealthOpen = 3, 2, time.Minute
		}),
		"breaker {\n max_open = \"2h\"\n quota_open = \"2h\"\n}": with(func(s *breaker.Settings) {
			s.MaxOpen, s.QuotaOpen = 2*time.Hour, 2*time.Hour
		}),
		"breaker {\n max_open = \"10m\"\n}": with(func(s *breaker.Settings) {
			s.MaxOpen, s.QuotaOpen, s.ModelOpen = 10*time.Minute, 10*time.Minute, 10*time.Minute
		}),
	} {
		cfg := mustLoad(t, around(body), testOptions())
		if diff := cmp.Diff(want, cfg.Providers[1].Breaker); diff != "" {
			t.Errorf("%q (-want +got):\n%s", body, diff)
		}
	}
}

func TestChains(t *testing.T) {
	t.Parallel()
	cfg := mustLoad(t, minimal+`
		chain "long" {
		  timeout = "1m"
		  link {
		    provider    = provider.openai.primary
		    model       = "small"
		    timeout     = "20s"
		    first_token = "10s"
		    idle        = "5s"
		  }
		  link {
		    provider = provider.openai.primary
		  }
		}
		agent "helper" {
		  chain         = chain.long
		  system_prompt = "Be brief."
		}
		platform "console" "agent" {
		  agent = agent.helper
		}`, testOptions())
	want := Chain{Address: "chain.long", Timeout: time.Minute, Links: []Link{
		{Provider: "provider.openai.primary", Model: "small", Timeout: 20 * time.Second, FirstToken: 10 * time.Second, Idle: 5 * time.Second},
		{Provider: "provider.openai.primary"},
	}}
	if diff := cmp.Diff(want, cfg.Chains[1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Agent{{Address: "agent.helper", Chain: "chain.long", SystemPrompt: "Be brief."}}, cfg.Agents); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p := cfg.Platforms[1]; p.Agent != "agent.helper" || p.Chain != "" {
		t.Errorf("platform = %+v", p)
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	cfg := mustLoad(t, minimal+`
		hermes {
		  drain_timeout = "5s"
		  log {
		    level = "debug"
		  }
		  admin {
		    listen = null
		    token  = env("OPENAI_API_KEY")
		  }
		}
		store "sqlite" {
		  path = "x.db"
		}`, testOptions())
	want := map[string]any{"drain_timeout": "5s", "log.level": "debug", "admin.token": "sk-test-0123456789"}
	if diff := cmp.Diff(want, cfg.Process); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&Store{Type: "sqlite", Config: &fakeStore{Path: "x.db"}}, cfg.Store); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
