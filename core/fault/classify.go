package fault

// Classify says what the evidence means. It never returns Kind None, never
// panics, and looks at a bounded part of the body. It may be called
// concurrently.
func Classify(e Evidence) Fault {
	f := Fault{Status: e.Status, Kind: ServerError, Scope: AccountScope, Rule: "status"}
	switch {
	case e.Status == 402:
		f.Kind = Billing
	case e.Status == 429:
		f.Kind = RateLimit
	case e.Status == 401:
		f.Kind = Auth
	case e.Status == 400:
		f.Kind, f.Scope = BadRequest, RequestScope
	case e.Status == 0:
		f.Kind = Network
	}
	return f
}
