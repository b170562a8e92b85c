package telegram

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	ta "github.com/mymmrac/telego/telegoapi"
)

// The waits after trouble.
const (
	firstWait    = time.Second
	lastWait     = time.Minute
	conflictWait = 5 * time.Second // somebody else polls: the first wait
	refusedWait  = 5 * time.Minute // the token is not valid
	longestWait  = 24 * time.Hour  // no wait that Telegram asks for is believed beyond this
)

// trouble is what an error means: a sentence for the operator, and when to try
// again.
type trouble struct {
	Reason string
	Wait   time.Duration
}

// judge says what the n-th error in a row, from 1, means for the poll loop.
func judge(err error, n int) trouble {
	var e *ta.Error
	var status *statusError
	var body *bodyError
	switch {
	case errors.As(err, &e):
		return judgeCode(e, n)
	case errors.As(err, &status) && (status.Status == 401 || status.Status == 404):
		return trouble{fmt.Sprintf("what answers at api_url does not know this bot (HTTP %d)", status.Status), refusedWait}
	case errors.As(err, &status):
		return trouble{fmt.Sprintf("Telegram answers with an error of its own (HTTP %d)", status.Status), grow(firstWait, n)}
	case errors.As(err, &body):
		return trouble{"Telegram's answer cannot be read", grow(firstWait, n)}
	}
	return trouble{"Telegram cannot be reached: " + cause(err), grow(firstWait, n)}
}

func judgeCode(e *ta.Error, n int) trouble {
	switch e.ErrorCode {
	case 401, 404:
		return trouble{fmt.Sprintf("Telegram does not accept the bot's token (%d)", e.ErrorCode), refusedWait}
	case 409:
		if strings.Contains(e.Description, "webhook") && !strings.Contains(e.Description, "terminated") {
			return trouble{"a webhook is set for this bot; polling needs it deleted (409)", grow(conflictWait, n)}
		}
		return trouble{"another program polls with this bot's token (409)", grow(conflictWait, n)}
	case 429:
		return trouble{"Telegram asks to wait (429)", max(retryAfter(e), firstWait)}
	}
	return trouble{fmt.Sprintf("Telegram refuses the poll (%d)", e.ErrorCode), grow(firstWait, n)}
}

// retryAfter is how long Telegram asks to wait; 0 when it does not.
func retryAfter(e *ta.Error) time.Duration {
	if e.Parameters == nil || e.Parameters.RetryAfter <= 0 {
		return 0
	}
	return min(time.Duration(e.Parameters.RetryAfter), longestWait/time.Second) * time.Second
}

// grow doubles first n-1 times up to lastWait, with a fifth of jitter either way,
// and stays between first and lastWait.
func grow(first time.Duration, n int) time.Duration {
	d := lastWait
	if n < 7 {
		d = min(first<<(n-1), lastWait)
	}
	d = time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
	return min(max(d, first), lastWait)
}

// cause names what kept a call from its answer, without addresses of our own.
func cause(err error) string {
	var dns *net.DNSError
	var number syscall.Errno
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &dns):
		return "its name cannot be resolved"
	case errors.As(err, &number):
		return number.Error()
	}
	var network *networkError
	if errors.As(err, &network) {
		return network.Error()
	}
	return "the call failed"
}

// sleep waits, and reports false when ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
