package turn

import (
	"errors"
	"fmt"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// What the engine says to people.
const (
	WordsBusy     = "You are faster than I am: your last messages did not fit in and are left out. Please send them again when I have caught up."
	WordsRestart  = "I am being restarted, please send that again."
	WordsNew      = "This is a new conversation. I have forgotten the one before."
	WordsNotNew   = "I could not start a new conversation just now. Please send /new again in a moment."
	WordsStopping = "All right, I am stopping."
	WordsIdle     = "There is nothing to stop: I am not writing an answer."
)

// What a turn says to people.
const (
	wordsBug         = "Something went wrong on my side, and I could not answer. Please send that again."
	wordsNoText      = "The model answered without any text. Please ask again, perhaps in other words."
	wordsStopped     = "Stopped."
	wordsStoppedHere = "(Stopped here.)"
	wordsCut         = "(The answer goes on, but it is longer than I can show.)"
	wordsLater       = "Please send that again in a moment."
)

// Apology tells in plain words why there is no answer, and when asking again
// can help. It shows nothing of what an upstream said.
func Apology(e *llm.Error, now time.Time) string {
	links := links(e.Attempts)
	switch e.Fault.Kind {
	case fault.Billing, fault.QuotaWindow, fault.BudgetHold, fault.RateLimit,
		fault.Auth, fault.Permission, fault.ModelNotFound, fault.CircuitOpen:
		return allOut(links) + or(back(links, e.RetryAt, now), " Please send that again later.")
	case fault.Overloaded, fault.ServerError, fault.Timeout, fault.Network, fault.Malformed:
		return troubled(links) + or(back(links, e.RetryAt, now), " "+wordsLater)
	case fault.LocalLimit:
		return "Too many people are talking to me at once. " + wordsLater
	case fault.ContextOverflow, fault.RequestTooLarge:
		return "That is more than the model can read at once. Please send a shorter message, or /new to start a new conversation."
	case fault.ContentPolicy:
		return "The model's content rules do not let it answer that. Please put it differently."
	case fault.BadRequest:
		return "The model could not work with that message. Please put it differently; if it happens again, tell the person who runs this bot."
	case fault.Canceled:
		return interrupted(e)
	default:
		return wordsBug
	}
}

func interrupted(e *llm.Error) string {
	switch {
	case errors.Is(e, llm.ErrShutdown):
		return WordsRestart
	case errors.Is(e, llm.ErrStopped):
		return wordsStopped
	case errors.Is(e, llm.ErrChainDeadline):
		return "I ran out of time before an answer was there. " + wordsLater
	default:
		return "That was interrupted. " + wordsLater
	}
}

func allOut(links int) string {
	if links == 1 {
		return "The model I can ask is out right now."
	}
	return "Every model I can ask is out right now."
}

func troubled(links int) string {
	if links == 1 {
		return "The model I can ask has trouble answering right now."
	}
	return "Every model I can ask has trouble answering right now."
}

// back tells when the next link is expected, with a leading space; "" when
// that is not known or past.
func back(links int, at, now time.Time) string {
	if !at.After(now) {
		return ""
	}
	who := "The next one"
	if links == 1 {
		who = "It"
	}
	if wait := at.Sub(now); wait < time.Minute {
		return fmt.Sprintf(" %s is expected back in about %d seconds.", who, roundUp(wait, 5*time.Second)/time.Second)
	}
	return fmt.Sprintf(" %s is expected back %s, in about %s.", who, clock(at, now), roughly(at.Sub(now)))
}

// clock writes a time in UTC, rounded up to the minute, with its day unless that is today.
func clock(at, now time.Time) string {
	at = at.UTC()
	if down := at.Truncate(time.Minute); down.Before(at) {
		at = down.Add(time.Minute)
	}
	if at.Format(time.DateOnly) == now.UTC().Format(time.DateOnly) {
		return at.Format("at 15:04 UTC")
	}
	return at.Format("on 2 January at 15:04 UTC")
}

func roughly(d time.Duration) string {
	switch {
	case d < 90*time.Minute:
		return count(d.Round(time.Minute), time.Minute, "minute")
	case d < 36*time.Hour:
		return count(d.Round(time.Hour), time.Hour, "hour")
	default:
		return count(d.Round(24*time.Hour), 24*time.Hour, "day")
	}
}

func count(d, unit time.Duration, name string) string {
	if n := d / unit; n != 1 {
		return fmt.Sprintf("%d %ss", n, name)
	}
	return "one " + name
}

func roundUp(d, unit time.Duration) time.Duration {
	down := d.Truncate(unit)
	if down < d {
		return down + unit
	}
	return down
}

// links counts the different providers that were asked or skipped.
func links(attempts []llm.Attempt) int {
	seen := make(map[string]bool, len(attempts))
	for _, a := range attempts {
		seen[a.Link] = true
	}
	return len(seen)
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
