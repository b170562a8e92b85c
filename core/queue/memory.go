package queue

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// Limits bound a Memory queue. Zero fields take the defaults.
type Limits struct {
	Waiting int           // turns that wait, of all conversations; default 10,000
	Bytes   int           // text of the turns that wait; default 64 MiB
	Running int           // turns that run at once; default 256
	Recent  int           // ids remembered to drop what comes twice; default 100,000
	For     time.Duration // how long they are remembered; default 48 h
}

func (l Limits) withDefaults() Limits {
	l.Waiting = cmp.Or(l.Waiting, 10_000)
	l.Bytes = cmp.Or(l.Bytes, 64<<20)
	l.Running = cmp.Or(l.Running, 256)
	l.Recent = cmp.Or(l.Recent, 100_000)
	l.For = cmp.Or(l.For, 48*time.Hour)
	return l
}

// Memory is a Queue that lives in memory: what waits is gone when the process
// ends, so that its owner tells the senders (Drain). Conversations that have
// work take turns: one that floods cannot starve the others.
type Memory struct {
	limits Limits

	mu      sync.Mutex
	lanes   map[string]*lane // conversations with turns that wait or run
	ready   []*lane          // those that wait and do not run, in the order of their turn
	cursors map[Cursor]string
	recent  *Recent
	waiting int
	bytes   int
	running int
	last    uint64 // number of the latest item

	handle  func(Item) // nil unless Run runs
	workers sync.WaitGroup
}

// lane is one conversation.
type lane struct {
	name    string
	items   []numbered
	running bool
}

// numbered is an item and its place in the order of Put.
type numbered struct {
	Item
	number uint64
}

// NewMemory returns an empty queue with the default limits.
func NewMemory() *Memory { return NewBounded(Limits{}) }

// NewBounded returns an empty queue with limits of its own.
func NewBounded(l Limits) *Memory {
	l = l.withDefaults()
	return &Memory{
		limits:  l,
		lanes:   make(map[string]*lane),
		cursors: make(map[Cursor]string),
		recent:  NewRecent(l.Recent, l.For),
	}
}

// Put is Queue.Put. An empty queue takes any batch; otherwise a batch that
// would pass a bound of the whole queue is ErrFull.
func (m *Memory) Put(ctx context.Context, items []Item, c Cursor) ([]Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	fresh, refused := m.sort(items, now)
	if m.full(fresh) {
		return nil, ErrFull
	}
	for _, it := range fresh {
		m.add(it)
	}
	for _, it := range slices.Concat(fresh, refused) {
		m.recent.Add(it.ID, now)
	}
	if c.Name != "" {
		m.cursors[Cursor{Platform: c.Platform, Name: c.Name}] = c.Value
	}
	m.dispatch()
	return refused, nil
}

// sort separates what is new and fits from what is new and does not; what was
// seen before is in neither. It changes nothing.
func (m *Memory) sort(items []Item, now time.Time) (fresh, refused []Item) {
	batch := make(map[string]bool, len(items))
	depth := make(map[string]int)
	for _, it := range items {
		if batch[it.ID] || m.recent.Has(it.ID, now) {
			continue
		}
		batch[it.ID] = true
		if m.depth(it.Conversation)+depth[it.Conversation] >= MaxWaiting {
			refused = append(refused, it)
			continue
		}
		depth[it.Conversation]++
		fresh = append(fresh, it)
	}
	return fresh, refused
}

func (m *Memory) depth(conversation string) int {
	if l := m.lanes[conversation]; l != nil {
		return len(l.items)
	}
	return 0
}

func (m *Memory) full(fresh []Item) bool {
	size := 0
	for _, it := range fresh {
		size += len(it.Message.Text)
	}
	return m.waiting > 0 && len(fresh) > 0 &&
		(m.waiting+len(fresh) > m.limits.Waiting || m.bytes+size > m.limits.Bytes)
}

func (m *Memory) add(it Item) {
	l := m.lanes[it.Conversation]
	if l == nil {
		l = &lane{name: it.Conversation}
		m.lanes[it.Conversation] = l
	}
	m.last++
	l.items = append(l.items, numbered{it, m.last})
	m.waiting++
	m.bytes += len(it.Message.Text)
	if len(l.items) == 1 && !l.running {
		m.ready = append(m.ready, l)
	}
}

// Cursor is Queue.Cursor.
func (m *Memory) Cursor(_ context.Context, platform, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursors[Cursor{Platform: platform, Name: name}], nil
}

// Depth is Queue.Depth.
func (m *Memory) Depth() (waiting, running int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.waiting, m.running
}
