// Package chattest is the conformance suite of chat platforms, and a recording
// Host for their tests. Every platform that people write to runs the suite.
package chattest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/hermes-gateway/hermes/core/chat"
)

// patience bounds every wait of the suite.
const patience = 20 * time.Second

// Fixture is one platform under test with the world around it. The suite asks
// for a fresh one per test; clean-up belongs in t.Cleanup.
type Fixture struct {
	// Platform is under test. The suite calls Run, and, when it is a chat.Sender,
	// Open and Resume.
	Platform chat.Platform
	// Say lets a person who may write send one line of text. It returns once the
	// world holds the message, whether or not Run is running.
	Say func(text string)
	// Visible returns the replies as the person sees them now, oldest first: a
	// long one in several parts, Markdown already shown as text. Placeholders and
	// half-written answers count while they are visible.
	Visible func() []string
	// To is where replies go when the suite opens a draft by itself.
	To chat.Address
	// Offers says that a message whose Accept failed is offered again.
	Offers bool
	// Block makes the world take no output until release is called; Update must
	// return all the same. Optional.
	Block func() (release func())
}

type check struct {
	name string
	run  func(t *testing.T, f Fixture)
}

func checks() []check {
	return []check{
		{"run_ends_with_its_context", runEnds},
		{"messages_come_in_order", messagesInOrder},
		{"run_again_goes_on", runAgain},
		{"refused_message_comes_again", refusedComesAgain},
		{"finish_shows_the_text_once", finishOnce},
		{"finish_without_update", finishAlone},
		{"finish_twice_is_finish_once", finishTwice},
		{"finish_again_after_an_error", finishAfterError},
		{"latest_update_is_replaced_by_the_end", latestWins},
		{"update_never_blocks", updateNeverBlocks},
		{"resumed_draft_finishes_once", resume},
		{"resumed_after_finish_shows_nothing_new", resumeFinished},
		{"failed_save_stops_the_draft", saveFails},
		{"notice_replaces_what_was_shown", notice},
		{"long_text_loses_nothing", longText},
		{"drafts_do_not_mix", concurrentDrafts},
		{"abandoned_draft_ends_with_its_context", abandoned},
	}
}

// Run runs the suite in real time. The calling test must not be parallel: the
// suite looks for goroutines left behind.
func Run(t *testing.T, fresh func(t *testing.T) Fixture) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, before) })
			c.run(t, fresh(t))
		})
	}
}

// RunInBubble runs the suite in synctest bubbles, for platforms whose world is
// all in memory. A goroutine left behind fails the bubble.
func RunInBubble(t *testing.T, fresh func(t *testing.T) Fixture) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.run(t, fresh(t)) })
		})
	}
}

// start runs the platform until the returned function is called, which waits
// for it to end.
func start(t *testing.T, f Fixture, h *Host) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = f.Platform.Run(ctx, h) // an error is allowed: the engine calls Run again
	}()
	return func() {
		t.Helper()
		cancel()
		select {
		case <-done:
		case <-time.After(patience):
			t.Fatal("Run did not return after its context ended")
		}
	}
}

// bounded returns a context that ends when patience does.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
