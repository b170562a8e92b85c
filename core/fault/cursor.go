package fault

import (
	"strings"
	"time"
	_ "time/tzdata" // zone names in prose must mean the same on a machine without a zone database
	"unicode/utf8"
)

// cursor reads durations and dates from lower-case text.
type cursor struct {
	text string
	pos  int
	now  time.Time
}

// unit is a spelling of a unit of time.
type unit struct {
	name string
	size time.Duration
}

// units are tried in order: longer spellings before their beginnings.
var units = []unit{
	{"milliseconds", time.Millisecond},
	{"millisecond", time.Millisecond},
	{"msecs", time.Millisecond},
	{"ms", time.Millisecond},
	{"毫秒", time.Millisecond},
	{"seconds", time.Second},
	{"second", time.Second},
	{"secs", time.Second},
	{"sec", time.Second},
	{"s", time.Second},
	{"秒钟", time.Second},
	{"秒", time.Second},
	{"minutes", time.Minute},
	{"minute", time.Minute},
	{"mins", time.Minute},
	{"min", time.Minute},
	{"m", time.Minute},
	{"分钟", time.Minute},
	{"分", time.Minute},
	{"hours", time.Hour},
	{"hour", time.Hour},
	{"hrs", time.Hour},
	{"hr", time.Hour},
	{"h", time.Hour},
	{"个小时", time.Hour},
	{"小时", time.Hour},
	{"days", day},
	{"day", day},
	{"d", day},
	{"天", day},
	{"日", day},
	{"weeks", 7 * day},
	{"week", 7 * day},
	{"w", 7 * day},
	{"周", 7 * day},
}

const day = 24 * time.Hour

func (c *cursor) rest() string { return c.text[c.pos:] }

func (c *cursor) skip(set string) {
	for c.pos < len(c.text) {
		r, size := utf8.DecodeRuneInString(c.rest())
		if !strings.ContainsRune(set, r) {
			return
		}
		c.pos += size
	}
}

// eat moves behind a word if it comes next.
func (c *cursor) eat(word string) bool {
	if !strings.HasPrefix(c.rest(), word) {
		return false
	}
	c.pos += len(word)
	return true
}

// number reads at most nine digits and a fraction.
func (c *cursor) number() (float64, bool) {
	start, n := c.pos, 0.0
	for c.pos < len(c.text) && isDigit(c.text[c.pos]) && c.pos-start < 10 {
		n = n*10 + float64(c.text[c.pos]-'0')
		c.pos++
	}
	if c.pos == start || c.pos-start > 9 {
		c.pos = start
		return 0, false
	}
	if c.pos+1 < len(c.text) && c.text[c.pos] == '.' && isDigit(c.text[c.pos+1]) {
		c.pos++
		for scale := 0.1; c.pos < len(c.text) && isDigit(c.text[c.pos]); scale /= 10 {
			n += float64(c.text[c.pos]-'0') * scale
			c.pos++
		}
	}
	return n, true
}

// duration reads "7m12s", "539.4ms", "2 hours, 5 minutes and 3 seconds", "3 小时".
func (c *cursor) duration() (time.Duration, bool) {
	total, some := 0.0, false
	for range 6 {
		start := c.pos
		n, ok := c.number()
		if !ok {
			c.pos = start
			break
		}
		c.skip(" ")
		size, ok := c.unit()
		if !ok {
			c.pos = start
			break
		}
		total, some = total+n*float64(size), true
		c.skip(" ,")
		if c.eat("and ") {
			c.skip(" ")
		}
	}
	if total > float64(maxWait) {
		return maxWait, some
	}
	return time.Duration(total), some
}

func (c *cursor) unit() (time.Duration, bool) {
	for _, u := range units {
		if !strings.HasPrefix(c.rest(), u.name) {
			continue
		}
		end := c.pos + len(u.name)
		if end < len(c.text) && isLetter(c.text[end]) {
			continue
		}
		c.pos = end
		return u.size, true
	}
	return 0, false
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }

// digits reads a whole number of lo to hi digits.
func (c *cursor) digits(lo, hi int) (int, bool) {
	start, n := c.pos, 0
	for c.pos < len(c.text) && isDigit(c.text[c.pos]) {
		if c.pos-start == hi {
			c.pos = start
			return 0, false
		}
		n = n*10 + int(c.text[c.pos]-'0')
		c.pos++
	}
	if c.pos-start < lo {
		c.pos = start
		return 0, false
	}
	return n, true
}
