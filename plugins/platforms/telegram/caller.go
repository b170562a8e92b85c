package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	ta "github.com/mymmrac/telego/telegoapi"

	"github.com/hermes-gateway/hermes/core/plugin"
)

// The bounds of one call.
const (
	callTimeout    = 30 * time.Second // of everything but a poll
	pollSlack      = 15 * time.Second // what a poll may take beyond its own timeout
	maxAnswer      = 8 << 20          // bytes of one answer
	maxDescription = 300              // bytes of what is kept of an error's description
)

// caller makes calls by net/http. Nothing it returns contains the token.
type caller struct {
	client    *http.Client
	token     string
	userAgent string
}

func newCaller(token plugin.Secret, transport http.RoundTripper, version string) *caller {
	if transport == nil {
		transport = newTransport()
	}
	return &caller{
		token:     token.Reveal(),
		userAgent: "hermes/" + version,
		client: &http.Client{
			Transport: transport,
			// A redirect would hand the address, and with it the token, to somebody else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   10 * time.Second,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
		ResponseHeaderTimeout: time.Minute + pollSlack,
	}
}

// statusError is an answer that did not come from the Bot API itself, such as a
// proxy's page.
type statusError struct{ Status int }

func (e *statusError) Error() string { return fmt.Sprintf("HTTP status %d", e.Status) }

// bodyError is an answer that cannot be read. Head is how it begins.
type bodyError struct {
	TooLong bool
	Head    []byte
}

func (e *bodyError) Error() string {
	if e.TooLong {
		return fmt.Sprintf("answer is longer than %d bytes", maxAnswer)
	}
	return "answer cannot be read"
}

// networkError is a call that got no whole answer. Sent tells that it may have
// been carried out all the same.
type networkError struct {
	err  error
	Sent bool
}

func (e *networkError) Error() string { return e.err.Error() }
func (e *networkError) Unwrap() error { return e.err }

// Call is the ta.Caller of the telego bot. The context bounds it.
func (c *caller) Call(ctx context.Context, address string, data *ta.RequestData) (*ta.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(data.BodyRaw))
	if err != nil {
		return nil, errors.New("making the request")
	}
	r.Header.Set("Content-Type", data.ContentType)
	r.Header.Set("User-Agent", c.userAgent)
	resp, err := c.client.Do(r)
	if err != nil {
		return nil, c.network(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, c.network(err)
	}
	if len(body) > maxAnswer {
		return nil, &bodyError{TooLong: true, Head: body[:1024]}
	}
	return c.read(resp.StatusCode, body)
}

// read makes sense of an answer. One that is not the Bot API's own JSON counts
// by its status alone.
func (c *caller) read(status int, body []byte) (*ta.Response, error) {
	var a struct {
		Ok          bool                   `json:"ok"`
		Result      json.RawMessage        `json:"result"`
		Code        int                    `json:"error_code"`
		Description string                 `json:"description"`
		Parameters  *ta.ResponseParameters `json:"parameters"`
	}
	err := json.Unmarshal(body, &a)
	switch {
	case err == nil && a.Ok && status == http.StatusOK:
		return &ta.Response{Ok: true, Result: a.Result}, nil
	case err == nil && !a.Ok && a.Code != 0 && status >= 400 && status < 500:
		e := &ta.Error{ErrorCode: a.Code, Description: c.clean(a.Description), Parameters: a.Parameters}
		return &ta.Response{Error: e}, nil
	case status != http.StatusOK:
		return nil, &statusError{Status: status}
	}
	return nil, &bodyError{Head: body[:min(len(body), 1024)]}
}

// clean bounds a text from outside and takes the token out.
func (c *caller) clean(s string) string {
	s = strings.ReplaceAll(s, c.token, "(token)")
	if len(s) > maxDescription {
		s = s[:maxDescription]
	}
	return strings.ToValidUTF8(s, "")
}

// network takes the address out of an error of net/http. Its chain survives
// only where its text is free of the token.
func (c *caller) network(err error) error {
	sent := !notSent(err)
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if strings.Contains(err.Error(), c.token) || strings.Contains(fmt.Sprintf("%+v", err), c.token) {
		err = errors.New(c.clean(err.Error()))
	}
	return &networkError{err: err, Sent: sent}
}

// notSent reports whether no connection was made.
func notSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns)
}
