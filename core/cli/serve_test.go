package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/admin"
)

// life is one `hermes serve` that runs in this test.
type life struct {
	t       *testing.T
	path    string
	hup     chan os.Signal
	stop    context.CancelFunc
	ended   chan int
	out     *notes
	stderr  *notes
	answers *notes
}

// serve starts a gateway and waits until it is ready, or has ended.
func serve(t *testing.T, path string, env []string, args ...string) *life {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	l := &life{
		t: t, path: path, hup: make(chan os.Signal, 1), stop: stop, ended: make(chan int, 1),
		out: &notes{}, stderr: &notes{}, answers: &notes{},
	}
	p := process{
		args: append([]string{"serve", "-c", path}, args...), in: strings.NewReader(""), out: l.out, err: l.stderr, env: env,
		now: time.Now, lockCheck: 10 * time.Millisecond, daemon: func() (<-chan os.Signal, func()) { return l.hup, func() {} },
	}
	go func() { l.ended <- run(ctx, testSet(l.answers), p) }()
	t.Cleanup(func() { l.stop() })
	l.until("the gateway is ready", func() bool {
		return strings.Contains(l.stderr.String(), "msg=serving") || len(l.ended) > 0
	})
	return l
}

// until polls what another process would poll, too.
func (l *life) until(what string, cond func() bool) {
	l.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(20 * time.Second)
	for !cond() {
		select {
		case <-tick.C:
		case <-late:
			l.t.Fatalf("waiting until %s\n%s", what, l.stderr)
		}
	}
}

// end waits for the exit code.
func (l *life) end() int {
	l.t.Helper()
	select {
	case code := <-l.ended:
		return code
	case <-time.After(20 * time.Second):
		l.t.Fatalf("it did not end\n%s", l.stderr)
		return 0
	}
}

func (l *life) ask(args ...string) result {
	l.t.Helper()
	return hermes(l.t, "", nil, append(args, "-c", l.path)...)
}

