package config

import (
	"errors"
	"net/url"
	"strings"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/store"
)

// fakeSet is a set of plugins as real ones look, and some that misbehave.
func fakeSet() plugin.Set {
	return plugin.Set{
		Providers: []plugin.Spec[llm.Provider]{
			{Type: "openai", Default: func() plugin.Config[llm.Provider] {
				return &fakeOpenAI{BaseURL: "https://api.openai.com/v1", ConnectTimeout: "5s"}
			}},
			{Type: "everything", Default: func() plugin.Config[llm.Provider] { return defaultEverything() }},
			{Type: "panicking", Default: func() plugin.Config[llm.Provider] { return &fakePanicking{} }},
			{Type: "broken", Default: func() plugin.Config[llm.Provider] { return nil }},
		},
		Platforms: []plugin.Spec[chat.Platform]{
			{Type: "telegram", Default: func() plugin.Config[chat.Platform] {
				return &fakeTelegram{APIURL: "https://api.telegram.org"}
			}},
			{Type: "console", Default: func() plugin.Config[chat.Platform] { return &fakeConsole{} }},
			{Type: "openai_api", Default: func() plugin.Config[chat.Platform] { return &fakeAPI{Listen: "127.0.0.1:8391"} }},
		},
		Stores: []plugin.Spec[store.Store]{
			{Type: "sqlite", Default: func() plugin.Config[store.Store] { return &fakeStore{} }},
		},
	}
}

var errFake = errors.New("a fake makes nothing")

type fakeOpenAI struct {
	BaseURL        string            `hcl:"base_url,optional" doc:"where the API is"`
	APIKey         plugin.Secret     `hcl:"api_key,optional" doc:"the key of the account"`
	Model          string            `hcl:"model" doc:"which model answers"`
	ConnectTimeout plugin.Duration   `hcl:"connect_timeout,optional" doc:"until the connection stands"`
	Headers        map[string]string `hcl:"headers,optional" doc:"more headers of each request"`
}

func (c *fakeOpenAI) New(plugin.Env) (llm.Provider, error) { return nil, errFake }

func (c *fakeOpenAI) Validate() error {
	var errs []error
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" {
		errs = append(errs, plugin.Attr("base_url", "must be a URL", "write it with https://"))
	}
	if c.APIKey == "" && strings.Contains(c.BaseURL, "api.openai.com") {
		errs = append(errs, plugin.Attr("api_key", "is missing", "write env(\"OPENAI_API_KEY\")"))
	}
	if strings.Contains(c.APIKey.Reveal(), " ") {
		errs = append(errs, errors.New("careless: the key is "+c.APIKey.Reveal()))
	}
	return errors.Join(errs...)
}

// everything has a field of every kind.
type everything struct {
	Text      string                     `hcl:"text,optional"`
	Required  string                     `hcl:"required"`
	Yes       bool                       `hcl:"yes,optional"`
	Count     int                        `hcl:"count,optional"`
	Small     uint8                      `hcl:"small,optional"`
	Ratio     float64                    `hcl:"ratio,optional"`
	Maybe     *int                       `hcl:"maybe,optional"`
	Secret    plugin.Secret              `hcl:"secret,optional"`
	Wait      plugin.Duration            `hcl:"wait,optional"`
	Link      plugin.Ref                 `hcl:"link,optional" ref:"chain"`
	Anything  plugin.Ref                 `hcl:"anything,optional"`
	Texts     []string                   `hcl:"texts,optional"`
	Numbers   []int                      `hcl:"numbers,optional"`
	Secrets   []plugin.Secret            `hcl:"secrets,optional"`
	Waits     []plugin.Duration          `hcl:"waits,optional"`
	Chains    []plugin.Ref               `hcl:"chains,optional"`
	Labels    map[string]string          `hcl:"labels,optional"`
	SecretMap map[string]plugin.Secret   `hcl:"secret_map,optional"`
	WaitMap   map[string]plugin.Duration `hcl:"wait_map,optional"`
	Tuning    *tuning                    `hcl:"tuning,block"`
	Keys      []apiKey                   `hcl:"key,block"`
	Steps     []*step                    `hcl:"step,block"`
	Ignored   int
}

type tuning struct {
	Level int             `hcl:"level,optional"`
	Pause plugin.Duration `hcl:"pause,optional"`
}

type step struct {
	Do string `hcl:"do"`
}

func (*everything) Validate() error                      { return nil }
func (*everything) New(plugin.Env) (llm.Provider, error) { return nil, errFake }

func defaultEverything() *everything {
	return &everything{Text: "kept", Count: 7, Wait: "3s", Texts: []string{"kept"}, Tuning: &tuning{Level: 4, Pause: "1s"}, Ignored: 9}
}

type fakePanicking struct {
	Key plugin.Secret `hcl:"key,optional"`
	How string        `hcl:"how,optional"`
}

func (c *fakePanicking) New(plugin.Env) (llm.Provider, error) { return nil, errFake }

func (c *fakePanicking) Validate() error {
	if c.How == "index" {
		_ = c.How[len(c.How)]
	}
	panic("the key was " + c.Key.Reveal())
}

type fakeTelegram struct {
	Token  plugin.Secret `hcl:"token" doc:"what BotFather gave"`
	APIURL string        `hcl:"api_url,optional" doc:"a local Bot API server, or a test server"`
	Allow  []string      `hcl:"allow,optional" doc:"who may write"`
}

func (c *fakeTelegram) New(plugin.Env) (chat.Platform, error) { return nil, errFake }

func (c *fakeTelegram) Validate() error {
	if c.Token == "" {
		return plugin.Attr("token", "is empty", "BotFather gives you one")
	}
	return nil
}

func (c *fakeTelegram) Warnings() []error {
	if len(c.Allow) == 0 {
		return []error{plugin.Attr("allow", "is empty", "nobody can write to this bot")}
	}
	return nil
}

type fakeConsole struct{}

func (*fakeConsole) Validate() error                       { return nil }
func (*fakeConsole) New(plugin.Env) (chat.Platform, error) { return nil, errFake }

type fakeAPI struct {
	Listen string   `hcl:"listen,optional"`
	Keys   []apiKey `hcl:"key,block"`
}

type apiKey struct {
	Name   string        `hcl:"name,label"`
	Secret plugin.Secret `hcl:"secret"`
	Chains []plugin.Ref  `hcl:"chains,optional"`
}

func (c *fakeAPI) New(plugin.Env) (chat.Platform, error) { return nil, errFake }

func (c *fakeAPI) Validate() error {
	var errs []error
	for _, k := range c.Keys {
		if len(k.Secret) < 8 {
			errs = append(errs, plugin.Attr("key."+k.Name+".secret", "is too short", "take 8 characters or more"))
		}
	}
	return errors.Join(errs...)
}

type fakeStore struct {
	Path string `hcl:"path,optional"`
}

func (*fakeStore) Validate() error                     { return nil }
func (*fakeStore) New(plugin.Env) (store.Store, error) { return nil, errFake }
