package store

import (
	"cmp"
	"container/list"
	"context"
	"slices"
	"sync"
)

// Limits bound a Memory store. Zero fields take the defaults.
type Limits struct {
	Turns         int // of one conversation; default 20
	Conversations int // the one untouched for longest is forgotten first; default 10,000
	Bytes         int // of all text together; default 64 MiB
}

// Memory is a Store that lives in memory and forgets everything with the process.
type Memory struct {
	limits Limits

	mu    sync.Mutex
	byKey map[string]*list.Element
	used  *list.List // of *conversation, the latest first
	bytes int
}

type conversation struct {
	key   string
	turns []Turn
}

// of returns the conversation of a list's element: nothing else is in the list.
func of(e *list.Element) *conversation {
	c, _ := e.Value.(*conversation)
	return c
}

// NewMemory returns an empty store with the default limits.
func NewMemory() *Memory { return NewBounded(Limits{}) }

// NewBounded returns an empty store with limits of its own.
func NewBounded(l Limits) *Memory {
	l.Turns = cmp.Or(l.Turns, 20)
	l.Conversations = cmp.Or(l.Conversations, 10_000)
	l.Bytes = cmp.Or(l.Bytes, 64<<20)
	return &Memory{limits: l, byKey: make(map[string]*list.Element), used: list.New()}
}

// Recent is Conversations.Recent.
func (m *Memory) Recent(ctx context.Context, key string, limit int) ([]Turn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byKey[key]
	if e == nil || limit <= 0 {
		return nil, nil
	}
	m.used.MoveToFront(e)
	turns := of(e).turns
	return slices.Clone(turns[max(0, len(turns)-limit):]), nil
}

// Append is Conversations.Append.
func (m *Memory) Append(ctx context.Context, key string, t Turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byKey[key]
	if e == nil {
		e = m.used.PushFront(&conversation{key: key})
		m.byKey[key] = e
	}
	m.used.MoveToFront(e)
	c := of(e)
	if slices.ContainsFunc(c.turns, func(known Turn) bool { return known.ID == t.ID }) {
		return nil
	}
	c.turns = append(c.turns, t)
	m.bytes += size(t)
	m.trim(c)
	return nil
}

// trim keeps the bounds: first the turns of c, which was just added to, then
// whole conversations, then older turns of c. The latest turn always stays.
func (m *Memory) trim(c *conversation) {
	for len(c.turns) > m.limits.Turns {
		m.forgetOldest(c)
	}
	for m.used.Len() > 1 && (m.used.Len() > m.limits.Conversations || m.bytes > m.limits.Bytes) {
		m.remove(m.used.Back())
	}
	for len(c.turns) > 1 && m.bytes > m.limits.Bytes {
		m.forgetOldest(c)
	}
}

func (m *Memory) forgetOldest(c *conversation) {
	m.bytes -= size(c.turns[0])
	c.turns = slices.Delete(c.turns, 0, 1)
}

func (m *Memory) remove(e *list.Element) {
	c := of(e)
	for _, t := range c.turns {
		m.bytes -= size(t)
	}
	m.used.Remove(e)
	delete(m.byKey, c.key)
}

// Reset is Conversations.Reset.
func (m *Memory) Reset(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byKey[key]; e != nil {
		m.remove(e)
	}
	return nil
}

// size estimates what a turn takes, in bytes.
func size(t Turn) int {
	const turn, attempt = 100, 200 // headers of strings, slices, structs
	return turn + len(t.ID) + len(t.User) + len(t.Reply) + attempt*len(t.Attempts)
}
