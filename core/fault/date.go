package fault

import (
	"strings"
	"time"
)

// beijing is the zone of times without one: the vendors who write
// "2026-10-02 18:30:00" and no zone sit there. Read elsewhere it errs on the
// early side, which costs one more attempt and no more.
var beijing = time.FixedZone("UTC+8", 8*60*60) //nolint:gochecknoglobals // never changed

// moment is a date and a clock time as far as they were written.
type moment struct {
	year, month, day  int // zero: not written
	hour, minute, sec int
	clock             bool // the clock time was written
	numeric           bool // 2026-10-02 and not Oct 2
	zone              *time.Location
}

// date reads a point in time: "2026-10-02 18:30:00", "2026-05-01 at 00:00 UTC",
// RFC 3339, "oct 9, 5pm (europe/london)", "6:30pm (asia/calcutta)".
func (c *cursor) date() (time.Time, bool) {
	var m moment
	start := c.pos
	switch {
	case c.ymd(&m):
	case c.monthDay(&m):
	default:
		c.pos = start
	}
	dated := m.month != 0
	sep := c.pos
	if dated {
		c.skip(" t,")
		if c.eat("at") {
			c.skip(" ")
		}
	}
	if !c.clock(&m) {
		c.pos = sep
		if !dated {
			c.pos = start
			return time.Time{}, false
		}
	}
	c.zone(&m)
	return m.resolve(c.now)
}

// ymd reads 2026-10-02 or 2026/10/02.
func (c *cursor) ymd(m *moment) bool {
	start := c.pos
	year, ok := c.digits(4, 4)
	if ok && year >= 2000 && (c.eat("-") || c.eat("/") || c.eat("年")) {
		month, ok1 := c.digits(1, 2)
		sep := c.eat("-") || c.eat("/") || c.eat("月")
		dom, ok2 := c.digits(1, 2)
		c.eat("日")
		if ok1 && sep && ok2 && month >= 1 && month <= 12 && dom >= 1 && dom <= 31 {
			m.year, m.month, m.day, m.numeric = year, month, dom, true
			return true
		}
	}
	c.pos = start
	return false
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// monthDay reads "oct 9", "october 9th, 2026".
func (c *cursor) monthDay(m *moment) bool {
	start := c.pos
	if len(c.rest()) < 5 {
		return false
	}
	at := strings.Index(months, c.rest()[:3])
	if at < 0 || at%3 != 0 {
		return false
	}
	for c.pos < len(c.text) && isLetter(c.text[c.pos]) {
		c.pos++
	}
	c.skip(" .")
	dom, ok := c.digits(1, 2)
	if !ok || dom < 1 || dom > 31 {
		c.pos = start
		return false
	}
	m.month, m.day = at/3+1, dom
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		if c.eat(suffix) {
			break
		}
	}
	before := c.pos
	c.skip(" ,")
	if m.year, ok = c.digits(4, 4); !ok || m.year < 2000 {
		c.pos, m.year = before, 0
	}
	return true
}

// clock reads 18:30, 18:30:00.5, 6:30pm; 5pm too, and a bare hour never.
func (c *cursor) clock(m *moment) bool {
	start := c.pos
	hour, ok := c.digits(1, 2)
	if !ok {
		return false
	}
	colon := c.eat(":")
	if colon {
		if m.minute, ok = c.digits(2, 2); !ok {
			c.pos = start
			return false
		}
		if c.eat(":") {
			m.sec, _ = c.digits(2, 2)
		}
		if c.eat(".") {
			c.digits(1, 9)
		}
	}
	half := c.meridiem()
	if !colon && half < 0 || hour > 24 || m.minute > 59 || m.sec > 60 || half >= 0 && (hour < 1 || hour > 12) {
		c.pos = start
		m.minute, m.sec = 0, 0
		return false
	}
	if half >= 0 {
		hour = hour%12 + half
	}
	m.hour, m.clock = hour, true
	return true
}

// meridiem returns 0 for am, 12 for pm, -1 for neither.
func (c *cursor) meridiem() int {
	start := c.pos
	c.skip(" ")
	for i, word := range []string{"am", "a.m.", "pm", "p.m."} {
		if !c.eat(word) {
			continue
		}
		if c.pos < len(c.text) && isLetter(c.text[c.pos]) {
			break
		}
		return i / 2 * 12
	}
	c.pos = start
	return -1
}
