package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/config"
	"github.com/hermes-gateway/hermes/core/engine"
)

// ErrNotRunning says that nobody listens on the control socket.
var ErrNotRunning = errors.New("no gateway is running")

// ErrRefused says that the gateway would not or could not do it; the text of
// the error says why.
var ErrRefused = errors.New("the gateway refused")

// maxReply bounds an answer of the gateway, in bytes.
const maxReply = 16 << 20

// Client talks to a running gateway over its control socket.
type Client struct {
	dataDir string
	path    string
	http    *http.Client
}

// NewClient returns a client for the gateway of that data directory. It does
// not connect yet.
func NewClient(dataDir string, getenv func(string) string) (*Client, error) {
	path, err := SocketPath(dataDir, getenv)
	if err != nil {
		return nil, err
	}
	c := &Client{dataDir: dataDir, path: path}
	c.http = &http.Client{Timeout: maxWait + 2*endTimeout, Transport: &http.Transport{DialContext: c.dial, DisableKeepAlives: true}}
	return c, nil
}

func (c *Client) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	d := net.Dialer{Timeout: 2 * time.Second}
	return d.DialContext(ctx, "unix", c.path)
}

// Status returns how the gateway fares.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.call(ctx, request{http.MethodGet, "status", nil}, &s)
}

// Breakers returns the circuits.
func (c *Client) Breakers(ctx context.Context) (list []breaker.Circuit, err error) {
	return list, c.call(ctx, request{http.MethodGet, "breakers", nil}, &list)
}

// Reload makes the gateway read its files anew and returns the verdict. The
// error is ErrRefused, with the reason, when everything stays as it was.
func (c *Client) Reload(ctx context.Context) (engine.ReloadDone, error) {
	var r reloadReply
	if err := c.call(ctx, request{http.MethodPost, "reload", struct{}{}}, &r); err != nil {
		return r.Done, err
	}
	return r.Done, refused(r.Refused)
}

// Plan asks what a reload would do.
func (c *Client) Plan(ctx context.Context) (engine.Plan, config.Diagnostics, error) {
	var r planReply
	if err := c.call(ctx, request{http.MethodGet, "plan", nil}, &r); err != nil {
		return r.Plan, nil, err
	}
	return r.Plan, r.Problems, refused(r.Refused)
}

func refused(why string) error {
	if why == "" {
		return nil
	}
	return &refusedError{why}
}

// refusedError is ErrRefused with the gateway's own words.
type refusedError struct{ why string }

// Error is the gateway's reason.
func (e *refusedError) Error() string { return e.why }

// Is makes it an ErrRefused.
func (e *refusedError) Is(target error) bool { return target == ErrRefused }

// ResetBreaker closes the circuits of a provider.
func (c *Client) ResetBreaker(ctx context.Context, name string) error {
	return c.call(ctx, request{http.MethodPost, "breakers/reset", breakerOrder{Name: name}}, nil)
}

// OpenBreaker opens the quota circuit of a provider.
func (c *Client) OpenBreaker(ctx context.Context, name string, d time.Duration) error {
	return c.call(ctx, request{http.MethodPost, "breakers/open", breakerOrder{Name: name, For: d.String()}}, nil)
}

// Stop asks the gateway to drain and end. It returns at once.
func (c *Client) Stop(ctx context.Context) error {
	return c.call(ctx, request{http.MethodPost, "stop", struct{}{}}, nil)
}

// request is what to ask; body is encoded as JSON, nil means none.
type request struct {
	method, path string
	body         any
}

// call sends one request and decodes the answer into out, unless that is nil.
func (c *Client) call(ctx context.Context, r request, out any) error {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return fmt.Errorf("asking the gateway: %w", err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, "http://hermes/v1/"+r.path, body)
	if err != nil {
		return fmt.Errorf("asking the gateway: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.explain(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return decode(resp, out)
}

func decode(resp *http.Response, out any) error {
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return fmt.Errorf("reading the gateway's answer: %w", err)
	}
	if resp.StatusCode >= http.StatusBadRequest {
		var f failure
		if json.Unmarshal(text, &f) != nil || f.Error == "" {
			f.Error = "the gateway answered " + resp.Status
		}
		return &refusedError{f.Error}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("reading the gateway's answer: %w", err)
	}
	return nil
}

// explain turns what the system says of the socket into what it means.
func (c *Client) explain(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w in %s", ErrNotRunning, c.dataDir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the control socket %s belongs to another user: %w", c.path, fs.ErrPermission)
	default:
		return fmt.Errorf("asking the gateway: %w", err)
	}
}
