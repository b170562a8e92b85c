package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// host is what one platform sees of the engine. It belongs to the platform's
// address, not to a generation.
type host struct {
	e        *Engine
	platform string
	report   func(chat.Status)
}

// Cursor is chat.Inbox.Cursor.
func (h *host) Cursor(ctx context.Context, name string) (string, error) {
	return h.e.o.Queue.Cursor(ctx, h.platform, name)
}

// Report is chat.Host.Report.
func (h *host) Report(s chat.Status) { h.report(s) }

// errReplaced ends a call whose caller cannot take a beginning back.
var errReplaced = errors.New("the answer broke off after its beginning was shown")

// Complete is chat.Host.Complete. A call that does not say ResumeReplace ends
// with the fault when its stream breaks off after the beginning.
func (h *host) Complete(ctx context.Context, c llm.Call, emit func(llm.Delta) error) (*llm.Response, error) {
	var g *generation
	if !h.e.draining.Load() {
		g = h.e.acquire()
	}
	if g == nil {
		return nil, &llm.Error{Fault: fault.Fault{Kind: fault.Canceled, Rule: "shutdown"}, Err: llm.ErrShutdown}
	}
	defer g.leave()
	to := g.chainFor(h.platform, c.Chain)
	if to == nil {
		err := fmt.Errorf("there is no chain %q", c.Chain)
		return nil, &llm.Error{Fault: fault.Fault{Kind: fault.BadRequest, Rule: "unknown_chain"}, Err: err}
	}
	ctx, cancel := h.e.joined(ctx)
	defer cancel()
	if emit == nil || c.Resume == llm.ResumeReplace {
		return to.model.Stream(ctx, c.Request, emit)
	}
	resp, err := to.model.Stream(ctx, c.Request, func(d llm.Delta) error {
		if d.Restart {
			return errReplaced
		}
		return emit(d)
	})
	if err != nil {
		return nil, brokenOff(err)
	}
	return resp, nil
}

// brokenOff makes the end of a call that could not be replaced the fault of the
// link that broke off.
func brokenOff(err error) error {
	e := llm.AsError(err)
	if !errors.Is(err, errReplaced) {
		return e
	}
	for _, a := range slices.Backward(e.Attempts) {
		if f := a.Fault; f != nil && f.Kind != fault.Canceled {
			return &llm.Error{Fault: *f, Attempts: e.Attempts, RetryAt: e.RetryAt, Err: errReplaced}
		}
	}
	return e
}
