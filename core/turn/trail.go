package turn

import (
	"fmt"
	"strings"

	"github.com/hermes-gateway/hermes/core/llm"
)

// Trail tells attempts in one line for logs: who was asked, in order, and what
// each said: "provider.openai.primary billing (402), provider.openai.backup ok".
func Trail(attempts []llm.Attempt) string {
	parts := make([]string, len(attempts))
	for i, a := range attempts {
		switch {
		case a.Fault == nil:
			parts[i] = a.Link + " ok"
		case a.Fault.Status != 0:
			parts[i] = fmt.Sprintf("%s %s (%d)", a.Link, a.Fault.Kind, a.Fault.Status)
		default:
			parts[i] = fmt.Sprintf("%s %s", a.Link, a.Fault.Kind)
		}
	}
	return strings.Join(parts, ", ")
}
