package engine

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/hermes-gateway/hermes/core/turn"
)

// How soon a platform that ended early is started again.
const (
	firstPause = time.Second // doubles
	maxPause   = time.Minute
	healthy    = time.Minute // a Run of that length begins the series anew

	panicPause  = time.Second // one that panicked
	panicWindow = 30 * time.Second
	maxPanics   = 5 // in panicWindow; one more pauses it
	panicRest   = 15 * time.Second
)

// backoff decides how long a platform rests before it is started again.
type backoff struct {
	failures int
	panics   []time.Time // at most maxPanics
}

// next returns the pause after a Run that took ran and ended with err at now.
func (b *backoff) next(err error, ran time.Duration, now time.Time) time.Duration {
	if p := (*turn.PanicError)(nil); errors.As(err, &p) {
		return b.afterPanic(now)
	}
	if ran >= healthy {
		b.failures = 0
	}
	pause := maxPause
	if b.failures < 6 { // 1, 2, 4, 8, 16, 32 s
		pause = firstPause << b.failures
	}
	b.failures++
	// Up to a fifth less, so that platforms that fell together do not come back together.
	return max(firstPause, pause-rand.N(pause/5))
}

func (b *backoff) afterPanic(now time.Time) time.Duration {
	recent := b.panics[:0]
	for _, at := range b.panics {
		if now.Sub(at) < panicWindow {
			recent = append(recent, at)
		}
	}
	b.panics = recent
	if len(b.panics) == maxPanics {
		b.panics = b.panics[:0]
		return panicRest
	}
	b.panics = append(b.panics, now)
	return panicPause
}
