package fault

import (
	"slices"
	"strings"
	"time"
)

// stems are the words that a time to try again follows.
var stems = []string{
	"again", "retry", "reset", "wait", "regain", "refresh", "available", "renew", "until", "resume", "restore", "cooldown", "limit reached|",
	"将在", "将于", "请在", "请于", "等待", "重置", "恢复", "稍后",
}

// fillers are the words that may stand between a stem and its time.
var fillers = map[string]bool{
	"in": true, "after": true, "at": true, "on": true, "for": true, "about": true, "approximately": true, "around": true, "another": true,
	"least": true, "up": true, "to": true, "will": true, "access": true, "be": true, "is": true, "time": true, "date": true, "the": true,
	"an": true, "a": true, "by": true, "within": true, "only": true, "next": true, "available": true, "again": true, "delay": true,
	"period": true, "until": true, "seconds": true,
}

// backStems are Chinese endings that a wait stands in front of: 30秒后重试.
var backStems = []string{"秒后", "秒钟后", "分钟后", "小时后", "天后"}

const (
	maxFillers = 6
	maxTail    = 96 // bytes behind a stem
	maxStems   = 16 // places looked at
)

// proseTime finds the times to try again in messages.
func proseTime(text []byte, now time.Time) stated {
	var s stated
	if !mayHaveTime(text) {
		return s
	}
	lower, looked := strings.ToLower(string(text)), 0
	for _, stem := range stems {
		for at := 0; looked < maxStems; looked++ {
			i := strings.Index(lower[at:], stem)
			if i < 0 {
				break
			}
			at += i + len(stem)
			s.longest(tailTime(lower[at:min(at+maxTail, len(lower))], now))
		}
	}
	for _, stem := range backStems {
		if i := strings.Index(lower, stem); i > 0 {
			s.longest(backTime(lower[:i+len(stem)]))
		}
	}
	return s
}

// mayHaveTime reports whether there is a digit at all.
func mayHaveTime(text []byte) bool {
	return slices.ContainsFunc(text, isDigit)
}

// tailTime reads the time that follows a stem, over at most a few small words.
func tailTime(tail string, now time.Time) stated {
	c := cursor{text: tail, now: now}
	for c.pos < len(tail) && isLetter(tail[c.pos]) {
		c.pos++ // the rest of the stem's word: resets, retrying
	}
	for range maxFillers {
		c.skip(" \t\n:=,~\"'()*`|-_{：，约为")
		if at, ok := c.date(); ok {
			return since(at, now)
		}
		if d, ok := c.duration(); ok {
			return after(d)
		}
		if s, ok := c.plainNumber(); ok {
			return s
		}
		if !c.filler() {
			return stated{}
		}
	}
	return stated{}
}

// plainNumber reads seconds or a unix time that no unit follows.
func (c *cursor) plainNumber() (stated, bool) {
	start := c.pos
	for c.pos < len(c.text) && isDigit(c.text[c.pos]) {
		c.pos++
	}
	number := c.text[start:c.pos]
	next := c.pos
	c.skip(" ")
	if number == "" || c.pos < len(c.text) && (c.text[next] > 0x7f || isLetter(c.text[c.pos]) || strings.IndexByte("%/-:", c.text[c.pos]) >= 0) {
		c.pos = start
		return stated{}, false
	}
	return parseWhen(number, time.Second, c.now), true
}

func (c *cursor) filler() bool {
	end := c.pos
	for end < len(c.text) && isLetter(c.text[end]) {
		end++
	}
	if end == c.pos || !fillers[c.text[c.pos:end]] {
		return false
	}
	c.pos = end
	return true
}

// backTime reads the wait that ends a text: ...30秒后.
func backTime(text string) stated {
	text = strings.TrimSuffix(text, "后")
	start := len(text)
	for _, u := range units {
		if strings.HasSuffix(text, u.name) {
			start = len(text) - len(u.name)
			break
		}
	}
	for start > 0 && (isDigit(text[start-1]) || text[start-1] == ' ' || text[start-1] == '.') {
		start--
	}
	c := cursor{text: strings.TrimLeft(text[start:], " .")}
	d, _ := c.duration()
	return after(d)
}
