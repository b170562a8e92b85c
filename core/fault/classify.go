package fault

import (
	"net/http"
	"strings"
	"time"
)

// Classify says what the evidence means. It never returns Kind None, never
// panics, and looks at a bounded part of the body. It may be called
// concurrently.
func Classify(e Evidence) Fault {
	if e.Now.IsZero() {
		e.Now = time.Now()
	}
	c := inquiry{Evidence: e, vendor: vendorOf(e.Provider)}
	c.now, c.outer = e.Now, e.Status
	c.read(e.Body)
	c.readHeaders()
	c.wait.prose = proseTime(c.text, c.now)
	c.effective = c.effectiveStatus()
	return c.fault(c.decide())
}

// verdict is what one row of one table says.
type verdict struct {
	kind  Kind
	scope reach
	rule  string
	soft  bool // only a guess from general words or the status
}

// inquiry is one call's evidence, read.
type inquiry struct {
	Evidence
	digest

	effective int    // the status, as an inner body may have corrected it
	vendor    string // that the provider's name hints at
	set       *found // what the phrases look for and the messages have
}

// readHeaders takes the times and the codes that travel in headers.
func (c *inquiry) readHeaders() {
	if len(c.Header) == 0 {
		return
	}
	c.wait.readHeader(c.Header, c.now)
	for name, values := range c.Header {
		if len(values) > 0 && strings.EqualFold(name, "x-amzn-ErrorType") {
			kind, _, _ := strings.Cut(values[0], ":")
			c.mark(roleCode, []byte(kind))
		}
	}
}

// effectiveStatus returns the status that counts: a relay's 5xx or 200 may wrap
// another one. A client error of the outer answer stands, except that a 400
// gives way to any field, and a 429 to one that names another client error.
func (c *inquiry) effectiveStatus() int {
	wraps := c.Status < 400 || c.Status >= 500
	switch {
	case wraps && c.prose != 0:
		return c.prose
	case c.field == 0:
		return c.Status
	case wraps || c.Status == http.StatusBadRequest:
		return c.field
	case c.Status == http.StatusTooManyRequests && c.field > http.StatusBadRequest && c.field < 500:
		return c.field
	default:
		return c.Status
	}
}

// decide asks the tables in the order of evidence: traps, codes and details,
// words, weak codes, the transport's error, the status.
func (c *inquiry) decide() verdict {
	var buf [2 << 10]byte
	c.set = rules.lexicon.scan(c.normalised(buf[:0]))
	if v, ok := c.byRows(rules.traps, false); ok {
		return v
	}
	if v, ok := c.byCode(); ok {
		return v
	}
	if v, ok := c.byWindowHeader(); ok {
		return v
	}
	if v, ok := c.byRows(rules.phrases, false); ok {
		return v
	}
	if v, ok := c.byRows(rules.generic, true); ok {
		return v
	}
	if v, ok := c.byWeakCode(); ok {
		return v
	}
	if v, ok := byError(c.Evidence); ok && c.effective < 400 {
		return v
	}
	return byStatus(c.effective, &c.digest)
}

// plausible refuses what cannot be: a 402 is about money, and only an answer
// that blames the request can be the caller's mistake.
func (c *inquiry) plausible(v verdict) bool {
	switch {
	case c.Status == http.StatusPaymentRequired:
		return v.kind == Billing || v.kind == QuotaWindow || v.kind == BudgetHold
	case v.kind == BadRequest:
		return c.effective <= http.StatusBadRequest || c.effective == http.StatusUnprocessableEntity || c.effective >= 500
	}
	return true
}

// byRows asks a table of phrases.
func (c *inquiry) byRows(rows []row, soft bool) (verdict, bool) {
	r := first(rows, c.set)
	if r == nil {
		return verdict{}, false
	}
	v := verdict{kind: r.kind, scope: r.scope, rule: r.rule, soft: soft}
	return v, c.plausible(v)
}

// byWindowHeader knows the header that Anthropic's subscriptions send when one
// of their windows is spent.
func (c *inquiry) byWindowHeader() (verdict, bool) {
	status, reset := c.Header.Get("Anthropic-Ratelimit-Unified-Status"), c.Header.Get("Anthropic-Ratelimit-Unified-Reset")
	if status == "rejected" || status == "" && reset != "" && c.effective == http.StatusTooManyRequests {
		return verdict{kind: QuotaWindow, rule: "header anthropic-ratelimit-unified"}, true
	}
	return verdict{}, false
}

// normalised returns the messages as the phrases see them, and behind them the
// facts.
func (c *inquiry) normalised(dst []byte) []byte {
	dst = normalise(dst, c.text)
	switch s := c.effective; {
	case s >= 500:
		dst = append(dst, "#5xx "...)
	case s >= 400:
		dst = append(dst, "#4xx "...)
	default:
		dst = append(dst, "#none "...)
	}
	if s := c.effective; s >= 400 && s < 600 {
		dst = append(dst, '#', byte('0'+s/100), byte('0'+s/10%10), byte('0'+s%10), ' ')
	}
	if c.vendor != "" {
		dst = append(append(append(dst, '#'), c.vendor...), ' ')
	}
	for _, m := range c.marks {
		var buf [maxCode]byte
		if name, ok := squash(buf[:0], m.raw); ok {
			dst = append(append(append(dst, '#'), name...), ' ')
		}
	}
	return dst
}
