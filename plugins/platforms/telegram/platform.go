package telegram

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
)

// generalTopic is the id of a forum's first topic. Messages are sent there
// without an id; typing is shown there with it.
const generalTopic = 1

// platform is one bot. It is a chat.Platform and a chat.Sender.
type platform struct {
	api     *api
	log     *slog.Logger
	botID   string
	timeout time.Duration // of one poll
	access  *access
	pace    *pace
	moved   *moves
	menu    atomic.Bool // the menu of commands is set
}

// Run polls until ctx ends. Trouble with Telegram is reported and tried again
// for ever; Run never returns early for it.
func (p *platform) Run(ctx context.Context, host chat.Host) error {
	ctx, cancel := context.WithCancel(ctx)
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer cancel()
	works := make(chan struct{})
	r := &run{
		platform: p, host: host, works: works, proven: sync.OnceFunc(func() { close(works) }),
		apologies: make(chan chat.Address, maxApologies),
	}
	helpers.Go(func() { r.apologise(ctx) })
	helpers.Go(func() { r.setMenu(ctx) })
	host.Report(chat.Status{State: chat.Connecting})
	for ctx.Err() == nil {
		if err := r.session(ctx); ctx.Err() == nil {
			r.rest(ctx, err)
		}
	}
	return nil
}

// run is one call of Run.
type run struct {
	*platform
	host      chat.Host
	me        identity
	offset    int64         // the next update to ask for
	limit     int           // updates a poll; 0 is the server's own
	failures  int           // in a row
	works     chan struct{} // closed after the first poll that succeeded
	proven    func()        // closes it
	apologies chan chat.Address
	apologised
}

// rest reports trouble and waits until the next try.
func (r *run) rest(ctx context.Context, err error) {
	r.failures++
	t := judge(err, r.failures)
	r.host.Report(chat.Status{State: chat.Retrying, Reason: t.Reason, RetryAt: time.Now().Add(t.Wait)})
	r.log.Debug("poll failed", "error", err, "failures", r.failures, "retry_in", t.Wait)
	sleep(ctx, t.Wait)
}

// connected reports a poll that succeeded.
func (r *run) connected() {
	r.failures = 0
	r.proven()
	r.host.Report(chat.Status{State: chat.Connected})
}

// cursorName names the place in this bot's queue.
func (p *platform) cursorName() string { return "telegram:" + p.botID }
