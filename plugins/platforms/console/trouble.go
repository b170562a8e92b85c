package console

import (
	"fmt"
	"strings"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
	"github.com/hermes-gateway/hermes/core/llm"
)

// trouble says in one line what went wrong on the way to an answer and who
// answered in the end. It is empty when nothing did: a link that was skipped
// because of an earlier fault is no news.
func trouble(attempts []llm.Attempt) string {
	var said []string
	answered := ""
	for _, a := range attempts {
		switch {
		case a.Fault == nil:
			answered = name(a.Link) + " answered"
		case says(a.Fault.Kind) != "":
			said = append(said, remark(a))
		}
	}
	if len(said) == 0 {
		return ""
	}
	if answered != "" {
		said = append(said, answered)
	}
	return strings.Join(said, "; ") + "."
}

// remark tells of one fault: "metered is out of credit (HTTP 402,
// daily_limit_busy): its circuit is open for 30 s".
func remark(a llm.Attempt) string {
	var facts []string
	if a.Fault.Status != 0 {
		facts = append(facts, fmt.Sprintf("HTTP %d", a.Fault.Status))
	}
	if a.Fault.Code != "" {
		facts = append(facts, a.Fault.Code)
	}
	s := name(a.Link) + " " + says(a.Fault.Kind)
	if len(facts) > 0 {
		s += " (" + strings.Join(facts, ", ") + ")"
	}
	if wait := a.RetryAt.Sub(a.End); !a.RetryAt.IsZero() && wait > 0 && a.Fault.Kind.Circuit() != fault.NoCircuit {
		s += ": its circuit is open for " + span(wait)
	}
	return s
}

// says returns what a kind of fault means to a person, "" when it is no fault
// of a provider.
func says(k fault.Kind) string {
	switch k {
	case fault.Billing, fault.BudgetHold:
		return "is out of credit"
	case fault.QuotaWindow:
		return "has spent its allowance"
	case fault.RateLimit:
		return "limits the rate of requests"
	case fault.Auth:
		return "refuses its key"
	case fault.Permission:
		return "does not allow this with its key"
	case fault.ModelNotFound:
		return "does not know the model"
	case fault.Overloaded:
		return "is overloaded"
	case fault.ServerError:
		return "failed"
	case fault.Timeout:
		return "did not answer in time"
	case fault.Network:
		return "cannot be reached"
	case fault.Malformed:
		return "gave no usable answer"
	case fault.ContextOverflow, fault.RequestTooLarge:
		return "cannot take so long a message"
	case fault.ContentPolicy:
		return "declined to answer"
	case fault.BadRequest:
		return "refused the request"
	default:
		return ""
	}
}

// name is the last part of an address: "metered" of "provider.simulated.metered".
func name(address string) string {
	return address[strings.LastIndexByte(address, '.')+1:]
}

// span writes a wait, rounded to what a person cares for: "30 s", "15 min", "2 h".
func span(d time.Duration) string {
	switch {
	case d <= 90*time.Second:
		return fmt.Sprintf("%d s", in(d, time.Second))
	case d <= 90*time.Minute:
		return fmt.Sprintf("%d min", in(d, time.Minute))
	default:
		return fmt.Sprintf("%d h", in(d, time.Hour))
	}
}

func in(d, unit time.Duration) int64 { return max(1, int64((d+unit/2)/unit)) }
