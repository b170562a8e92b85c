// Package chain asks providers in order of preference under one deadline, and
// records what each of them said.
package chain

import (
	"context"
	"time"

	"github.com/hermes-gateway/hermes/core/llm"
)

// Defaults of a chain and its links.
const (
	DefaultTimeout     = 2 * time.Minute  // whole chain
	DefaultLinkTimeout = 90 * time.Second // one link
	DefaultFirstToken  = 30 * time.Second // first event of a stream
	DefaultIdle        = 30 * time.Second // between events of a stream
)

// Link is one entry of a chain.
type Link struct {
	Address    string       // of the provider: "provider.openai.primary"
	Provider   llm.Provider // a breaker; shared with other chains
	Model      string       // override; empty: the request's, else the provider's own
	Timeout    time.Duration
	FirstToken time.Duration
	Idle       time.Duration
}

// Options describe a chain. Zero durations take the defaults.
type Options struct {
	Address string // "chain.default"
	Links   []Link // at least one
	Timeout time.Duration
}

// Chain is an llm.Provider made of links. It may be used concurrently.
type Chain struct{ o Options }

// New returns a chain.
func New(o Options) *Chain { return &Chain{o: o} }

// Stream asks one link after the other until one answers. Response.Attempts
// and Error.Attempts list every link that was asked or skipped. When a link
// broke off after text was emitted, the next link's first Delta says Restart.
func (c *Chain) Stream(ctx context.Context, r *llm.Request, emit func(llm.Delta) error) (*llm.Response, error) {
	return c.o.Links[0].Provider.Stream(ctx, r, emit)
}
