package fault

import "strings"

// number is a numeric code. The same number means other things elsewhere, so a
// row is firm only for its own vendor; for an unknown one it is the last hint
// before type and status.
type number struct {
	vendor string
	code   string
	kind   Kind
	scope  reach
	weight weight
}

var numbers = []number{
	{"zhipu", "1000", Auth, byKind, firm},
	{"zhipu", "1001", Auth, byKind, firm},
	{"zhipu", "1002", Auth, byKind, firm},
	{"zhipu", "1003", Auth, byKind, firm},
	{"zhipu", "1004", Auth, byKind, firm},
	{"zhipu", "1110", Permission, byKind, firm},
	{"zhipu", "1111", Auth, byKind, firm},
	{"zhipu", "1112", Permission, byKind, firm},
	{"zhipu", "1113", Billing, byKind, firm},
	{"zhipu", "1120", ServerError, byKind, weak},
	{"zhipu", "1121", Permission, byKind, firm},
	{"zhipu", "1211", ModelNotFound, byKind, firm},
	{"zhipu", "1212", BadRequest, byKind, weak},
	{"zhipu", "1221", ModelNotFound, byKind, firm},
	{"zhipu", "1220", Permission, byKind, firm},
	{"zhipu", "1222", ModelNotFound, byKind, firm},
	{"zhipu", "1210", BadRequest, byKind, weak},
	{"zhipu", "1213", BadRequest, byKind, weak},
	{"zhipu", "1214", BadRequest, byKind, weak},
	{"zhipu", "1215", BadRequest, byKind, weak},
	{"zhipu", "1230", ServerError, byKind, weak},
	{"zhipu", "1234", ServerError, byKind, firm},
	{"zhipu", "1261", ContextOverflow, byKind, firm},
	{"zhipu", "1300", ContentPolicy, byKind, weak},
	{"zhipu", "1301", ContentPolicy, byKind, weak}, // on the web endpoint: too many visitors
	{"zhipu", "1302", RateLimit, byKind, firm},
	{"zhipu", "1303", RateLimit, byKind, firm},
	{"zhipu", "1304", QuotaWindow, byKind, firm},
	{"zhipu", "1305", RateLimit, byKind, weak}, // the API's traffic limit or, in newer texts, a busy model
	{"zhipu", "1308", QuotaWindow, byKind, firm},
	{"zhipu", "1310", QuotaWindow, byKind, firm},
	{"zhipu", "1309", Billing, byKind, firm}, // the plan ran out
	{"zhipu", "1311", Permission, forModel, firm},
	{"zhipu", "1312", Overloaded, byKind, firm},
	{"zhipu", "1313", Permission, byKind, firm}, // fair use: a person has to ask for it to be lifted

	{"minimax", "1000", ServerError, byKind, weak},
	{"minimax", "1001", Timeout, byKind, firm},
	{"minimax", "1002", RateLimit, byKind, firm},
	{"minimax", "1004", Auth, byKind, firm},
	{"minimax", "1008", Billing, byKind, firm},
	{"minimax", "1013", ServerError, byKind, firm},
	{"minimax", "1024", ServerError, byKind, firm},
	{"minimax", "1033", ServerError, byKind, firm},
	{"minimax", "1026", ContentPolicy, byKind, firm},
	{"minimax", "1027", ContentPolicy, byKind, firm},
	{"minimax", "1039", RateLimit, byKind, firm}, // tokens per minute
	{"minimax", "1041", RateLimit, byKind, firm},
	{"minimax", "2045", RateLimit, byKind, firm},
	{"minimax", "1042", BadRequest, byKind, weak},
	{"minimax", "2013", BadRequest, byKind, weak},
	{"minimax", "2049", Auth, byKind, firm},
	{"minimax", "2056", QuotaWindow, byKind, firm}, // five hours
	{"minimax", "2061", Permission, forModel, firm},

	{"qianfan", "1", ServerError, byKind, weak},
	{"qianfan", "2", Overloaded, byKind, weak},
	{"qianfan", "4", RateLimit, byKind, weak},
	{"qianfan", "6", Permission, byKind, firm},
	{"qianfan", "13", Auth, byKind, firm},
	{"qianfan", "14", Auth, byKind, firm},
	{"qianfan", "15", Auth, byKind, firm},
	{"qianfan", "17", QuotaWindow, byKind, firm}, // the day's
	{"qianfan", "18", RateLimit, byKind, firm},   // requests per second
	{"qianfan", "19", Billing, byKind, firm},     // the total
	{"qianfan", "100", Auth, byKind, weak},
	{"qianfan", "110", Auth, byKind, firm},
	{"qianfan", "111", Auth, byKind, firm},
	{"qianfan", "336000", ServerError, byKind, weak},
	{"qianfan", "336001", BadRequest, byKind, weak},
	{"qianfan", "336002", BadRequest, byKind, weak},
	{"qianfan", "336003", BadRequest, byKind, weak},
	{"qianfan", "336100", Overloaded, byKind, firm},
	{"qianfan", "336103", ContextOverflow, byKind, firm},
	{"qianfan", "336007", ContextOverflow, byKind, weak},
	{"qianfan", "336501", RateLimit, byKind, firm},
	{"qianfan", "336502", RateLimit, byKind, firm},

	{"siliconflow", "20012", ModelNotFound, byKind, firm},
	{"siliconflow", "20015", BadRequest, byKind, weak},
	{"siliconflow", "30001", Billing, byKind, firm},
	{"siliconflow", "30011", Billing, forModel, firm},
	{"siliconflow", "30003", ModelNotFound, byKind, firm},
	{"siliconflow", "50505", Overloaded, byKind, firm},
	{"siliconflow", "50603", Overloaded, byKind, firm},
	{"siliconflow", "50501", ServerError, byKind, weak},

	{"cloudflare", "3036", QuotaWindow, byKind, firm},
	{"cloudflare", "4006", QuotaWindow, byKind, firm}, // neurons a day
	{"cloudflare", "3040", Overloaded, byKind, firm},
	{"cloudflare", "5007", ModelNotFound, byKind, firm},
	{"cloudflare", "3042", ModelNotFound, byKind, firm},
	{"cloudflare", "10000", Auth, byKind, firm},
	{"cloudflare", "3041", Permission, byKind, weak},
	{"cloudflare", "3006", RequestTooLarge, byKind, firm},
	{"cloudflare", "3007", Timeout, byKind, firm},

	{"mistral", "1500", ModelNotFound, byKind, firm},
	{"mistral", "3505", Overloaded, byKind, firm},
	{"mistral", "1300", RateLimit, byKind, firm},

	{"spark", "10013", ContentPolicy, byKind, firm},
	{"spark", "10014", ContentPolicy, byKind, firm},
	{"spark", "10019", ContentPolicy, byKind, firm},
	{"spark", "10907", ContextOverflow, byKind, firm},
	{"spark", "11200", Permission, byKind, firm},
	{"spark", "11201", QuotaWindow, byKind, firm},
	{"spark", "11202", RateLimit, byKind, firm},
	{"spark", "11203", RateLimit, byKind, firm},
	{"spark", "10007", RateLimit, byKind, weak},
}

// vendorHints are parts of Evidence.Provider that name a vendor of the table.
var vendorHints = []struct{ part, vendor string }{
	{"zhipu", "zhipu"},
	{"z.ai", "zhipu"},
	{"zai", "zhipu"},
	{"bigmodel", "zhipu"},
	{"zcode", "zhipu"},
	{"glm", "zhipu"},
	{"minimax", "minimax"},
	{"qianfan", "qianfan"},
	{"baidu", "qianfan"},
	{"ernie", "qianfan"},
	{"siliconflow", "siliconflow"},
	{"cloudflare", "cloudflare"},
	{"workers-ai", "cloudflare"},
	{"mistral", "mistral"},
	{"spark", "spark"},
	{"xfyun", "spark"},
	{"iflytek", "spark"},
	{"dashscope", "dashscope"},
	{"alibaba", "dashscope"},
	{"bailian", "dashscope"},
	{"gemini", "google"},
	{"google", "google"},
	{"vertex", "google"},
}

// vendorOf returns the vendor that a provider's name hints at.
func vendorOf(provider string) string {
	provider = strings.ToLower(provider)
	for _, h := range vendorHints {
		if strings.Contains(provider, h.part) {
			return h.vendor
		}
	}
	return ""
}
