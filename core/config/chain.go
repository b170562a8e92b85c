package config

import (
	"fmt"
	"reflect"

	"github.com/hermes-gateway/hermes/core/chain"
)

func (l *loader) decodeChain(o *object) {
	var b chainBlock
	n := o.node()
	ok := l.decode(n, o.block.Body, reflect.ValueOf(&b).Elem())
	l.positive(n, "timeout")
	c := Chain{Address: o.address, Timeout: b.Timeout.Value()}
	for _, p := range b.Providers {
		c.Links = append(c.Links, Link{Provider: string(p)})
	}
	for _, k := range b.Links {
		c.Links = append(c.Links, Link{
			Provider: string(k.Provider), Model: k.Model,
			Timeout: k.Timeout.Value(), FirstToken: k.FirstToken.Value(), Idle: k.Idle.Value(),
		})
	}
	switch {
	case n.has("providers") && n.child("link") != nil:
		l.report.fail(n.child("link").head, "Two forms of a chain", fmt.Sprintf(
			"%s has both providers (%s) and link blocks. Write either the list or the blocks.", n.what, place(n.at("providers"))))
	case len(c.Links) == 0 && ok:
		l.report.fail(n.at("providers"), "Empty chain", fmt.Sprintf("%s asks nobody. Write providers = [provider.openai.primary], or a link block.", n.what))
	}
	if !n.has("providers") || n.child("link") == nil {
		l.checkLinks(n, c)
	}
	l.cfg.Chains = append(l.cfg.Chains, c)
}

// checkLinks looks at the links together.
func (l *loader) checkLinks(n *node, c Chain) {
	whole := c.Timeout
	if whole == 0 {
		whole = chain.DefaultTimeout
	}
	for _, k := range n.blocks {
		l.positive(k.node, "timeout", "first_token", "idle")
		for _, name := range []string{"timeout", "first_token"} {
			if d, ok := k.node.duration(name); ok && d > whole {
				l.report.warn(k.node.at(name), "Longer than the chain", fmt.Sprintf(
					"%q of this link is %s, but the whole %s ends after %s.", name, short(d), n.what, short(whole)))
			}
		}
	}
	seen := map[Link]bool{}
	for i, k := range c.Links {
		same := Link{Provider: k.Provider, Model: k.Model}
		if seen[same] && k.Provider != "" {
			l.report.warn(linkPlace(n, i), "Twice in one chain", fmt.Sprintf("%s is in %s twice. What failed once in a request is not asked again.", k.Provider, n.what))
		}
		seen[same] = true
	}
}
