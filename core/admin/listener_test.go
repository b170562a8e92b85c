package admin

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/engine"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
)

func listen(t *testing.T, g *gateway, token plugin.Secret) *Listener {
	t.Helper()
	m := NewMetrics("1.2.3")
	m.Watch(g)
	l := NewListener(ListenerOptions{Gateway: g, Facts: facts, Metrics: m})
	if err := l.Prepare("127.0.0.1:0", token); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// answer is what came back.
type answer struct {
	StatusCode int
	Header     http.Header
}

// get sends one request; header lines are "Name: value".
func get(t *testing.T, method, url string, header ...string) (answer, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Set(name, value)
		}
	}
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header}, string(body)
}

func TestGuard(t *testing.T) {
	t.Parallel()
	g := &gateway{status: fullStatus(), ready: true}
	plain, locked := listen(t, g, ""), listen(t, g, "s3cret-token")
	_, port, _ := net.SplitHostPort(plain.Address())
	for name, tc := range map[string]struct {
		l            *Listener
		method, path string
		header       []string
		want         int
	}{
		"loopback":              {l: plain, path: "/status", want: 200},
		"page":                  {l: plain, path: "/", want: 200},
		"metrics":               {l: plain, path: "/metrics", want: 200},
		"head":                  {l: plain, method: "HEAD", path: "/status", want: 200},
		"localhost":             {l: plain, path: "/status", header: []string{"Host: localhost:" + port}, want: 200},
		"rebound_name":          {l: plain, path: "/status", header: []string{"Host: evil.example:" + port}, want: 421},
		"other_port":            {l: plain, path: "/status", header: []string{"Host: localhost:1"}, want: 421},
		"no_port":               {l: plain, path: "/status", header: []string{"Host: localhost"}, want: 421},
		"health_of_rebound":     {l: plain, path: "/healthz", header: []string{"Host: evil.example"}, want: 421},
		"own_origin":            {l: plain, path: "/status", header: []string{"Origin: http://localhost:" + port}, want: 200},
		"foreign_origin":        {l: plain, path: "/status", header: []string{"Origin: https://evil.example"}, want: 403},
		"null_origin":           {l: plain, path: "/status", header: []string{"Origin: null"}, want: 403},
		"post":                  {l: plain, method: "POST", path: "/status", want: 405},
		"options":               {l: plain, method: "OPTIONS", path: "/status", want: 405},
		"unknown":               {l: plain, path: "/v1/reload", want: 404},
		"no_token":              {l: locked, path: "/status", want: 401},
		"no_token_for_page":     {l: locked, path: "/", want: 401},
		"no_token_for_metrics":  {l: locked, path: "/metrics", want: 401},
		"no_token_for_unknown":  {l: locked, path: "/x", want: 401},
		"wrong_token":           {l: locked, path: "/status", header: []string{"Authorization: Bearer nope"}, want: 401},
		"prefix_of_token":       {l: locked, path: "/status", header: []string{"Authorization: Bearer s3cret"}, want: 401},
		"wrong_scheme":          {l: locked, path: "/status", header: []string{"Authorization: Basic s3cret-token"}, want: 401},
		"token":                 {l: locked, path: "/status", header: []string{"Authorization: Bearer s3cret-token"}, want: 200},
		"token_any_host":        {l: locked, path: "/metrics", header: []string{"Authorization: Bearer s3cret-token", "Host: hermes.example"}, want: 200},
		"health_needs_no_token": {l: locked, path: "/healthz", want: 200},
		"ready_needs_no_token":  {l: locked, path: "/readyz", header: []string{"Host: 10.0.0.7:8390"}, want: 200},
	} {
		method := tc.method
		if method == "" {
			method = http.MethodGet
		}
		resp, body := get(t, method, "http://"+tc.l.Address()+tc.path, tc.header...)
		if resp.StatusCode != tc.want {
			t.Errorf("%s: status %d, want %d", name, resp.StatusCode, tc.want)
		}
		if strings.Contains(body, "s3cret") {
			t.Errorf("%s: the answer shows the token", name)
		}
		if resp.StatusCode >= 400 && strings.Contains(body, "platform") {
			t.Errorf("%s: a refusal tells of platforms: %q", name, body)
		}
	}
}

func TestListenBeyondLoopbackNeedsAToken(t *testing.T) {
	t.Parallel()
	l := NewListener(ListenerOptions{})
	for _, addr := range []string{"0.0.0.0:0", "[::]:0", ":0"} {
		if err := l.Prepare(addr, ""); err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("%s: %v, want an error that asks for a token", addr, err)
		}
		if err := l.Prepare(addr, "x"); err != nil {
			t.Errorf("%s with a token: %v", addr, err)
		}
		l.Discard()
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	g := &gateway{}
	l := listen(t, g, "")
	if resp, _ := get(t, "GET", "http://"+l.Address()+"/readyz"); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("before the first generation: %d", resp.StatusCode)
	}
	if resp, _ := get(t, "GET", "http://"+l.Address()+"/healthz"); resp.StatusCode != http.StatusOK {
		t.Errorf("health: %d", resp.StatusCode)
	}
}

func TestPageIsEscapedAndClosed(t *testing.T) {
	t.Parallel()
	s := fullStatus()
	s.Platforms[0].Reason = `<script>alert("x")</script>`
	l := listen(t, &gateway{status: s}, "")
	resp, body := get(t, "GET", "http://"+l.Address()+"/")
	if strings.Contains(body, "<script") || !strings.Contains(body, "&lt;script&gt;") {
		t.Error("the page is not escaped")
	}
	csp := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	if !strings.Contains(body, "daily_limit_busy") {
		t.Error("the page does not show the circuits")
	}
}

