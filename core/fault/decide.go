package fault

import "strings"

// rulebook is every table, made ready to be asked.
type rulebook struct {
	lexicon *lexicon
	traps   []row
	phrases []row
	generic []row
	scopes  []row
	codes   map[string]*code
	numbers map[string][]*number
	stems   []stemRow
}

type stemRow struct {
	stem

	any  []string
	rule string
}

var rules = makeRules() //nolint:gochecknoglobals // made once of the tables, never changed

func makeRules() *rulebook {
	l := &lexicon{words: map[uint32][]entry{}, ids: map[string]uint16{}}
	b := &rulebook{lexicon: l, codes: map[string]*code{}, numbers: map[string][]*number{}}
	b.traps, b.phrases, b.generic, b.scopes = l.compile(traps), l.compile(allPhrases()), l.compile(generic), l.compile(scopeWords)
	for i := range codes {
		var buf [maxCode]byte
		name, _ := squash(buf[:0], []byte(codes[i].code))
		if b.codes[string(name)] == nil {
			b.codes[string(name)] = &codes[i]
		}
	}
	for i := range numbers {
		b.numbers[numbers[i].code] = append(b.numbers[numbers[i].code], &numbers[i])
	}
	for _, s := range stemRows {
		parts := strings.Split(s.parts, "|")
		b.stems = append(b.stems, stemRow{stem: s, any: parts, rule: "code part " + parts[0]})
	}
	return b
}

// known reports whether a rule looks at this code.
func known(raw []byte) bool {
	_, ok := rules.lookup(mark{role: roleReason, raw: raw})
	return ok
}

// opinion is what a table says of one code.
type opinion struct {
	verdict

	weak bool
}

// lookup asks the tables of codes about one mark.
func (b *rulebook) lookup(m mark) (opinion, bool) {
	var buf [maxCode]byte
	name, ok := squash(buf[:0], m.raw)
	if !ok || len(name) == 0 {
		return opinion{}, false
	}
	if row := b.codes[string(name)]; row != nil {
		v := verdict{kind: row.kind, scope: row.scope, rule: "code " + row.code}
		return opinion{verdict: v, weak: row.weight == weak}, true
	}
	for i := range b.stems {
		if s := &b.stems[i]; s.in(name) {
			return opinion{verdict: verdict{kind: s.kind, rule: s.rule}, weak: s.weight == weak}, true
		}
	}
	return opinion{}, false
}

func (s *stemRow) in(name []byte) bool {
	for _, part := range s.any {
		if strings.Contains(string(name), part) {
			return true
		}
	}
	return false
}

// byCode asks the firm rows about every code: the code before the reasons,
// those before the types. A window that is named beats a rate: a request that
// broke both waits for the window.
func (c *inquiry) byCode() (verdict, bool) {
	var best verdict
	rank := roleError
	for _, m := range c.marks {
		o, ok := c.opinion(m)
		if !ok || o.weak || !c.plausible(o.verdict) {
			continue
		}
		window := m.role == rank && o.kind == QuotaWindow && best.kind == RateLimit
		if m.role < rank || window {
			best, rank = o.verdict, m.role
		}
	}
	return best, rank != roleError
}

// byWeakCode asks the weak rows, in the same order.
func (c *inquiry) byWeakCode() (verdict, bool) {
	var best verdict
	rank := roleError
	for _, m := range c.marks {
		o, ok := c.opinion(m)
		if o.kind == BadRequest && c.effective >= 500 {
			continue
		}
		if ok && m.role < rank && c.plausible(o.verdict) {
			best, rank = o.verdict, m.role
			best.soft = o.kind == RateLimit
		}
	}
	return best, rank != roleError
}

// opinion asks the numbers of the vendor at hand first, then the names.
func (c *inquiry) opinion(m mark) (opinion, bool) {
	if isDigit(m.raw[0]) {
		return c.numeric(m.raw)
	}
	return rules.lookup(m)
}

// numeric looks a number up: of the vendor that the body's shape or the
// provider's name gives away, else of any vendor, which makes it a weak hint.
func (c *inquiry) numeric(raw []byte) (opinion, bool) {
	rows := rules.numbers[string(raw)]
	vendor := c.vendorOfNumbers
	if vendor == "" {
		vendor = c.vendor
	}
	for _, n := range rows {
		if n.vendor == vendor {
			v := verdict{kind: n.kind, scope: n.scope, rule: "code " + n.vendor + " " + n.code}
			return opinion{verdict: v, weak: n.weight == weak}, true
		}
	}
	if len(rows) == 0 || len(raw) < 4 {
		return opinion{}, false
	}
	n := rows[0]
	return opinion{verdict: verdict{kind: n.kind, scope: n.scope, rule: "code " + n.vendor + " " + n.code}, weak: true}, true
}
