package fault

// traps are the phrases that are asked before any code, because the code that
// comes with them says something else. Sources: the pages named in codes.go,
// and the public reports that each row mentions.
var traps = []phrase{
	// OpenAI and Groq send rate_limit_exceeded for one request that is larger than a whole minute's tokens.
	{"request too large|reduce your message size|tokens must be reduced & !context length|context window|prompt is too long", RequestTooLarge, byKind},
	// Our own unfinished calls hold the balance (hermes-agent#5220, OpenRouter).
	{"in flight|inflight|pending request|ongoing request|outstanding request|active request|running request|unfinished request|unsettled|reservation|reserved|held by|on hold|pre authori|preauthori" +
		" & balance.|credit|budget|fund|spend|allowance & !maximum pending|reserved capacity|reserved instance|current cost", BudgetHold, byKind},
	{"进行中的请求|处理中的请求|未完成的请求|未结算|预占|冻结 & 余额|额度|金额|预算", BudgetHold, byKind},
	// DashScope: insufficient_quota for tokens per minute; the coding plan's windows use the same words.
	{"hour allocated quota|week allocated quota|month allocated quota|day allocated quota", QuotaWindow, byKind},
	{"allocated quota & !free allocated", RateLimit, byKind},
	{"exceeded your current quota & #dashscope|aliyun|alibabacloud|dashscope", RateLimit, byKind},
	// LiteLLM: budget_exceeded for the calendar budget of one model.
	{"exceeded budget for model", QuotaWindow, forModel},
	// An allowance of nothing never refills, whatever retryDelay says (Gemini's free tier, OpenAI models without a grant).
	{"limit 0. & quota exceeded for metric|requested|rate limit reached", Permission, forModel},
	// The plan does not cover the model (Mistral, z.ai 1311, MiniMax 2061, GitHub Copilot).
	{"plan|subscription|tier|套餐|订阅 & not include|doesnt include|isnt included|not yet include|not yet available|not available|isnt available|not supported|not support|isnt supported|doesnt support|" +
		"not entitled|not eligible|no access|not cover|doesnt cover|暂未开放|未开放|不支持|不包含|无权 & !#404|#410|balance.|credit|rate limit", Permission, forModel},
	{"free tier|current plan|your plan|your subscription & not available|isnt available|not include|isnt included & model & !balance.|credit|rate limit", Permission, forModel},
	{"endpoint or credentials", Auth, byKind}, // z.ai 1113 at the wrong endpoint
	// Codes that mean money, with words that say when it comes back by itself.
	{"daily|weekly|monthly|per day|per week|per month|5 hour|每日|每天|每周|每月|今日|当日 & limit|quota|allowance|额度|限额|配额|上限 & reset|refresh|resume|tomorrow|renew|重置|恢复|刷新|明日|明天" +
		" & #insufficientquota|#quotaexceeded|#insufficientuserquota|#billingerror", QuotaWindow, byKind},
	// A validation error may quote the request it refuses: nothing behind these words counts.
	{"extra inputs are not permitted|field required|missing required|required property|required parameter|unsupported parameter|unrecognized request argument|unknown parameter|" +
		"unexpected keyword|invalid type for|invalid value for|supported values are|param incorrect|could not be decrypted|validation error|参数错误|参数非法|参数有误" +
		" & !context length|context window|too long|too large|max length|api key|input length|inputs tokens|inputs must have less & !#401|#402|#403|#404|#413|#429", BadRequest, byKind},
}
