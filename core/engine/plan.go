package engine

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hermes-gateway/hermes/core/config"
)

// Action is what a reload does with an object.
type Action string

// The actions.
const (
	Keep    Action = "keep"
	Replace Action = "replace"
	Add     Action = "add"
	Remove  Action = "remove"
)

// Step is one line of a plan. A platform with Keep and a Reason goes on
// running, its turns take another route.
type Step struct {
	Address string `json:"address"`
	Action  Action `json:"action"`
	Reason  string `json:"reason,omitempty"` // the attributes that changed, never their values
}

// Plan is what a reload does or did, in the order of the files, removals last.
type Plan struct {
	Steps []Step `json:"steps"`
}

// Changes reports whether the plan does anything.
func (p Plan) Changes() bool {
	for _, s := range p.Steps {
		if s.Action != Keep || s.Reason != "" {
			return true
		}
	}
	return false
}

// count returns the number of steps with that action.
func (p Plan) count(a Action) int {
	n := 0
	for _, s := range p.Steps {
		if s.Action == a {
			n++
		}
	}
	return n
}

// keeps reports whether the object of that address goes on as it is.
func (p Plan) keeps(address string) bool {
	for _, s := range p.Steps {
		if s.Address == address {
			return s.Action == Keep
		}
	}
	return false
}

// object is one block of the files.
type object struct {
	address string
	value   any      // compared as a whole
	routed  []string // attributes that another object's route depends on, but not the thing itself
}

// objects lists what a config holds, in the order of the files.
func objects(c *config.Config) []object {
	if c == nil {
		return nil
	}
	var all []object
	for i := range c.Providers {
		all = append(all, object{address: c.Providers[i].Address, value: &c.Providers[i]})
	}
	for i := range c.Chains {
		all = append(all, object{address: c.Chains[i].Address, value: &c.Chains[i]})
	}
	for i := range c.Agents {
		all = append(all, object{address: c.Agents[i].Address, value: &c.Agents[i]})
	}
	for i := range c.Platforms {
		all = append(all, object{address: c.Platforms[i].Address, value: &c.Platforms[i], routed: []string{"agent", "chain"}})
	}
	return all
}

// planFrom compares the decoded configs. before is nil at the start.
func planFrom(before, after *config.Config) Plan {
	old := make(map[string]object)
	for _, o := range objects(before) {
		old[o.address] = o
	}
	var p Plan
	for _, o := range objects(after) {
		p.Steps = append(p.Steps, step(old, o))
		delete(old, o.address)
	}
	for _, o := range objects(before) {
		if _, gone := old[o.address]; gone {
			p.Steps = append(p.Steps, Step{Address: o.address, Action: Remove})
		}
	}
	return p
}

func step(old map[string]object, o object) Step {
	s := Step{Address: o.address, Action: Keep}
	was, known := old[o.address]
	switch {
	case !known:
		s.Action = Add
	case !reflect.DeepEqual(was.value, o.value):
		names := changedAttributes(was.value, o.value)
		s.Reason = strings.Join(names, ", ")
		if slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(o.routed, n) }) {
			s.Action = Replace
		}
	}
	return s
}
