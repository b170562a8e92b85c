package breaker

import (
	"fmt"
	"strings"

	"github.com/hermes-gateway/hermes/core/fault"
)

// Phrase says in a few plain words what a fault of that kind means: "out of credit".
func Phrase(k fault.Kind) string {
	switch k {
	case fault.Billing:
		return "out of credit"
	case fault.QuotaWindow:
		return "allowance used up"
	case fault.BudgetHold:
		return "credit held by pending requests"
	case fault.RateLimit:
		return "too many requests"
	case fault.Auth:
		return "key refused"
	case fault.Permission:
		return "not allowed with this key"
	case fault.ModelNotFound:
		return "unknown model"
	case fault.Network:
		return "network trouble"
	case fault.Malformed:
		return "broken answer"
	case fault.ContextOverflow:
		return "prompt too long"
	case fault.ContentPolicy:
		return "refused by a content filter"
	case fault.LocalLimit:
		return "too many calls at once"
	default:
		return strings.ReplaceAll(k.String(), "_", " ")
	}
}

// Reason says in plain words, without upstream text, why the circuit is or was
// open: "out of credit (HTTP 402, daily_limit_busy)", "5 failures in a row
// (timeout)", "opened by hand". It is empty for a circuit that was closed all along.
func (c Circuit) Reason() string {
	switch {
	case c.Manual:
		return "opened by hand"
	case c.Kind == fault.None:
		return ""
	case c.Circuit == fault.HealthCircuit.String():
		return c.failures() + " (" + strings.Join(append([]string{Phrase(c.Kind)}, c.details()...), ", ") + ")"
	}
	if d := c.details(); len(d) > 0 {
		return Phrase(c.Kind) + " (" + strings.Join(d, ", ") + ")"
	}
	return Phrase(c.Kind)
}

func (c Circuit) failures() string {
	switch {
	case c.Calls > 0:
		return fmt.Sprintf("%d of %d calls failed within %d seconds", c.Failures, c.Calls, window)
	case c.Failures == 1:
		return "a failure"
	case c.Failures > 1:
		return fmt.Sprintf("%d failures in a row", c.Failures)
	default:
		return "failed again"
	}
}

func (c Circuit) details() []string {
	var d []string
	if c.Status != 0 {
		d = append(d, fmt.Sprintf("HTTP %d", c.Status))
	}
	if c.Code != "" {
		d = append(d, c.Code)
	}
	return d
}
