package breaker

import "github.com/hermes-gateway/hermes/core/fault"

// Reason says why the circuit is open, without any text of the upstream but its
// code: "billing (HTTP 402, insufficient_quota)", "opened by hand". It is empty
// for a circuit that nothing opened.
func (c Circuit) Reason() string {
	switch {
	case c.Manual:
		return "opened by hand"
	case c.Kind == fault.None:
		return ""
	default:
		return fault.Fault{Kind: c.Kind, Status: c.Status, Code: c.Code}.String()
	}
}
