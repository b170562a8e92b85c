package llm

import (
	"context"
	"errors"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// Error is the only error type that comes out of Provider.Stream. Its text is
// safe for logs: it holds no text of the upstream.
type Error struct {
	Fault    fault.Fault
	Attempts []Attempt // filled in by the chain: every link that was asked, in order
	RetryAt  time.Time // earliest time at which asking again can help; zero: unknown
	Err      error     // cause, for errors.Is; may be nil; never shown
}

// Error names the kind, the status and the vendor's code.
func (e *Error) Error() string { return e.Fault.String() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// AsError returns err as an *Error; any other error, which a Provider must not
// return, becomes one of kind malformed, so that it counts against the provider.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Fault: fault.Fault{Kind: fault.Malformed, Scope: fault.AccountScope, Rule: "foreign_error"}, Err: err}
}

// The causes with which contexts of calls are cancelled. A breaker counts the
// three timeouts of a link as faults of its provider; the others never count.
var (
	ErrFirstToken    = errors.New("no first event in time")
	ErrIdle          = errors.New("stream went silent")
	ErrLinkTimeout   = errors.New("link timeout")
	ErrChainDeadline = errors.New("chain deadline")
	ErrStopped       = errors.New("stopped by the person")
	ErrShutdown      = errors.New("shutting down")
)

// Interrupted returns the error of a call whose context has ended: kind timeout
// when the cause is one of a link's three timeouts, else canceled. It returns
// nil while ctx is alive.
func Interrupted(ctx context.Context) *Error {
	if ctx.Err() == nil {
		return nil
	}
	cause := context.Cause(ctx)
	f := fault.Fault{Kind: fault.Canceled, Scope: fault.RequestScope, Rule: "canceled"}
	for _, timeout := range []error{ErrFirstToken, ErrIdle, ErrLinkTimeout} {
		if errors.Is(cause, timeout) {
			f = fault.Fault{Kind: fault.Timeout, Scope: fault.AccountScope, Rule: "timeout"}
		}
	}
	return &Error{Fault: f, Err: cause}
}
