package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is the plugins of a test, and what became of them.
type world struct {
	mu        sync.Mutex
	events    []string
	platforms map[string]*fakePlatform // the latest of each address
	replies   []reply
	log       strings.Builder
	done      map[string]int // outcomes told by Hooks.Turn
}

type reply struct {
	platform, chat, text string
	notice               bool
	attempts             int
}

func newWorld() *world {
	return &world{platforms: make(map[string]*fakePlatform), done: make(map[string]int)}
}

func (w *world) notef(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, fmt.Sprintf(format, args...))
}

// since returns and clears the events so far.
func (w *world) since() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.events
	w.events = nil
	return e
}

func (w *world) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

func (w *world) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

func (w *world) platform(name string) *fakePlatform {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.platforms["platform.fake."+name]
}

// got returns the texts that a chat of a platform got, in order.
func (w *world) got(chat string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var texts []string
	for _, r := range w.replies {
		if r.chat == chat {
			texts = append(texts, r.text)
		}
	}
	return texts
}

func (w *world) outcomes() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.done)
}

// platformConfig is a platform block of the tests.
type platformConfig struct {
	Token plugin.Secret `hcl:"token,optional" doc:"who it is"`
	Mode  string        `hcl:"mode,optional" doc:"how it misbehaves"`
	Allow []string      `hcl:"allow,optional" doc:"who may write"`
	w     *world
}

func (c *platformConfig) Validate() error { return nil }

func (c *platformConfig) New(env plugin.Env) (chat.Platform, error) {
	switch c.Mode {
	case "new_fails":
		return nil, errors.New("no room")
	case "new_panics":
		panic("secret of " + env.Address)
	case "new_nothing":
		return nil, nil //nolint:nilnil // the mistake that is tested
	}
	c.w.notef("build %s", env.Address)
	p := &fakePlatform{w: c.w, address: env.Address, mode: c.Mode, token: c.Token.Reveal(), hosts: make(chan chat.Host, 1)}
	c.w.mu.Lock()
	c.w.platforms[env.Address] = p
	c.w.mu.Unlock()
	return p, nil
}

// fakePlatform runs until it is told to end, and records what it shows.
type fakePlatform struct {
	w       *world
	address string
	token   string

	mu    sync.Mutex
	mode  string
	runs  int
	host  chat.Host
	hosts chan chat.Host
}

func (p *fakePlatform) behave(mode string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = mode
}

func (p *fakePlatform) ran() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.runs
}

func (p *fakePlatform) Run(ctx context.Context, host chat.Host) error {
	p.mu.Lock()
	p.runs++
	p.host = host
	mode := p.mode
	p.mu.Unlock()
	if mode != "panics" {
		p.w.notef("run %s", p.address)
		defer p.w.notef("end %s", p.address)
	}
	switch mode {
	case "fails":
		return errors.New("upstream is down")
	case "ends":
		return nil
	case "panics":
		panic(p.address)
	case "refused":
		host.Report(chat.Status{State: chat.Retrying, Reason: "401"})
	case "done":
		return chat.ErrDone
	case "stubborn":
		<-ctx.Done()
		time.Sleep(time.Minute)
		return nil
	default:
		host.Report(chat.Status{State: chat.Connected})
	}
	<-ctx.Done()
	return nil
}

func (p *fakePlatform) Close() error { p.w.notef("close %s", p.address); return nil }

func (p *fakePlatform) Open(_ context.Context, to chat.Address, save func(chat.Ref) error) (chat.Draft, error) {
	p.mu.Lock()
	mode := p.mode
	p.mu.Unlock()
	if mode == "slow" {
		time.Sleep(time.Second)
	}
	return &fakeDraft{p, to}, save(chat.Ref{Parts: []string{"1"}})
}

func (p *fakePlatform) Resume(_ context.Context, to chat.Address, _ chat.Ref, _ func(chat.Ref) error) (chat.Draft, error) {
	return &fakeDraft{p, to}, nil
}

// say hands messages of one chat in; ids are chat-n.
func (p *fakePlatform) say(t *testing.T, chatID string, texts ...string) {
	t.Helper()
	var b chat.Batch
	for _, text := range texts {
		b.Messages = append(b.Messages, message(chatID, text))
	}
	if err := p.accept(t.Context(), b); err != nil {
		t.Errorf("Accept: %v", err)
	}
}

func (p *fakePlatform) accept(ctx context.Context, b chat.Batch) error {
	p.mu.Lock()
	host := p.host
	p.mu.Unlock()
	return host.Accept(ctx, b)
}

func message(chatID, text string) chat.Message {
	return chat.Message{
		ID: chatID + "-" + text, Conversation: chatID, Text: text,
		From: chat.User{ID: "u-" + chatID}, To: chat.Address{Chat: chatID},
	}
}

type fakeDraft struct {
	p  *fakePlatform
	to chat.Address
}

func (d *fakeDraft) Update(string) {}

