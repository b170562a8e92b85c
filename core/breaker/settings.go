package breaker

import (
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

// Settings tune the circuits of one provider. Durations are as in the breaker
// block of the file.
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

// Bounds of doubling.
const (
	maxRateOpen     = time.Minute
	healthOpenTimes = 10
)

// duration says how long a fault opens its circuit, for the again-th time in a
// row, and whether the circuit then closes without a probe.
func (s *Settings) duration(f fault.Fault, now time.Time, again int) (d time.Duration, expires bool) {
	stated := time.Duration(0)
	if at := f.Until(now); !at.IsZero() {
		stated = at.Sub(now)
	}
	switch f.Kind {
	case fault.Billing:
		d = max(stated, double(s.QuotaOpen, again, s.MaxOpen))
	case fault.QuotaWindow:
		if d = stated; d <= 0 {
			d = s.QuotaOpen
		}
	case fault.BudgetHold:
		expires = true
		if d = stated; d <= 0 {
			d = s.HoldOpen
		}
	case fault.RateLimit:
		expires = true
		if d = stated; d <= 0 {
			d = double(s.RateOpen, again, maxRateOpen)
		}
	case fault.Auth, fault.Permission:
		d = max(stated, s.AuthOpen)
	case fault.ModelNotFound:
		d = s.ModelOpen
	default:
		d = max(stated, double(s.HealthOpen, again, healthOpenTimes*s.HealthOpen))
	}
	return min(d, s.MaxOpen), expires
}

func double(d time.Duration, times int, limit time.Duration) time.Duration {
	for range times {
		if d >= limit {
			break
		}
		d *= 2
	}
	return min(d, limit)
}
