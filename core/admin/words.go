package admin

import (
	"fmt"
	"strings"
	"time"
)

// short leaves the kind off an address where a heading says it.
func short(address, kind string) string { return strings.TrimPrefix(address, kind) }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// span writes a duration with at most two units: "3 s", "4 min 10 s", "2 h 5 min", "3 d 4 h".
func span(d time.Duration) string {
	s := int64(max(d, 0).Round(time.Second) / time.Second)
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return units(s, 60, "min", "s")
	case s < 86400:
		return units(s/60, 60, "h", "min")
	default:
		return units(s/3600, 24, "d", "h")
	}
}

func units(n, per int64, large, small string) string {
	if n%per == 0 {
		return fmt.Sprintf("%d %s", n/per, large)
	}
	return fmt.Sprintf("%d %s %d %s", n/per, large, n%per, small)
}

func ago(t, now time.Time) string { return span(now.Sub(t)) + " ago" }

func in(t, now time.Time) string { return "in " + span(t.Sub(now)) }

// clock writes a time of day, with the date when it is not today's.
func clock(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly)
	}
	return t.Format(time.DateTime)
}
