package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The kinds of blocks that have an address.
const (
	kindProvider = "provider"
	kindChain    = "chain"
	kindAgent    = "agent"
	kindPlatform = "platform"
	kindHermes   = "hermes"
	kindStore    = "store"
)

func referenceKinds() []string { return []string{kindProvider, kindChain, kindAgent, kindPlatform} }

// blockKind is one kind of block at the top of a file.
type blockKind struct {
	name    string
	labels  []string
	example string
}

func blockKinds() []blockKind {
	return []blockKind{
		{kindHermes, nil, `hermes { … }`},
		{kindStore, []string{"type"}, `store "sqlite" { … }`},
		{kindProvider, []string{"type", "name"}, `provider "openai" "primary" { … }`},
		{kindChain, []string{"name"}, `chain "default" { … }`},
		{kindAgent, []string{"name"}, `agent "helper" { … }`},
		{kindPlatform, []string{"type", "name"}, `platform "telegram" "bot" { … }`},
	}
}

// object is one block at the top of a file.
type object struct {
	kind    string
	typ     string // first label of providers, platforms and stores
	name    string
	address string // "" for hermes and store
	block   *hclsyntax.Block
	src     *source
}

func (o *object) head() hcl.Range { return o.block.DefRange() }

func (o *object) what() string { return title(o.block) }

// title is the head of a block, for messages.
func title(b *hclsyntax.Block) string {
	parts := []string{b.Type}
	for _, label := range b.Labels {
		parts = append(parts, fmt.Sprintf("%q", label))
	}
	return strings.Join(parts, " ")
}

// node is the empty node of the block.
func (o *object) node() *node {
	prefix := o.typ
	if prefix == "" {
		prefix = o.kind
	}
	return &node{what: o.what(), head: o.head(), prefix: prefix, src: o.src}
}

// index is every block by its address, and in the order of the files.
type index struct {
	objects       []*object
	byAddress     map[string]*object
	hermes, store *object
}

// addresses are those of one kind, or all.
func (x *index) addresses(kind string) []string {
	var out []string
	for _, o := range x.objects {
		if (kind == "" || o.kind == kind) && x.byAddress[o.address] == o {
			out = append(out, o.address)
		}
	}
	return out
}

// collect looks at what is at the top of a file.
func (l *loader) collect(s *source) {
	for _, a := range s.body.Attributes {
		advice := " Attributes belong in a block."
		for _, f := range l.schema.of(hermesType()).attrs {
			if f.name == a.Name {
				advice = " It belongs in hermes { }."
			}
		}
		l.report.fail(a.NameRange, "Attribute outside of a block", fmt.Sprintf("The %s stands outside of every block.%s", named("attribute", a.Name), advice))
	}
	for _, b := range s.body.Blocks {
		kinds := blockKinds()
		i := slices.IndexFunc(kinds, func(k blockKind) bool { return k.name == b.Type })
		if i < 0 {
			l.unknownBlock(b)
			continue
		}
		s.showLabels(b)
		if o := l.object(s, b, kinds[i]); o != nil {
			l.addObject(o)
			l.aliasType(o)
		}
	}
}

func (l *loader) unknownBlock(b *hclsyntax.Block) {
	var names []string
	for _, k := range blockKinds() {
		names = append(names, k.name)
	}
	l.report.fail(b.TypeRange, "Unknown block", fmt.Sprintf("There is no %s.%s", named("block", b.Type), didYouMean(b.Type, names)))
	l.alias(&object{block: b}, append([]string{closest(b.Type, names)}, b.Labels...))
}

// aliasType makes references to an object whose type is misspelt find it, so
// that one slip is told once.
func (l *loader) aliasType(o *object) {
	known := typesOf(l.o.Set.Providers)
	if o.kind == kindPlatform {
		known = typesOf(l.o.Set.Platforms)
	}
	if o.typ != "" && o.address != "" && !slices.Contains(known, o.typ) {
		l.alias(o, []string{o.kind, closest(o.typ, known), o.name})
	}
}

func (l *loader) alias(o *object, parts []string) {
	address := strings.Join(parts, ".")
	if !slices.Contains(parts, "") && slices.Contains(referenceKinds(), parts[0]) && l.index.byAddress[address] == nil {
		o = &object{kind: parts[0], typ: o.typ, name: o.name, address: address, block: o.block, src: o.src}
		l.index.byAddress[address] = o
	}
}

func (s *source) showLabels(b *hclsyntax.Block) {
	for _, r := range b.LabelRanges {
		s.show(r)
	}
}

var labelName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

const maxLabel = 64

// object checks the labels of a block. It is nil when there are too few or too many.
func (l *loader) object(s *source, b *hclsyntax.Block, k blockKind) *object {
	if len(b.Labels) != len(k.labels) {
		l.report.fail(b.DefRange(), "Wrong labels", fmt.Sprintf("%s takes %s, as in %s", k.name, labelCount(k.labels), k.example))
		return nil
	}
	for i, label := range b.Labels {
		l.checkLabel(label, b.LabelRanges[i])
	}
	o := &object{kind: k.name, block: b, src: s}
	switch len(b.Labels) {
	case 1:
		o.name = b.Labels[0]
	case 2:
		o.typ, o.name = b.Labels[0], b.Labels[1]
	}
	if k.name == kindStore {
		o.typ, o.name = o.name, ""
	}
	if slices.Contains(referenceKinds(), k.name) {
		o.address = strings.Join(append([]string{k.name}, b.Labels...), ".")
	}
	return o
}

func labelCount(labels []string) string {
	switch len(labels) {
	case 0:
		return "no label"
	case 1:
		return "one label, its " + labels[0]
	}
	return "two labels, its " + labels[0] + " and its " + labels[1]
}

func (l *loader) checkLabel(label string, at hcl.Range) {
	if labelName.MatchString(label) && len(label) <= maxLabel {
		return
	}
	l.report.fail(at, "Invalid label", fmt.Sprintf(
		"A label begins with a small letter and goes on with small letters, digits, _ and -, %d at most.%s", maxLabel, labelAdvice(label)))
}

var notInLabel = regexp.MustCompile(`[^a-z0-9_-]+`)

func labelAdvice(label string) string {
	fixed := strings.Trim(notInLabel.ReplaceAllString(strings.ToLower(label), "_"), "_-0123456789")
	if fixed == "" || len(fixed) > maxLabel {
		return ""
	}
	return fmt.Sprintf(" Write %q.", fixed)
}

// addObject puts an object in its place, which must be free.
func (l *loader) addObject(o *object) {
	x := &l.index
	var taken *object
	switch o.kind {
	case kindHermes:
		taken = x.hermes
	case kindStore:
		taken = x.store
	default:
		taken = x.byAddress[o.address]
	}
	if taken != nil {
		l.duplicate(o, taken)
	}
	switch {
	case o.address != "":
		x.objects = append(x.objects, o) // a second one, too: its body may have more to say about
		if taken == nil {
			x.byAddress[o.address] = o
		}
	case taken == nil && o.kind == kindHermes:
		x.hermes = o
	case taken == nil:
		x.store = o
	}
}

func (l *loader) duplicate(o, first *object) {
	at := place(first.head())
	switch o.kind {
	case kindHermes, kindStore:
		l.report.fail(o.head(), "Duplicate block", fmt.Sprintf("There can be only one %s block, and one is at %s. Merge the two.", o.kind, at))
	default:
		l.report.fail(o.head(), "Duplicate label", fmt.Sprintf(
			"%s is at %s already. Rename one of the two.", o.what(), at))
	}
}
