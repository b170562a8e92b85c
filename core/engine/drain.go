package engine

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/queue"
	"github.com/hermes-gateway/hermes/core/turn"
)

// Bounds of a shutdown, beyond the drain timeout.
const (
	maxTold  = noticeLanes                    // conversations that are told to send again
	abortFor = turn.LastWords + 5*time.Second // for turns to say that they were cut off
)

// shutdown takes nothing in any more, lets what runs finish for at most drain,
// tells the senders of what waits in memory, and closes everything.
func (e *Engine) shutdown(drain time.Duration, stopTaking context.CancelFunc, q *queueRun) {
	ctx, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	e.draining.Store(true)
	_, running := e.o.Queue.Depth()
	e.log.Info("shutting down", "drain_timeout", drain, "turns_running", running)
	e.reloads.close(ctx)
	e.mu.Lock()
	platforms := slices.Collect(maps.Keys(e.runners))
	e.mu.Unlock()
	e.stopPlatforms(platforms, min(drain, stopTimeout))
	e.intake.Lock()
	e.closed = true
	e.intake.Unlock()
	stopTaking()
	e.tellWaiting(e.o.Queue.Drain(ctx))

	g := e.current.Load()
	e.await(ctx, q, g)
	e.close(g)
}

// await waits for what runs; when ctx ends it is cut off and told so.
func (e *Engine) await(ctx context.Context, q *queueRun, g *generation) {
	quiet := make(chan struct{})
	e.tasks.Go(func() {
		select {
		case <-q.done: // a turn that was handed out has entered the generation
			g.retire()
		case <-e.end:
			return
		}
		select {
		case <-g.drained:
			close(quiet)
		case <-e.end:
		}
	})
	select {
	case <-quiet:
		return
	case <-ctx.Done():
	}
	_, running := e.o.Queue.Depth()
	e.log.Warn("drain timeout, cutting off what runs", "turns_running", running)
	e.abort(llm.ErrShutdown)
	within(abortFor, quiet)
}

// close ends everything that is left and lets go of the plugins.
func (e *Engine) close(g *generation) {
	notices := make(chan struct{})
	go func() { e.notices.wg.Wait(); close(notices) }()
	within(abortFor, notices)
	e.abort(llm.ErrShutdown)
	e.silence()
	e.discard(g)
	close(e.end)
	tasks := make(chan struct{})
	go func() { e.tasks.Wait(); close(tasks) }()
	if !within(abortFor, tasks) {
		e.log.Error("something did not end in time and is left behind")
	}
	e.log.Info("shut down")
}

// within reports whether done is closed in time.
func within(limit time.Duration, done <-chan struct{}) bool {
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-done:
		return true
	case <-t.C:
		return false
	}
}

// tellWaiting tells each conversation once that what waited is lost. A durable
// queue keeps it and yields none.
func (e *Engine) tellWaiting(items []queue.Item) {
	told := make(map[string]bool)
	lost := 0
	for _, it := range items {
		if told[it.Conversation] {
			continue
		}
		told[it.Conversation] = true
		if len(told) > maxTold || !e.notices.tell(notice{item: it, text: turn.WordsRestart}) {
			lost++
		}
	}
	if len(items) > 0 {
		e.log.Warn("waiting turns dropped, their senders are told", "turns", len(items), "conversations", len(told), "not_told", lost)
	}
}