func (d *fakeDraft) Finish(ctx context.Context, r chat.Reply) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.p.w.mu.Lock()
	defer d.p.w.mu.Unlock()
	d.p.w.replies = append(d.p.w.replies, reply{d.p.address, d.to.Chat, r.Text, r.Notice, len(r.Attempts)})
	return nil
}

// providerConfig is a provider block of the tests.
type providerConfig struct {
	APIKey plugin.Secret `hcl:"api_key,optional" doc:"the account"`
	Answer string        `hcl:"answer,optional" doc:"what it says"`
	Takes  string        `hcl:"takes,optional" doc:"how long it takes"`
	Fault  string        `hcl:"fault,optional" doc:"how it fails"`
	w      *world
	do     func(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error)
}

func (c *providerConfig) Validate() error { return nil }

func (c *providerConfig) New(env plugin.Env) (llm.Provider, error) {
	if c.Fault == "new_panics" {
		panic(c.APIKey.Reveal())
	}
	c.w.notef("build %s", env.Address)
	return &fakeProvider{*c, env.Address}, nil
}

type fakeProvider struct {
	providerConfig
	address string
}

func (p *fakeProvider) Info() llm.Info {
	return llm.Info{Account: "fingerprint of " + p.APIKey.Reveal()}
}

func (p *fakeProvider) Close() error { p.w.notef("close %s", p.address); return nil }

func (p *fakeProvider) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	if p.do != nil {
		return p.do(ctx, r, emit)
	}
	if d, _ := time.ParseDuration(p.Takes); d > 0 {
		select {
		case <-ctx.Done():
			return nil, llm.Interrupted(ctx)
		case <-time.After(d):
		}
	}
	if p.Fault == "panics" {
		panic("secret")
	}
	if k, ok := fault.ParseKind(p.Fault); ok {
		return nil, &llm.Error{Fault: fault.Fault{Kind: k, Scope: fault.AccountScope, Status: 402}}
	}
	text := p.Answer + " " + r.Messages[len(r.Messages)-1].Text
	if r.Messages[0].Role == llm.System {
		text = r.Messages[0].Text + " " + text
	}
	if emit != nil {
		if err := emit(llm.Delta{Text: text}); err != nil {
			return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Canceled}, Err: err}
		}
	}
	return &llm.Response{Text: text}, nil
}

// The blocks of hand-made configs.

func (w *world) provider(name string, c providerConfig) config.Provider {
	c.w = w
	return config.Provider{Address: "provider.fake." + name, Type: "fake", Name: name, Config: &c, Breaker: breaker.Defaults()}
}

func (w *world) on(name string, c platformConfig) config.Platform {
	c.w = w
	return config.Platform{Address: "platform.fake." + name, Type: "fake", Name: name, Chain: "chain.default", Config: &c}
}

func chainOf(name string, providers ...string) config.Chain {
	c := config.Chain{Address: "chain." + name, Timeout: time.Minute}
	for _, p := range providers {
		c.Links = append(c.Links, config.Link{Provider: "provider.fake." + p})
	}
	return c
}

// simple is a config with provider a, the default chain, and those platforms.
func (w *world) simple(a providerConfig, platforms ...config.Platform) *config.Config {
	return &config.Config{
		Files:     []string{"hermes.hcl"},
		Providers: []config.Provider{w.provider("a", a)},
		Chains:    []config.Chain{chainOf("default", "a")},
		Platforms: platforms,
	}
}

// gateway is an engine that runs in a test.
type gateway struct {
	*engine.Engine
	w    *world
	stop context.CancelFunc
	err  chan error

	mu       sync.Mutex
	cfg      *config.Config
	problems config.Diagnostics
}

func (g *gateway) load() (*config.Config, config.Diagnostics) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.problems.HasErrors() {
		return nil, g.problems
	}
	return g.cfg, g.problems
}

// edit changes what the files say.
func (g *gateway) edit(cfg *config.Config, problems ...config.Diagnostic) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cfg, g.problems = cfg, problems
}

// newGateway makes an engine on memory; tune may change its options.
func (w *world) newGateway(cfg *config.Config, tune func(*engine.Options)) *gateway {
	g := &gateway{w: w, cfg: cfg, err: make(chan error, 1)}
	o := engine.Options{
		Load: g.load, Queue: queue.NewMemory(), Store: store.NewMemory(), Version: "test",
		Logger: slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Hooks: engine.Hooks{Turn: func(d engine.TurnDone) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.done[d.Outcome]++
		}},
	}
	if tune != nil {
		tune(&o)
	}
	g.Engine = engine.New(o)
	return g
}

// start runs it, and stops it at the end of the test.
func (g *gateway) start(t *testing.T) *gateway {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	g.stop = cancel
	go func() { g.err <- g.Run(ctx, g.cfg, 30*time.Second) }()
	return g
}

// end stops the gateway and returns what Run returned.
func (g *gateway) end() error {
	g.stop()
	return <-g.err
}

func (g *gateway) status(address string) engine.PlatformStatus {
	for _, p := range g.Status().Platforms {
		if p.Address == address {
			return p
		}
	}
	return engine.PlatformStatus{}
}

func wantTexts(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
