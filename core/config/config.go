// Package config reads the file that a person edits and turns it into a checked
// Config, or into diagnostics that say what is wrong, where, and what to do. It
// is the only package that knows HCL.
package config

import (
	"time"

	"github.com/hermes-gateway/hermes/core/breaker"
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/llm"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/core/store"
)

// Config is everything one reading of the files says, checked. It is immutable.
type Config struct {
	Files     []string       // as read, in order
	Dir       string         // absolute folder of the file: relative paths start here
	Process   map[string]any // the hermes block, as dotted keys with string values: "log.level"; for core/settings
	EnvNames  []string       // every name that an env() mentions, sorted
	Store     *Store         // nil: the default
	Providers []Provider     // in the order of the files
	Chains    []Chain
	Agents    []Agent
	Platforms []Platform
}

// Provider is one provider block.
type Provider struct {
	Address string // "provider.openai.primary"
	Type    string
	Name    string
	Config  plugin.Config[llm.Provider]
	Breaker breaker.Settings // max_inflight and the breaker block
}

// Chain is one chain block. A chain that a platform names nowhere but through
// an agent is here like any other. A zero Timeout means the default.
type Chain struct {
	Address string // "chain.default"
	Links   []Link
	Timeout time.Duration
}

// Link is one entry of a chain. Zero durations mean the default.
type Link struct {
	Provider   string // address
	Model      string
	Timeout    time.Duration
	FirstToken time.Duration
	Idle       time.Duration
}

// Agent is one agent block.
type Agent struct {
	Address      string // "agent.helper"
	Chain        string // address
	SystemPrompt string
}

// Platform is one platform block. Exactly one of Agent and Chain is set.
type Platform struct {
	Address string // "platform.telegram.bot"
	Type    string
	Name    string
	Agent   string // address
	Chain   string // address, for the built-in agent
	Config  plugin.Config[chat.Platform]
}

// Store is the store block.
type Store struct {
	Type   string
	Config plugin.Config[store.Store]
}

// Options say how to read.
type Options struct {
	Set     plugin.Set
	Environ []string // KEY=VALUE; what env() sees after the env_file
	NoEnv   bool     // `check --no-env`: a missing variable is an empty string, and what follows from that is no problem

	// Files are contents that file() and env_file find before they look at the
	// disk, by the path as written. Examples and tests need no folder with it.
	Files map[string]string
}
