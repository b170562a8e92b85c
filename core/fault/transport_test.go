package fault_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"

	"github.com/hermes-gateway/hermes/core/fault"
)

func TestTransportErrors(t *testing.T) {
	t.Parallel()
	posting := func(err error) error { return &url.Error{Op: "Post", URL: "https://api.example.com", Err: err} }
	dialing := func(err error) error { return posting(&net.OpError{Op: "dial", Net: "tcp", Err: err}) }
	var notJSON map[string]int
	syntax := json.Unmarshal([]byte("<html>"), &notJSON)
	tests := []struct {
		name string
		e    fault.Evidence
		want fault.Kind
	}{
		{"the person left", fault.Evidence{Err: posting(context.Canceled)}, fault.Canceled},
		{"deadline", fault.Evidence{Err: posting(context.DeadlineExceeded)}, fault.Timeout},
		{"socket deadline", fault.Evidence{Err: &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}}, fault.Timeout},
		{"connect timeout", fault.Evidence{Err: dialing(syscall.ETIMEDOUT)}, fault.Timeout},
		{"refused", fault.Evidence{Err: dialing(syscall.ECONNREFUSED)}, fault.Network},
		{"reset", fault.Evidence{Err: &net.OpError{Op: "read", Err: syscall.ECONNRESET}}, fault.Network},
		{"dns", fault.Evidence{Err: dialing(&net.DNSError{Err: "no such host", IsNotFound: true})}, fault.Network},
		{"dns timeout", fault.Evidence{Err: dialing(&net.DNSError{Err: "i/o timeout", IsTimeout: true})}, fault.Network},
		{"tls", fault.Evidence{Err: posting(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"})}, fault.Network},
		{"eof before the answer", fault.Evidence{Err: posting(io.EOF)}, fault.Network},
		{"cut while it was read", fault.Evidence{Status: 200, Err: fmt.Errorf("reading body: %w", io.ErrUnexpectedEOF)}, fault.Malformed},
		{"cut stream", fault.Evidence{Streamed: true, Err: io.ErrUnexpectedEOF}, fault.Malformed},
		{"garbage", fault.Evidence{Status: 200, Err: syntax}, fault.Malformed},
		{"reset in a stream", fault.Evidence{Status: 200, Streamed: true, Err: syscall.ECONNRESET}, fault.Network},
		{"anything else", fault.Evidence{Err: errors.New("strange")}, fault.Network},
		{"the body's error wins over a cut", fault.Evidence{Status: 200, Err: io.ErrUnexpectedEOF, Body: []byte(`data: {"error":{"type":"overloaded_error"}}`)}, fault.Overloaded},
		{"a status wins over a cut error page", fault.Evidence{Status: 402, Err: io.ErrUnexpectedEOF}, fault.Billing},
		{"content is not evidence when the person left", fault.Evidence{Status: 200, Streamed: true, Err: context.Canceled, Body: []byte(`data: {"choices":[{"delta":{"content":"x"}}]}`)}, fault.Canceled},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := fault.Classify(tc.e); got.Kind != tc.want {
				t.Errorf("got %s (%s), want %s", got.Kind, got.Rule, tc.want)
			}
		})
	}
}