func TestMoveTheListener(t *testing.T) {
	t.Parallel()
	l := listen(t, &gateway{ready: true}, "")
	first := l.Address()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	if err := l.Prepare(taken.Addr().String(), ""); err == nil {
		t.Fatal("an address that is taken was opened")
	}
	if err := l.Commit(); err != nil { // nothing was prepared
		t.Fatal(err)
	}
	if resp, _ := get(t, "GET", "http://"+first+"/readyz"); resp.StatusCode != http.StatusOK || l.Address() != first {
		t.Errorf("after a failed move: status %d at %s", resp.StatusCode, l.Address())
	}
	for _, token := range []plugin.Secret{"first", "second"} { // same configured address: only the token changes
		if err := l.Prepare("127.0.0.1:0", token); err != nil {
			t.Fatal(err)
		}
		if err := l.Commit(); err != nil {
			t.Fatal(err)
		}
		resp, _ := get(t, "GET", "http://"+first+"/status", "Authorization: Bearer "+token.Reveal())
		if resp.StatusCode != http.StatusOK || l.Address() != first {
			t.Errorf("token %q: status %d at %s", token.Reveal(), resp.StatusCode, l.Address())
		}
	}
	if err := l.Prepare("localhost:0", ""); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	if l.Address() == first {
		t.Fatal("it did not move")
	}
	if resp, _ := get(t, "GET", "http://"+l.Address()+"/readyz"); resp.StatusCode != http.StatusOK {
		t.Errorf("after the move: %d", resp.StatusCode)
	}
	if c, err := net.DialTimeout("tcp", first, time.Second); err == nil {
		_ = c.Close()
		t.Error("the old address still answers")
	}
	if err := l.Prepare("", ""); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil || l.Address() != "" {
		t.Errorf("switching it off: address %q, error %v", l.Address(), err)
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := limit(socket, 1)
	first := make(chan net.Conn, 2)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			first <- c
		}
	}()
	for range 2 {
		c, err := net.Dial("tcp", socket.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
	}
	c := <-first
	select {
	case <-first:
		t.Error("a second connection was accepted")
	default:
	}
	_ = c.Close()
	_ = c.Close()
	_ = (<-first).Close()
	_ = l.Close()
	<-done
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	g := &gateway{status: fullStatus(), ready: true}
	m := NewMetrics("1.2.3")
	m.Watch(g)
	h := m.Hooks()
	now := noon()
	h.Turn(engine.TurnDone{Platform: "platform.telegram.bot", Outcome: "answered", Duration: time.Second})
	h.Call(engine.CallDone{Chain: "chain.default", Duration: time.Second, Attempts: []llm.Attempt{
		{Link: "provider.openai.primary", Fault: &fault.Fault{Kind: fault.BudgetHold}, Start: now, End: now.Add(time.Second)},
		{Link: "provider.simulated.spare", Start: now, FirstToken: now.Add(time.Second), End: now.Add(2 * time.Second), Usage: llm.Usage{Input: 3, Output: 5}},
	}})
	h.Call(engine.CallDone{Chain: "chain.default", Err: &llm.Error{Fault: fault.Fault{Kind: fault.Timeout}}})
	h.Circuit(breaker.Change{Circuit: breaker.Circuit{Provider: "provider.openai.primary", Circuit: "quota", Scope: "provider", State: breaker.Open}})
	h.Reload(engine.ReloadDone{})
	h.Reload(engine.ReloadDone{Error: "no"})
	l := NewListener(ListenerOptions{Gateway: g, Facts: facts, Metrics: m})
	if err := l.Prepare("127.0.0.1:0", ""); err != nil {
		t.Fatal(err)
	}
	if err := l.Commit(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	_, body := get(t, "GET", "http://"+l.Address()+"/metrics")
	for _, want := range []string{
		`hermes_build_info{goversion="go`,
		`hermes_provider_attempts_total{kind="budget_hold",provider="provider.openai.primary"} 1`,
		`hermes_provider_attempts_total{kind="none",provider="provider.simulated.spare"} 1`,
		`hermes_provider_first_token_seconds_count{provider="provider.simulated.spare"} 1`,
		`hermes_provider_tokens_total{direction="output",provider="provider.simulated.spare"} 5`,
		`hermes_chain_calls_total{chain="chain.default",kind="timeout"} 1`,
		`hermes_turns_total{outcome="answered",platform="platform.telegram.bot"} 1`,
		`hermes_circuit_open{circuit="quota",model="",provider="provider.openai.primary",scope="provider"} 1`,
		`hermes_circuit_open{circuit="health",model="",provider="provider.simulated.spare",scope="provider"} 0`,
		`hermes_circuit_changes_total{circuit="quota",provider="provider.openai.primary",scope="provider",to="open"} 1`,
		`hermes_platform_up{platform="platform.console.terminal"} 1`,
		`hermes_platform_state{platform="platform.telegram.bot",state="retrying"} 1`,
		`hermes_platform_restarts_total{platform="platform.telegram.bot"} 1`,
		`hermes_reloads_total{result="refused"} 1`,
		`hermes_reload_last_successful 0`,
		`hermes_turns_waiting 2`,
		`hermes_ready 1`,
		`go_goroutines`,
		`process_resident_memory_bytes`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(body)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "hermes_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}
