// Package cli is the hermes command: it parses words, calls the packages that
// do the work, and prints. It alone knows exit codes.
package cli

import "github.com/hermes-gateway/hermes/core/plugin"

// Main runs the command line of this process and returns its exit code: 0
// clean, 1 failure, 2 usage, 78 bad config at start.
func Main(set plugin.Set) int { return 0 }
