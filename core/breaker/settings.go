package breaker

import "time"

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