func TestServeFromStartToStop(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	path := file(t, dir, "hermes.hcl", goodConfig)
	l := serve(t, path, nil)

	if info, err := os.Stat(filepath.Join(dir, "data")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data directory: mode %v, error %v", info.Mode(), err)
	}
	if r := l.ask("status"); r.code != 0 || !strings.Contains(r.out, "console.terminal") || !strings.Contains(r.out, "openai.primary") {
		t.Errorf("status: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	var s admin.Status
	if r := l.ask("status", "--json"); json.Unmarshal([]byte(r.out), &s) != nil || s.PID != os.Getpid() || s.Generation != 1 {
		t.Errorf("status --json: %s", r.out)
	}
	if r := l.ask("plan"); r.code != 0 || !strings.Contains(r.out, "would change nothing") {
		t.Errorf("plan: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	if r := l.ask("breaker", "open", "openai.primary", "--for", "10m"); r.code != 0 {
		t.Errorf("breaker open: code %d\n%s", r.code, r.stderr)
	}
	if r := l.ask("breaker", "list"); !strings.Contains(r.out, "opened by hand") {
		t.Errorf("breaker list:\n%s", r.out)
	}
	if r := l.ask("breaker", "reset", "provider.openai.primary"); r.code != 0 {
		t.Errorf("breaker reset: code %d\n%s", r.code, r.stderr)
	}
	if r := l.ask("breaker", "list", "--json"); !strings.Contains(r.out, `"closed"`) || strings.Contains(r.out, `"open"`) {
		t.Errorf("breaker list after reset:\n%s", r.out)
	}
	if r := l.ask("breaker", "reset", "openai.nobody"); r.code != 1 || !strings.Contains(r.stderr, "openai.nobody") && !strings.Contains(r.stderr, "no such provider") {
		t.Errorf("breaker reset of nobody: code %d\n%s", r.code, r.stderr)
	}
	if r := l.ask("stop"); r.code != 0 || !strings.Contains(r.out, "has ended") {
		t.Errorf("stop: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	if code := l.end(); code != 0 {
		t.Errorf("exit code %d\n%s", code, l.stderr)
	}
	if l.out.String() != "" {
		t.Errorf("stdout has %q", l.out)
	}
	again := serve(t, path, nil)
	if r := again.ask("status"); !strings.Contains(r.out, "was asked to stop by a command") {
		t.Errorf("the last ending is not shown:\n%s", r.out)
	}
	again.stop()
	if code := again.end(); code != 0 {
		t.Errorf("exit code after a signal: %d", code)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	path := file(t, dir, "hermes.hcl", goodConfig)
	l := serve(t, path, nil)
	more := strings.Replace(goodConfig, "m1", "m2", 1) + "\nchain \"spare\" {\n  providers = [provider.openai.primary]\n}\n"
	file(t, dir, "hermes.hcl", more)
	if r := l.ask("plan"); r.code != 0 || !strings.Contains(r.out, "chain.spare") || !strings.Contains(r.out, "+ add") {
		t.Errorf("plan: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	if r := l.ask("reload"); r.code != 0 || !strings.Contains(r.out, "Reloaded in") {
		t.Errorf("reload: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	file(t, dir, "hermes.hcl", more+"oops = 1\n")
	if r := l.ask("plan"); r.code != 1 || !strings.Contains(r.stderr, "oops") {
		t.Errorf("plan of a mistake: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	r := l.ask("reload")
	if r.code != 1 || !strings.Contains(r.stderr, "oops") || !strings.Contains(r.stderr, "nothing has changed") {
		t.Errorf("refused reload: code %d\n%s%s", r.code, r.out, r.stderr)
	}
	if r := l.ask("reload", "--json"); r.code != 1 || !strings.Contains(r.out, `"error"`) {
		t.Errorf("refused reload as JSON: code %d\n%s", r.code, r.out)
	}
	if r := l.ask("status"); !strings.Contains(r.out, "refused") {
		t.Errorf("status does not show the refusal:\n%s", r.out)
	}
	file(t, dir, "hermes.hcl", strings.Replace(more, "./data", "./other", 1))
	if r := l.ask("reload", "--data-dir", filepath.Join(dir, "data")); r.code != 1 || !strings.Contains(r.stderr, "restart required") {
		t.Errorf("another data_dir: code %d\n%s", r.code, r.stderr)
	}
	file(t, dir, "hermes.hcl", goodConfig)
	l.hup <- syscall.SIGHUP
	l.until("SIGHUP has reloaded", func() bool { return strings.Contains(l.ask("status").out, "done") })
	l.stop()
	l.end()
}

func TestReloadMovesTheAdminListener(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	with := func(addr string) string {
		return strings.Replace(goodConfig, `listen = ""`, fmt.Sprintf("listen = %q", addr), 1)
	}
	path := file(t, dir, "hermes.hcl", with("127.0.0.1:0"))
	l := serve(t, path, nil)
	where := func() string {
		var s admin.Status
		if err := json.Unmarshal([]byte(l.ask("status", "--json").out), &s); err != nil {
			t.Fatal(err)
		}
		return s.AdminListen
	}
	first := where()
	ready(t, first, http.StatusOK)
	file(t, dir, "hermes.hcl", with(taken.Addr().String()))
	if r := l.ask("plan"); r.code != 1 {
		t.Errorf("plan onto a taken address: code %d\n%s", r.code, r.out)
	}
	if r := l.ask("reload"); r.code != 1 || !strings.Contains(r.stderr, "admin listener") {
		t.Errorf("reload onto a taken address: code %d\n%s", r.code, r.stderr)
	}
	ready(t, first, http.StatusOK)
	file(t, dir, "hermes.hcl", with("localhost:0"))
	if r := l.ask("plan"); r.code != 0 {
		t.Errorf("plan of a move: code %d\n%s", r.code, r.stderr)
	}
	if now := where(); now != first {
		t.Errorf("a plan moved the listener to %s", now)
	}
	if r := l.ask("reload"); r.code != 0 {
		t.Errorf("reload of a move: code %d\n%s", r.code, r.stderr)
	}
	if now := where(); now == first {
		t.Error("the listener did not move")
	} else {
		ready(t, now, http.StatusOK)
	}
	l.stop()
	l.end()
}

func ready(t *testing.T, addr string, want int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != want {
		t.Errorf("/readyz at %s: %d, want %d", addr, resp.StatusCode, want)
	}
}

func TestTakenAdminAddress(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	path := file(t, shortDir(t), "hermes.hcl", goodConfig)
	r := hermes(t, "", []string{"HERMES_ADMIN_LISTEN=" + taken.Addr().String()}, "serve", "-c", path)
	if r.code != exitFailure || !strings.Contains(r.stderr, "choose another address") {
		t.Errorf("code %d\n%s", r.code, r.stderr)
	}
}

func TestSecondInstance(t *testing.T) {
	t.Parallel()
	path := file(t, shortDir(t), "hermes.hcl", goodConfig)
	first := serve(t, path, nil)
	r := hermes(t, "", nil, "serve", "-c", path)
	if r.code != exitFailure || !strings.Contains(r.stderr, fmt.Sprintf("process %d already serves", os.Getpid())) || !strings.Contains(r.stderr, "--replace") {
		t.Errorf("second instance: code %d\n%s", r.code, r.stderr)
	}
	second := serve(t, path, nil, "--replace")
	if code := first.end(); code != 0 {
		t.Errorf("the replaced one ended with %d\n%s", code, first.stderr)
	}
	if r := second.ask("status"); r.code != 0 {
		t.Errorf("status of the new one: code %d\n%s", r.code, r.stderr)
	}
	third := serve(t, path, nil, "--replace")
	if code := third.end(); code != exitFailure || !strings.Contains(third.stderr.String(), "was replaced") {
		t.Errorf("a second replacement: code %d\n%s", code, third.stderr)
	}
	second.stop()
	second.end()
}

func TestServeEndsWithItsInput(t *testing.T) {
	t.Parallel()
	text := strings.Replace(goodConfig, "chain = chain.default", "chain = chain.default\n  says = [\"one\", \"two\", \"three\"]", 1)
	l := serve(t, file(t, shortDir(t), "hermes.hcl", text), nil)
	if code := l.end(); code != 0 {
		t.Errorf("exit code %d\n%s", code, l.stderr)
	}
	if got, want := l.answers.String(), "m1: one\nm1: two\nm1: three\n"; got != want {
		t.Errorf("answers %q, want %q", got, want)
	}
}

func TestLostDataDirectoryEndsTheProcess(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	l := serve(t, file(t, dir, "hermes.hcl", goodConfig), nil)
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		t.Fatal(err)
	}
	if code := l.end(); code != exitFailure || !strings.Contains(l.stderr.String(), "lost its data directory") {
		t.Errorf("exit code %d\n%s", code, l.stderr)
	}
}

func TestSystemdIsTold(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	socket := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	l := serve(t, file(t, dir, "hermes.hcl", goodConfig), []string{"NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=3600000000"})
	if r := l.ask("reload"); r.code != 0 {
		t.Errorf("reload: code %d\n%s", r.code, r.stderr)
	}
	l.stop()
	l.end()
	var got []string
	buf := make([]byte, 1024)
	_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	for len(got) == 0 || !strings.HasPrefix(got[len(got)-1], "STOPPING=1") {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		got = append(got, string(buf[:n]))
	}
	all := strings.Join(got, "|")
	for _, want := range []string{"READY=1\nSTATUS=serving 1 platform, generation 1", "WATCHDOG=1", "RELOADING=1\nMONOTONIC_USEC="} {
		if !strings.Contains(all, want) {
			t.Errorf("systemd was told %q, not %q", all, want)
		}
	}
	if strings.Count(all, "READY=1") != 2 {
		t.Errorf("READY=1 came %d times, want 2: %q", strings.Count(all, "READY=1"), all)
	}
}

func TestJSONLogs(t *testing.T) {
	t.Parallel()
	l := serve(t, file(t, shortDir(t), "hermes.hcl", strings.Replace(goodConfig, "chain = chain.default", "chain = chain.default\n  says = [\"hi\"]", 1)), nil, "--log-format", "json")
	if code := l.end(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	for line := range strings.Lines(l.stderr.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}
