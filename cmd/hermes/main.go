// Command hermes is the gateway. Copy this file to build one with your own plugins.
package main

import (
	"os"

	"github.com/hermes-gateway/hermes/core/cli"
	"github.com/hermes-gateway/hermes/plugins"
)

func main() {
	os.Exit(cli.Main(plugins.Builtin()))
}
