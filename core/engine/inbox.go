package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/turn"
)

// command is a message that is one of Hermes' own words.
type command struct {
	queue.Item
	name string
	had  bool // there was something to stop
}

// intake is a batch, sorted.
type intake struct {
	items    []queue.Item
	commands []command
}

// Accept is chat.Inbox.Accept. Commands act here and now: what they stop or
// forget must not wait behind it.
func (h *host) Accept(ctx context.Context, b chat.Batch) error {
	h.e.intake.RLock()
	defer h.e.intake.RUnlock()
	if h.e.closed {
		return fmt.Errorf("accepting messages: %w", llm.ErrShutdown)
	}
	in, err := h.e.sort(ctx, h.platform, b.Messages)
	if err != nil {
		return fmt.Errorf("accepting messages: %w", err)
	}
	cursor := queue.Cursor{}
	if b.Cursor != (chat.Cursor{}) {
		cursor = queue.Cursor{Platform: h.platform, Name: b.Cursor.Name, Value: b.Cursor.Value}
	}
	refused, err := h.e.o.Queue.Put(ctx, in.items, cursor)
	if err != nil {
		return fmt.Errorf("accepting messages: %w", err)
	}
	h.e.accepted(in, refused)
	return nil
}

// sort separates commands from turns and lets commands act. What they do may be
// done twice: after an error the platform offers the batch again.
func (e *Engine) sort(ctx context.Context, platform string, messages []chat.Message) (in intake, err error) {
	for _, m := range messages {
		it := queue.Item{
			ID: platform + "/" + m.ID, Platform: platform,
			Conversation: platform + "/" + m.Conversation, Message: m,
		}
		name, ok := turn.Command(m.Text)
		if !ok {
			in.items = append(in.items, it)
			continue
		}
		if e.commands.has(it.ID) {
			continue
		}
		c := command{Item: it, name: name}
		switch name {
		case "stop":
			c.had = in.withdraw(it.Conversation) > 0
			c.had = e.turns.Stop(it.Conversation) || c.had
		case "new":
			in.withdraw(it.Conversation)
			err = e.forget(ctx, it.Conversation)
		}
		if err != nil {
			return intake{}, err
		}
		in.commands = append(in.commands, c)
	}
	return in, nil
}

// withdraw takes the turns of a conversation out of the batch: the person who
// sent them has changed their mind before anybody looked at them.
func (in *intake) withdraw(conversation string) int {
	before := len(in.items)
	in.items = slices.DeleteFunc(in.items, func(it queue.Item) bool { return it.Conversation == conversation })
	return before - len(in.items)
}

// forget begins a new conversation: what waits is dropped, what runs is stopped.
func (e *Engine) forget(ctx context.Context, conversation string) error {
	if _, err := e.o.Queue.Drop(ctx, conversation); err != nil {
		return err
	}
	return e.turns.Forget(ctx, conversation)
}

// accepted tells the senders of commands and of refused messages, and logs.
func (e *Engine) accepted(in intake, refused []queue.Item) {
	for _, it := range in.items {
		if !slices.ContainsFunc(refused, func(r queue.Item) bool { return r.ID == it.ID }) {
			e.log.Info("message accepted", "turn", it.ID, "platform", it.Platform, "conversation", it.Conversation, "from", it.Message.From.ID)
		}
	}
	for _, c := range in.commands {
		e.commands.add(c.ID)
		e.log.Info("command", "name", c.name, "platform", c.Platform, "conversation", c.Conversation, "from", c.Message.From.ID)
		e.notices.tell(notice{item: c.Item, outcome: outcomeCommand, text: e.reply(c), begun: time.Now()})
	}
	for _, it := range refused {
		e.log.Warn("message refused", "turn", it.ID, "platform", it.Platform, "conversation", it.Conversation, "from", it.Message.From.ID, "reason", "too many wait")
		if e.bursts.first(it.Conversation, time.Now()) {
			e.notices.tell(notice{item: it, outcome: outcomeBusy, text: turn.WordsBusy, begun: time.Now()})
		} else {
			e.turnDone(TurnDone{Platform: it.Platform, Outcome: outcomeBusy})
		}
	}
}

// reply is what a command answers.
func (e *Engine) reply(c command) string {
	switch c.name {
	case "start":
		return turn.Start()
	case "new":
		return turn.WordsNew
	case "stop":
		if c.had {
			return turn.WordsStopping
		}
		return turn.WordsIdle
	case "status":
		return e.health(c.Platform, c.Conversation).Text(time.Now())
	default:
		return turn.Help()
	}
}

// bursts remembers which conversations were told that they are too fast.
type bursts struct {
	mu   sync.Mutex
	told map[string]time.Time
}

// burst is how long one word about it is enough.
const burst = 30 * time.Second

// first reports whether a conversation has to be told: once per burst.
func (b *bursts) first(conversation string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, told := b.told[conversation]; told && now.Sub(at) < burst {
		return false
	}
	if len(b.told) > 1000 {
		maps.DeleteFunc(b.told, func(_ string, at time.Time) bool { return now.Sub(at) >= burst })
	}
	b.told[conversation] = now
	return true
}

// seen remembers the ids of commands, which never enter the queue.
type seen struct {
	mu     sync.Mutex
	recent *queue.Recent
}

func newSeen() *seen { return &seen{recent: queue.NewRecent(10_000, 48*time.Hour)} }

func (s *seen) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recent.Has(id, time.Now())
}

func (s *seen) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recent.Add(id, time.Now())
}
