package queue

import (
	"cmp"
	"context"
	"slices"
)

// Run is Queue.Run.
func (m *Memory) Run(ctx context.Context, handle func(ctx context.Context, it Item)) error {
	turns := context.WithoutCancel(ctx)
	m.mu.Lock()
	m.handle = func(it Item) { handle(turns, it) }
	m.dispatch()
	m.mu.Unlock()

	<-ctx.Done()
	m.mu.Lock()
	m.handle = nil
	m.mu.Unlock()
	m.workers.Wait()
	return nil
}

// dispatch starts workers while there is work and room. The lock is held.
func (m *Memory) dispatch() {
	for m.handle != nil && len(m.ready) > 0 && m.running < m.limits.Running {
		l, it := m.next()
		handle := m.handle
		m.running++
		m.workers.Go(func() { m.work(l, it, handle) })
	}
}

// work runs one turn after the other until nothing is ready.
func (m *Memory) work(l *lane, it Item, handle func(Item)) {
	for handle != nil {
		handle(it)
		l, it, handle = m.finish(l)
	}
}

// finish ends the turn of l and picks the next one, of whichever conversation
// has waited longest. It returns a nil handle when there is none.
func (m *Memory) finish(l *lane) (*lane, Item, func(Item)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l.running = false
	if len(l.items) > 0 {
		m.ready = append(m.ready, l)
	} else {
		delete(m.lanes, l.name)
	}
	if m.handle == nil || len(m.ready) == 0 {
		m.running--
		return nil, Item{}, nil
	}
	next, it := m.next()
	return next, it, m.handle
}

// next takes the first turn of the conversation whose turn it is.
func (m *Memory) next() (*lane, Item) {
	l := m.ready[0]
	m.ready[0] = nil
	m.ready = m.ready[1:]
	it := l.items[0].Item
	l.items[0] = numbered{}
	l.items = l.items[1:]
	l.running = true
	m.waiting--
	m.bytes -= len(it.Message.Text)
	return l, it
}

// Drop is Queue.Drop.
func (m *Memory) Drop(ctx context.Context, conversation string) ([]Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.lanes[conversation]
	if l == nil {
		return nil, nil
	}
	return plain(m.empty(l)), nil
}

// Drain is Queue.Drain. The items come in the order of Put.
func (m *Memory) Drain(context.Context) []Item {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []numbered
	for _, l := range m.lanes {
		all = append(all, m.empty(l)...)
	}
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	return plain(all)
}

// empty takes everything that waits out of l.
func (m *Memory) empty(l *lane) []numbered {
	items := l.items
	l.items = nil
	m.waiting -= len(items)
	for _, it := range items {
		m.bytes -= len(it.Message.Text)
	}
	m.ready = slices.DeleteFunc(m.ready, func(r *lane) bool { return r == l })
	if !l.running {
		delete(m.lanes, l.name)
	}
	return items
}

func plain(items []numbered) []Item {
	out := make([]Item, len(items))
	for i, it := range items {
		out[i] = it.Item
	}
	return out
}
