package fault

import (
	"strings"
	"time"
)

// zone reads what follows a clock time: z, utc, +08:00, +0800 cst, utc+8,
// (asia/calcutta). It leaves m.zone nil when nothing is there.
func (c *cursor) zone(m *moment) {
	c.skip(" (")
	if c.eat("utc") || c.eat("gmt") || c.eat("z") {
		m.zone = time.UTC
	}
	if loc, ok := c.offset(); ok {
		m.zone = loc
		return
	}
	if m.zone == nil {
		m.zone = c.namedZone()
	}
}

// offset reads +8, +08, +0800 or +08:00.
func (c *cursor) offset() (*time.Location, bool) {
	start, sign := c.pos, 1
	switch {
	case c.eat("+"):
	case c.eat("-"):
		sign = -1
	default:
		return nil, false
	}
	h, ok := c.digits(1, 2)
	minutes := 0
	if !ok {
		if h, ok = c.digits(4, 4); ok {
			h, minutes = h/100, h%100
		}
	} else if c.eat(":") {
		minutes, ok = c.digits(2, 2)
	}
	if !ok || h > 14 || minutes > 59 {
		c.pos = start
		return nil, false
	}
	return time.FixedZone("", sign*(h*60+minutes)*60), true
}

// namedZone reads area/city.
func (c *cursor) namedZone() *time.Location {
	rest := c.rest()
	end := strings.IndexFunc(rest, func(r rune) bool {
		return (r < 'a' || r > 'z') && r != '/' && r != '_' && r != '-'
	})
	if end < 0 {
		end = len(rest)
	}
	if end < 5 || end > 40 || strings.Count(rest[:end], "/") == 0 {
		return nil
	}
	loc, err := time.LoadLocation(zoneCase(rest[:end]))
	if err != nil {
		return nil
	}
	return loc
}

// zoneCase writes a lower-case zone name as the database does:
// america/port_of_spain is America/Port_of_Spain.
func zoneCase(name string) string {
	b := []byte(name)
	for i := range b {
		start := i == 0 || b[i-1] == '/' || b[i-1] == '_' || b[i-1] == '-'
		if start && isLetter(b[i]) && !strings.HasPrefix(name[i:], "of_") && !strings.HasPrefix(name[i:], "es_") {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// resolve makes a point in time of m: the next such day or clock time when the
// year or the day was not written.
func (m moment) resolve(now time.Time) (time.Time, bool) {
	loc := m.zone
	switch {
	case loc != nil:
	case m.numeric && m.clock:
		loc = beijing
	default:
		loc = time.UTC
	}
	here := now.In(loc)
	year, month, dom := m.year, time.Month(m.month), m.day
	if m.month == 0 {
		year, month, dom = here.Date()
	}
	if year == 0 {
		year = here.Year()
	}
	at := time.Date(year, month, dom, m.hour, m.minute, m.sec, 0, loc)
	switch {
	case at.After(now) || m.year != 0:
	case m.month == 0:
		at = time.Date(year, month, dom+1, m.hour, m.minute, m.sec, 0, loc)
	case now.Sub(at) > 180*day: // "resets Jan 2", read in December
		at = time.Date(year+1, month, dom, m.hour, m.minute, m.sec, 0, loc)
	}
	return at, true
}
