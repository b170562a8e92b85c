package llm

import "strings"

// Empty reports whether r holds nothing to answer with: no text, tool calls or
// refusal. Reasoning that used up the length the caller asked for is no empty
// answer. A nil Response is empty.
func (r *Response) Empty() bool {
	if r == nil {
		return true
	}
	if strings.TrimSpace(r.Text) != "" {
		return false
	}
	switch r.FinishReason {
	case "tool_calls", "function_call", "content_filter", "refusal":
		return false
	case "length":
		return r.Reasoning == "" && r.Usage.Output == 0
	default:
		return true
	}
}
