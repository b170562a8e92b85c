package fault

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
)

// byError says what a transport error means, or false when err is nil. A
// stream that had begun and ends too early is a cut stream; before the answer
// the same error is the network's.
func byError(e Evidence) (verdict, bool) {
	err := e.Err
	var (
		dns     *net.DNSError
		record  tls.RecordHeaderError
		syntax  *json.SyntaxError
		field   *json.UnmarshalTypeError
		timeout net.Error
	)
	begun := e.Streamed || e.Status != 0
	switch {
	case err == nil:
		return verdict{}, false
	case errors.Is(err, context.Canceled):
		return verdict{kind: Canceled, rule: "error canceled"}, true
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return verdict{kind: Timeout, rule: "error deadline"}, true
	case errors.As(err, &dns):
		return verdict{kind: Network, rule: "error dns"}, true
	case errors.As(err, &record):
		return verdict{kind: Network, rule: "error tls"}, true
	case errors.As(err, &timeout) && timeout.Timeout():
		return verdict{kind: Timeout, rule: "error timeout"}, true
	case errors.As(err, &syntax), errors.As(err, &field):
		return verdict{kind: Malformed, rule: "error json"}, true
	case begun && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return verdict{kind: Malformed, rule: "error cut"}, true
	default:
		return verdict{kind: Network, rule: "error transport"}, true
	}
}
