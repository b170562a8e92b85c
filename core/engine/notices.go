package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/turn"
)

// notice is a word of Hermes itself that answers a message.
type notice struct {
	item    queue.Item
	text    string
	outcome string // for TurnDone; empty: not told
	begun   time.Time
}

// Bounds of the notices on their way.
const (
	noticeLanes   = 256 // conversations at once
	noticeWaiting = 5   // per conversation
	noticeTimeout = 30 * time.Second
)

// notices delivers notices beside the queue: in order within a conversation,
// conversations in parallel, and no more of them than the bounds allow.
type notices struct {
	deliver func(notice)

	mu    sync.Mutex
	lanes map[string][]notice // a conversation with a lane has a goroutine
	wg    sync.WaitGroup
}

func newNotices(deliver func(notice)) *notices {
	return &notices{deliver: deliver, lanes: make(map[string][]notice)}
}

// tell sends a notice on its way, or drops it when too many are. It never blocks.
func (n *notices) tell(one notice) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	key := one.item.Conversation
	lane, runs := n.lanes[key]
	if len(lane) >= noticeWaiting || !runs && len(n.lanes) >= noticeLanes {
		return false
	}
	n.lanes[key] = append(lane, one)
	if !runs {
		n.wg.Go(func() { n.run(key) })
	}
	return true
}

func (n *notices) run(key string) {
	for {
		n.mu.Lock()
		lane := n.lanes[key]
		if len(lane) == 0 {
			delete(n.lanes, key)
			n.mu.Unlock()
			return
		}
		n.lanes[key] = lane[1:]
		n.mu.Unlock()
		n.deliver(lane[0])
	}
}

func (n *notices) idle() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.lanes) == 0
}

// deliver says a notice through the platform that runs now.
func (e *Engine) deliver(n notice) {
	err := e.say(n)
	if err != nil {
		e.log.Warn("notice not delivered", "turn", n.item.ID, "platform", n.item.Platform, "conversation", n.item.Conversation, "error", err)
	}
	if n.outcome != "" {
		e.turnDone(TurnDone{Platform: n.item.Platform, Outcome: n.outcome, Duration: time.Since(n.begun)})
	}
}

var errNoSender = errors.New("the platform is gone or cannot show replies")

func (e *Engine) say(n notice) error {
	g := e.acquire()
	if g == nil {
		return errNoSender
	}
	defer g.leave()
	s := g.sender(n.item.Platform)
	if s == nil {
		return errNoSender
	}
	ctx, cancel := context.WithTimeout(e.speech, noticeTimeout)
	defer cancel()
	return turn.Say(ctx, s, n.item.Message.To, n.text)
}

// sender returns the platform of that address, nil when it is gone or shows nothing.
func (g *generation) sender(address string) chat.Sender {
	p := g.platforms[address]
	if p == nil {
		return nil
	}
	s, _ := p.value.(chat.Sender)
	return s
}
