package telegram

import "sync"

// maxMoves bounds how many migrated groups are remembered.
const maxMoves = 1000

// moves remembers the new ids of groups that became supergroups. It may be used
// concurrently.
type moves struct {
	mu sync.Mutex
	to map[int64]int64
}

func newMoves() *moves { return &moves{to: map[int64]int64{}} }

func (m *moves) note(from, to int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if from == to || to == 0 {
		return
	}
	if len(m.to) >= maxMoves {
		clear(m.to)
	}
	m.to[from] = to
}

// now returns the id that a chat has now.
func (m *moves) now(id int64) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if to, ok := m.to[id]; ok {
		return to
	}
	return id
}
