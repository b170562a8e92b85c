package breaker

// report keeps a change for flush: it is called under locks.
func (c *Circuits) report(ch Change) {
	if c.notify == nil {
		return
	}
	c.mu.Lock()
	c.pending = append(c.pending, ch)
	c.mu.Unlock()
	c.dirty.Store(true)
}

// flush hands changes on in order, holding no lock.
func (c *Circuits) flush() {
	if !c.dirty.Load() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flushing {
		return // whoever flushes takes ours along
	}
	c.flushing = true
	defer func() { c.flushing = false }() // also when notify panics
	for len(c.pending) > 0 {
		ch := c.pending[0]
		c.pending = c.pending[1:]
		c.tell(ch)
	}
	c.pending = nil
	c.dirty.Store(false)
}

// tell lets go of mu meanwhile.
func (c *Circuits) tell(ch Change) {
	c.mu.Unlock()
	defer c.mu.Lock()
	c.notify(ch)
}
