package fault

import (
	"net/http"
	"strings"
	"time"
)

const (
	// longRate is the longest wait that a limit per minute asks for. General
	// words with a longer one mean an allowance.
	longRate = 15 * time.Minute
	// shortWindow is the wait in prose under which a window is one that
	// refills all the time: Groq's tokens per day let a small request through.
	shortWindow = 2 * time.Minute
	// briefBilling is the wait that does not make sense for somebody to pay in.
	briefBilling = time.Minute
	// azureDay is what Azure says when one request is larger than a minute's
	// tokens: learn.microsoft.com/answers/questions/2139862.
	azureDay = 86400 * time.Second
)

// marks in the messages that narrow or name the scope.
var scopeWords = []phrase{
	{"per model|for model|for this model|on this model|of this model|of the model|userbymodel|access to model|access to this model|该模型|此模型", None, forModel},
	{"rate limit reached for & in organization", None, forModel}, // OpenAI and Groq limit each model by itself
	{"on your api key|per api key|per key|this api key|this key|key limit|该令牌|该密钥", None, forKey},
}

// fault makes the final Fault of a verdict.
func (c *inquiry) fault(v verdict) Fault {
	when := c.wait.best()
	v = c.reconsider(v, when)
	f := Fault{Kind: v.kind, Status: c.Status, Rule: v.rule, Code: c.code(), Scope: c.scope(v)}
	f.RetryAfter, f.ResetAt = c.times(v.kind, when)
	if f.Kind == RateLimit && f.RetryAfter == azureDay {
		f.Scope = RequestScope
	}
	return f
}

// reconsider weighs the stated time against a verdict that only words or the
// status gave.
func (c *inquiry) reconsider(v verdict, when stated) verdict {
	wait := when.from(c.now)
	switch {
	case v.kind == RateLimit && v.soft && wait >= longRate && wait != azureDay:
		v.kind, v.rule = QuotaWindow, v.rule+", long wait"
	case v.kind == QuotaWindow && c.Status != http.StatusPaymentRequired && strings.HasPrefix(v.rule, "phrase") && c.refillsSoon(when):
		v.kind, v.rule = RateLimit, v.rule+", short wait"
	}
	return v
}

// refillsSoon reports whether the message itself, and nothing else, asks for a
// short wait.
func (c *inquiry) refillsSoon(when stated) bool {
	said := c.wait.prose.wait
	if said == 0 {
		said = c.wait.fields.wait
	}
	return said > 0 && said < shortWindow && when.from(c.now) < shortWindow
}

// times returns the stated times of kinds that waiting helps.
func (c *inquiry) times(k Kind, when stated) (time.Duration, time.Time) {
	switch k {
	case QuotaWindow:
		if when.wait > 0 && !when.at.IsZero() && when.at.Before(c.now.Add(when.wait)) {
			when.at = c.now.Add(when.wait).UTC()
		}
	case RateLimit, BudgetHold, Overloaded, ServerError, Timeout:
	case Billing:
		if when.from(c.now) < briefBilling {
			return 0, time.Time{}
		}
	default:
		return 0, time.Time{}
	}
	return when.wait, when.at
}

// scope says what the fault closes.
func (c *inquiry) scope(v verdict) Scope {
	switch v.kind {
	case ContextOverflow, RequestTooLarge, ContentPolicy, BadRequest, Canceled:
		return RequestScope
	case ModelNotFound:
		return ModelScope
	case Billing, QuotaWindow, BudgetHold, RateLimit, Auth, Permission:
		return c.quotaScope(v)
	default:
		return AccountScope
	}
}

// quotaScope takes the deciding row's reach, else what the body says.
func (c *inquiry) quotaScope(v verdict) Scope {
	r := v.scope
	if r == byKind {
		r = c.saidReach(v.kind)
	}
	switch r {
	case forModel:
		return ModelScope
	case forKey:
		return KeyScope
	default:
		return AccountScope
	}
}

// saidReach reads in the body whose limit it is.
func (c *inquiry) saidReach(k Kind) reach {
	if c.shared {
		return forModel // a relay's own key for this model's vendor: ours is well
	}
	if k != RateLimit && k != QuotaWindow && k != Permission {
		return byKind
	}
	if r := first(rules.scopes, c.set); r != nil {
		return r.scope
	}
	for _, m := range c.marks {
		if strings.Contains(string(m.raw), "PerModel") {
			return forModel
		}
	}
	return byKind
}

// code returns the vendor's own code: a code before a reason before a type, and
// an HTTP status never.
func (c *inquiry) code() string {
	best, rank := "", roleError
	for _, m := range c.marks {
		if m.role >= rank {
			continue
		}
		if code := cleanCode(m.raw); code != "" {
			best, rank = code, m.role
		}
	}
	return best
}
