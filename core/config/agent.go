package config

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/hermes-gateway/hermes/core/chat"
)

func (l *loader) decodeAgent(o *object) {
	var b agentBlock
	n := o.node()
	if l.decode(n, o.block.Body, reflect.ValueOf(&b).Elem()) {
		l.cfg.Agents = append(l.cfg.Agents, Agent{Address: o.address, Chain: string(b.Chain), SystemPrompt: b.SystemPrompt})
	}
}

func (l *loader) decodePlatform(o *object) {
	var core platformBlock
	cfg, n := decodePlugin(l, choice[chat.Platform]{specs: l.o.Set.Platforms, o: o, core: []any{&core}})
	if n.attrs == nil {
		return // an unknown type: nothing was read
	}
	switch {
	case n.has("agent") && n.has("chain"):
		l.report.fail(n.at("chain"), "Both agent and chain", fmt.Sprintf(
			"%s has both agent (%s) and chain. An agent brings its own chain: remove one of the two.", n.what, place(n.at("agent"))))
	case !n.has("agent") && !n.has("chain"):
		l.report.fail(n.head, "Neither agent nor chain", fmt.Sprintf("Nothing answers on %s. Write agent = agent.helper, or chain = chain.default for the built-in agent.", n.what))
	}
	if cfg != nil {
		l.cfg.Platforms = append(l.cfg.Platforms, Platform{
			Address: o.address, Type: o.typ, Name: o.name, Agent: string(core.Agent), Chain: string(core.Chain), Config: cfg,
		})
	}
}

// linkPlace is where the link of that number stands.
func linkPlace(n *node, i int) hcl.Range {
	if a := n.attrs["providers"]; a != nil {
		return element(a.Expr, []string{strconv.Itoa(i)})
	}
	if i < len(n.blocks) {
		return n.blocks[i].node.head
	}
	return n.head
}

// warnUnused tells of blocks that nothing refers to.
func (l *loader) warnUnused() {
	if len(l.cfg.Platforms) == 0 {
		l.report.add(problem{severity: Warning, summary: "No platform", detail: "Nobody can reach this gateway: there is no platform block."})
	}
	for _, o := range l.index.objects {
		if l.used[o.address] || o.kind == kindPlatform {
			continue
		}
		by := map[string]string{kindProvider: "no chain asks it", kindChain: "no agent and no platform uses it", kindAgent: "no platform uses it"}
		l.report.warn(o.head(), "Unused "+o.kind, fmt.Sprintf("%s is defined, but %s.", o.what(), by[o.kind]))
	}
}
