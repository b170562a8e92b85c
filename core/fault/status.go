package fault

// statusRow is what a status means when the body says nothing better.
type statusRow struct {
	status int
	kind   Kind
	rule   string
}

var statuses = []statusRow{
	{400, BadRequest, "status 400"},
	{401, Auth, "status 401"},
	{402, Billing, "status 402"},
	{403, Permission, "status 403"},
	{404, ModelNotFound, "status 404"},
	{408, Timeout, "status 408"},
	{410, ModelNotFound, "status 410"}, // a retired model
	{413, RequestTooLarge, "status 413"},
	{414, RequestTooLarge, "status 414"},
	{421, ContentPolicy, "status 421"}, // Xiaomi MiMo's content filter, platform.xiaomimimo.com/docs
	{424, ServerError, "status 424"},   // Hugging Face TGI and Bedrock: generation failed
	{429, RateLimit, "status 429"},
	{431, RequestTooLarge, "status 431"},
	{451, ContentPolicy, "status 451"},
	{498, Overloaded, "status 498"}, // Groq's flex tier, console.groq.com/docs/errors
	{499, Network, "status 499"},    // nginx: the client closed; seen from here a relay lost its line
	{500, ServerError, "status 500"},
	{503, Overloaded, "status 503"},
	{504, Timeout, "status 504"},
	{522, Timeout, "status 522"}, // Cloudflare, developers.cloudflare.com/support/troubleshooting/http-status-codes
	{524, Timeout, "status 524"}, // Cloudflare
	{529, Overloaded, "status 529"},
	{598, Timeout, "status 598"},
	{599, Timeout, "status 599"},
}

// byStatus is the last resort.
func byStatus(status int, d *digest) verdict {
	for _, row := range statuses {
		if row.status == status {
			return verdict{kind: row.kind, rule: row.rule, soft: true}
		}
	}
	switch {
	case status >= 500:
		return verdict{kind: ServerError, rule: "status 5xx"}
	case status >= 400:
		return verdict{kind: BadRequest, rule: "status 4xx"}
	case status >= 300:
		return verdict{kind: ServerError, rule: "status 3xx"}
	case status == 0 && !d.isError && len(d.text) == 0:
		return verdict{kind: Network, rule: "no answer"}
	case status == 0 && !d.isError:
		return verdict{kind: Network, rule: "no status"}
	case d.isError || len(d.marks) > 0 && len(d.text) > 0:
		return verdict{kind: ServerError, rule: "error without a status"}
	default:
		return verdict{kind: Malformed, rule: "no answer in a success"}
	}
}
