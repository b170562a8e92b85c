package breaker

import (
	"cmp"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// Settings tune the circuits of one provider. Durations are as in the breaker
// block of the file; one that is not positive takes its default, and so does Failures.
type Settings struct {
	QuotaOpen   time.Duration // a quota or billing fault that names no reset time; doubles per reopening up to MaxOpen
	HoldOpen    time.Duration // a 402 that clears when our own pending requests finish
	AuthOpen    time.Duration // bad key, not entitled
	RateOpen    time.Duration // a rate limit without a stated wait; doubles to 60 s
	ModelOpen   time.Duration // an unknown or retired model
	MaxOpen     time.Duration // no reset time is believed beyond this
	Failures    int           // consecutive faults that open the health circuit
	HealthOpen  time.Duration // doubles per reopening, up to ten times this
	MaxInflight int           // calls at once; 0: no bound
}

// Defaults returns the settings of a provider without a breaker block.
func Defaults() Settings {
	return Settings{
		QuotaOpen:   15 * time.Minute,
		HoldOpen:    30 * time.Second,
		AuthOpen:    5 * time.Minute,
		RateOpen:    5 * time.Second,
		ModelOpen:   time.Hour,
		MaxOpen:     24 * time.Hour,
		Failures:    5,
		HealthOpen:  30 * time.Second,
		MaxInflight: 64,
	}
}

// whole returns s with defaults in place of what makes no sense.
func (s Settings) whole() Settings {
	d := Defaults()
	for _, f := range []struct{ value, fallback *time.Duration }{
		{&s.QuotaOpen, &d.QuotaOpen},
		{&s.HoldOpen, &d.HoldOpen},
		{&s.AuthOpen, &d.AuthOpen},
		{&s.RateOpen, &d.RateOpen},
		{&s.ModelOpen, &d.ModelOpen},
		{&s.MaxOpen, &d.MaxOpen},
		{&s.HealthOpen, &d.HealthOpen},
	} {
		*f.value = cmp.Or(max(*f.value, 0), *f.fallback)
	}
	s.Failures = cmp.Or(max(s.Failures, 0), d.Failures)
	return s
}

// Bounds of doubling.
const (
	maxRateOpen     = time.Minute
	healthOpenTimes = 10
)

// duration says how long a fault opens its circuit, for the again-th time in a
// row. It is positive and at most MaxOpen.
func (s *Settings) duration(f fault.Fault, now time.Time, again int) time.Duration {
	stated := time.Duration(0)
	if at := f.Until(now); at.After(now) {
		stated = at.Sub(now)
	}
	var d time.Duration
	switch f.Kind {
	case fault.Billing:
		d = max(stated, double(s.QuotaOpen, again, s.MaxOpen))
	case fault.QuotaWindow:
		d = cmp.Or(stated, s.QuotaOpen)
	case fault.BudgetHold:
		d = cmp.Or(stated, s.HoldOpen)
	case fault.RateLimit:
		d = cmp.Or(stated, double(s.RateOpen, again, maxRateOpen))
	case fault.Auth, fault.Permission:
		d = max(stated, s.AuthOpen)
	case fault.ModelNotFound:
		d = s.ModelOpen
	default: // a Retry-After that came with the last fault is the least
		d = max(stated, double(s.HealthOpen, again, healthOpenTimes*s.HealthOpen))
	}
	return min(d, s.MaxOpen)
}

// expires reports whether a circuit that a fault of kind k opened closes by
// itself: time alone clears it, so no call has to prove anything.
func expires(k fault.Kind) bool { return k == fault.RateLimit || k == fault.BudgetHold }

// double doubles d so many times, up to limit, or to d itself if that is more.
func double(d time.Duration, times int, limit time.Duration) time.Duration {
	limit = max(limit, d)
	for range times {
		if d >= limit/2 {
			return limit
		}
		d *= 2
	}
	return d
}
