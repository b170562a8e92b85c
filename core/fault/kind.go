package fault

// Kind says what a failed call means. The zero Kind is no fault at all.
type Kind uint8

// The kinds, in the order of the table in docs/reliability.md. Their String
// is the name used in logs, metrics, JSON and on the command line.
const (
	None            Kind = iota
	Billing              // no credit, arrears: somebody has to pay
	QuotaWindow          // a daily, weekly or five-hour allowance is spent
	BudgetHold           // our own pending requests hold the balance; clears when they finish
	RateLimit            // requests or tokens per minute
	Auth                 // the key is wrong or revoked
	Permission           // the key is right but not entitled
	ModelNotFound        // unknown or retired model
	Overloaded           // the provider has no capacity just now
	ServerError          // 5xx without a better reason
	Timeout              // connect, header, first-token, idle or link timeout
	Network              // resets, refused connections, DNS, TLS
	Malformed            // garbage, a cut stream, an empty success
	ContextOverflow      // the prompt is larger than the model's window
	RequestTooLarge      // the body or one request is over a limit that waiting does not lift
	ContentPolicy        // refused by a content filter
	BadRequest           // the caller's mistake
	Canceled             // the person left, a deadline above the link passed, shutdown
	CircuitOpen          // not called: the breaker is open
	LocalLimit           // not called: max_inflight calls are already running
)

// Circuit names the circuit that a kind acts on.
type Circuit uint8

// The circuits of a provider.
const (
	NoCircuit     Circuit = iota // never counted
	QuotaCircuit                 // opens on the first fault
	HealthCircuit                // opens on repeated faults
)

var kinds = [...]struct {
	name    string
	circuit Circuit
	stops   bool
}{
	None:            {name: "none"},
	Billing:         {name: "billing", circuit: QuotaCircuit},
	QuotaWindow:     {name: "quota_window", circuit: QuotaCircuit},
	BudgetHold:      {name: "budget_hold", circuit: QuotaCircuit},
	RateLimit:       {name: "rate_limit", circuit: QuotaCircuit},
	Auth:            {name: "auth", circuit: QuotaCircuit},
	Permission:      {name: "permission", circuit: QuotaCircuit},
	ModelNotFound:   {name: "model_not_found", circuit: QuotaCircuit},
	Overloaded:      {name: "overloaded", circuit: HealthCircuit},
	ServerError:     {name: "server_error", circuit: HealthCircuit},
	Timeout:         {name: "timeout", circuit: HealthCircuit},
	Network:         {name: "network", circuit: HealthCircuit},
	Malformed:       {name: "malformed", circuit: HealthCircuit},
	ContextOverflow: {name: "context_overflow"},
	RequestTooLarge: {name: "request_too_large"},
	ContentPolicy:   {name: "content_policy"},
	BadRequest:      {name: "bad_request", stops: true},
	Canceled:        {name: "canceled", stops: true},
	CircuitOpen:     {name: "circuit_open"},
	LocalLimit:      {name: "local_limit"},
}

// String returns the kind's name, such as "quota_window".
func (k Kind) String() string {
	if int(k) >= len(kinds) {
		return "unknown"
	}
	return kinds[k].name
}

// Circuit returns the circuit that a fault of this kind acts on.
func (k Kind) Circuit() Circuit {
	if int(k) >= len(kinds) {
		return NoCircuit
	}
	return kinds[k].circuit
}

// Stops reports whether a chain gives up at a fault of this kind instead of
// asking the next link.
func (k Kind) Stops() bool { return int(k) < len(kinds) && kinds[k].stops }

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// ParseKind returns the kind of that name.
func ParseKind(name string) (Kind, bool) {
	for k, row := range kinds {
		if row.name == name {
			return Kind(k), true
		}
	}
	return None, false
}

// Kinds lists every kind but None.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds)-1)
	for k := 1; k < len(kinds); k++ {
		all = append(all, Kind(k))
	}
	return all
}

// String returns "quota", "health" or "none".
func (c Circuit) String() string {
	switch c {
	case QuotaCircuit:
		return "quota"
	case HealthCircuit:
		return "health"
	default:
		return "none"
	}
}
