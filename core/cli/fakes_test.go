package cli

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files anew")
	goleak.VerifyTestMain(m)
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update if it is right:\n%s", name, diff)
	}
}

// openai is a provider that answers with its model's name.
type openai struct {
	BaseURL string        `hcl:"base_url,optional" doc:"address"`
	APIKey  plugin.Secret `hcl:"api_key,optional" doc:"key"`
	Model   string        `hcl:"model,optional" doc:"model"`
}

func (*openai) Validate() error { return nil }

func (c *openai) New(plugin.Env) (llm.Provider, error) { return c, nil }

func (c *openai) Stream(_ context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	text := c.Model + ": " + r.Messages[len(r.Messages)-1].Text
	if emit != nil {
		if err := emit(llm.Delta{Text: text}); err != nil {
			return nil, llm.AsError(err)
		}
	}
	return &llm.Response{Text: text}, nil
}

// telegram is a platform that waits for its end.
type telegram struct {
	Token plugin.Secret `hcl:"token,optional" doc:"token"`
	Allow []string      `hcl:"allow,optional" doc:"who may write"`
}

func (*telegram) Validate() error { return nil }

func (c *telegram) New(plugin.Env) (chat.Platform, error) { return c, nil }

func (*telegram) Run(ctx context.Context, h chat.Host) error {
	h.Report(chat.Status{State: chat.Connected})
	<-ctx.Done()
	return nil
}

// console is a platform that says its lines and writes the answers down. Without
// lines it waits for its end.
type console struct {
	Says []string `hcl:"says,optional" doc:"lines"`
	out  *notes
}

func (*console) Validate() error { return nil }

func (c *console) New(plugin.Env) (chat.Platform, error) { return c, nil }

func (c *console) Run(ctx context.Context, h chat.Host) error {
	h.Report(chat.Status{State: chat.Connected})
	for i, text := range c.Says {
		err := h.Accept(ctx, chat.Batch{Messages: []chat.Message{{
			ID: string(rune('a' + i)), Conversation: "c", From: chat.User{ID: "u"}, Text: text, Sent: time.Now(),
		}}})
		if err != nil {
			return err
		}
	}
	if len(c.Says) > 0 {
		return chat.ErrDone
	}
	<-ctx.Done()
	return nil
}

func (c *console) Open(context.Context, chat.Address, func(chat.Ref) error) (chat.Draft, error) {
	return draft{c.out}, nil
}

func (c *console) Resume(context.Context, chat.Address, chat.Ref, func(chat.Ref) error) (chat.Draft, error) {
	return draft{c.out}, nil
}

type draft struct{ out *notes }

func (draft) Update(string) {}

func (d draft) Finish(_ context.Context, r chat.Reply) error {
	_, err := d.out.Write([]byte(r.Text + "\n"))
	return err
}

// notes is a buffer that may be written and read at once.
type notes struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *notes) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(b)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.String()
}

func testSet(out *notes) plugin.Set {
	return plugin.Set{
		Platforms: []plugin.Spec[chat.Platform]{
			{Type: "console", Summary: "Says its lines.", Default: func() plugin.Config[chat.Platform] { return &console{out: out} }},
			{Type: "telegram", Summary: "Waits.", Default: func() plugin.Config[chat.Platform] { return &telegram{} }},
		},
		Providers: []plugin.Spec[llm.Provider]{
			{Type: "openai", Summary: "Answers with its model's name.", Default: func() plugin.Config[llm.Provider] { return &openai{} }},
		},
	}
}

// result is how one command line ended.
type result struct {
	code        int
	out, stderr string
	answers     string
}

func noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC) }

// hermes runs one command line to its end.
func hermes(t *testing.T, stdin string, env []string, args ...string) result {
	t.Helper()
	var out, stderr, answers notes
	code := run(t.Context(), testSet(&answers), process{
		args: args, in: strings.NewReader(stdin), out: &out, err: &stderr, env: env, now: noon, lockCheck: time.Second,
		daemon: func() (<-chan os.Signal, func()) { return nil, func() {} },
	})
	return result{code: code, out: out.String(), stderr: stderr.String(), answers: answers.String()}
}

// shortDir returns a directory with a short name, as sockets need.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "h") //nolint:usetesting // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// file writes a file and returns its path.
func file(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const goodConfig = `hermes {
  data_dir = "./data"
  admin {
    listen = ""
  }
}

provider "openai" "primary" {
  model = "m1"
}

chain "default" {
  providers = [provider.openai.primary]
}

platform "console" "terminal" {
  chain = chain.default
}
`

const badConfig = `provider "openai" "primary" {
  api_kee = "sk-very-secret"
}

chain "default" {
  providers = [provider.openai.primry]
}
`
