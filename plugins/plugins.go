// Package plugins lists what is compiled into hermes.
package plugins

import (
	"github.com/hermes-gateway/hermes/core/chat"
	"github.com/hermes-gateway/hermes/core/plugin"
	"github.com/hermes-gateway/hermes/plugins/platforms/console"
)

// Builtin returns the plugins of this build. This is the only list.
func Builtin() plugin.Set {
	return plugin.Set{
		Platforms: []plugin.Spec[chat.Platform]{
			console.Spec(),
		},
	}
}
