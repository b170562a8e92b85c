package fault

import "slices"

// The phrase tables, in the order they are asked. Specific words come before
// general ones: a message about requests per minute may go on about billing.
func allPhrases() []phrase {
	return slices.Concat(ownWords, rates, filters, overflows, money, allowances, capacity, keys, models, permissions, sizes, breaks)
}

// ownWords are sentences of one vendor that the general tables would misread.
var ownWords = []phrase{
	{"included credits", QuotaWindow, byKind},                          // Hugging Face: back at the month's start
	{"key limit exceeded & daily|weekly|monthly", QuotaWindow, forKey}, // OpenRouter
	{"key limit exceeded", Billing, forKey},                            // OpenRouter: the key's total
	{"prompt tokens limit exceeded", Billing, forKey},                  // OpenRouter: the prompt costs more than is left
	{"can only afford 0. & daily limit|weekly limit|monthly limit", QuotaWindow, forKey},
	{"can only afford", Billing, byKind},                                                    // OpenRouter: something is left
	{"token quota is|token remain quota|令牌额度", Billing, forKey},                             // new-api: one relay token
	{"free models per day|free model requests per day|limit rpd", QuotaWindow, byKind},      // OpenRouter
	{"free models per min|limit rpm", RateLimit, byKind},                                    // OpenRouter
	{"workspace api usage limits", QuotaWindow, forKey},                                     // Anthropic
	{"api usage limits", QuotaWindow, byKind},                                               // Anthropic
	{"extra usage & !reset", Billing, byKind},                                               // Anthropic subscriptions
	{"exceeds your quota of|exceed your quota of & credits remaining", QuotaWindow, byKind}, // ElevenLabs: monthly characters
	{"budget has been exceeded & key", Billing, forKey},                                     // LiteLLM
	{"check quota", RateLimit, byKind},                                                      // Gemini: "Resource has been exhausted (e.g. check quota)."
	{"resource exhausted & !quota exceeded", Overloaded, byKind},                            // Vertex: shared capacity
	{"timed out|a timeout occurred|gateway time & #504|#522|#524", Timeout, byKind},         // Cloudflare's pages talk of overload and firewalls
	{"负载|饱和 & #429|#ratelimiterror", RateLimit, byKind},                                     // one-api, new-api: the text of every 429
	{"rate limited upstream|rate limit upstream|upstream rate limit", RateLimit, forModel},  // OpenRouter
	{"receiving too many requests|experiencing high|worker local total request limit", Overloaded, byKind},
}

// rates are limits that refill within a minute or with the next finished call.
var rates = []phrase{
	{"per min|per sec|rpm.|tpm.|qps.|rps.|qpm.|tps.|rpm限|tpm限|calls minute|requests minute|tokens minute|calls min.|requests min.|tokens min.|per 60s|per 1s|bymin|每分钟|每秒" +
		" & limit|exceed|reach|too many|quota|over.|rate|超|限|上限|频", RateLimit, byKind},
	{"concurren|simultaneous|parallel request|too many connections|userconcurrent|并发 & limit|exceed|many|reach|quota|high|max|rate|超|过高|限|上限 & !#503", RateLimit, byKind},
	{"token rate limit|call rate limit|request rate limit|request rate increased|rate increased too", RateLimit, byKind}, // Azure
}

// filters refuse a text for what it says.
var filters = []phrase{
	{"content management policy|content filter|content policy|content moderation|requires moderation|moderation system|moderation block|blocked by moderation|was flagged|been flagged|flagged as|flagged for|" +
		"flagged by|inappropriate content|harmful content|unsafe content|sensitive content|sensitive information|sensitive word|prohibited content|content exists risk|risk control", ContentPolicy, byKind},
	{"safety system|safety filter|safety setting|safety reason|safety polic|safety guard|blocked by safety|usage policy|usage policies|usage guideline|community guideline|content guideline|acceptable use|policy violation|violates our polic|cybersecurity risk & !fair us", ContentPolicy, byKind},
	{"敏感|违规|不安全|安全审核|内容审核|内容安全|不合规|不当内容|涉黄|风控", ContentPolicy, byKind},
}

// overflows say that the prompt is larger than the model's window.
var overflows = []phrase{
	{"context length|context window|context size|context limit|maximum context|max context|context overflow|prompt is too long|prompt too long|input is too long|input too long|request is too long|" +
		"conversation is too long|messages are too long|prompt exceed|input exceed|input length|prompt length|input token count|input tokens exceed|too many input tokens|too many prompt tokens", ContextOverflow, byKind},
	{"number of input tokens|model token limit|maximum number of tokens allowed|max length|maximum input|max input|maximum prompt|reduce the length|shorten|inputs tokens max new tokens|tokens in the prompt|tokens in request|total tokens exceed|inputs must have less|more than max tokens" +
		" & !max tokens is too large|max tokens must|daily|per day", ContextOverflow, byKind},
	{"too many tokens & !wait|per.|rate|throttl|day|minute", ContextOverflow, byKind},
	{"上下文|超长|输入过长|文本过长|输入长度|长度超|超过最大长度|超出最大长度|最大token|最大 token", ContextOverflow, byKind},
}

// money is gone until somebody pays.
var money = []phrase{
	{"daily credit|weekly credit|monthly credit|daily free|free daily", QuotaWindow, byKind},
	{"usage limit|message limit|daily|weekly|monthly|session limit & reset|try again in|try again at|regain|refresh|renews", QuotaWindow, byKind},
	{"今日|每日|每天|当日|当天|本周|每周|本月|每月|小时|周期 & 额度|限额|配额|上限|次数|用量|限制 & !请充值", QuotaWindow, byKind},
	{"insufficient|not enough|lacking|lack of|low.|no.|zero|negative|exhaust|deplet|run out|ran out|running out|out of|used all|used up|spent all|doesnt have|does not have|dont have|do not have|havent|" +
		"required|requires|exceed|empty|below|overdrawn|expired|need more|cannot cover|cant cover & balance.|balances.|credit.|credits.|fund.|funds.|prepaid|wallet & !load balanc|were charged|rate limit|regain", Billing, byKind},
	{"purchase|buy|add|top up|topup|refill|reload|deposit|replenish & credit.|credits.|balance.|fund.|funds.|wallet|money & !try again in|try again at|reset|per day|rate limit", Billing, byKind},
	{"recharge|payment required|payment method|payment failed|payment information|payment is required|pay your|credit card|issue with your billing|billing hard limit|billing limit|requires billing|enable billing|" +
		"billing is|billing account|billing has|unpaid|past due|overdue|past invoice|arrears|good standing & !rate limit", Billing, byKind},
	{"欠费|余额不足|余额|充值|无可用资源包|资源包|额度不足|额度已用|额度用尽|额度耗尽|剩余额度|配额不足|用量包|预扣费|免费额度|已到期", Billing, byKind},
	{"suspended|paused|deactivated|disabled|restricted|locked & spending|payment|pay.|invoice|balance.|billing|funds|credit|inference limit", Billing, byKind},
	{"check your plan and billing|exceeded your current quota & !#google|#resourceexhausted|generativelanguage|ai google dev|aistudio google", Billing, byKind},
	{"budget & exceed|exhaust|reached|used up|spent|deplet|no remaining|over. & !token budget|thinking|reasoning|daily|weekly|monthly", Billing, byKind},
	{"spend limit|spending limit|spending cap|spend cap & !daily|weekly|monthly|per day|per month|reset|tomorrow", Billing, byKind},
	{"resource pack|quota package|trial quota|trial credit|free trial & !per min|calls", Billing, byKind},
	{"free tier of the model has been|free quota has been|free allocated quota|free trial has|trial has ended|trial has expired|trial expired|subscription has expired|subscription expired|" +
		"plan has expired|plan expired|subscription has ended|no active subscription", Billing, byKind},
}

// allowances come back at a stated or known time.
var allowances = []phrase{
	{"daily|weekly|monthly|hourly|per day|per week|per month|per hour|per 86400s|byday|userbymodelbyday|userbyday|requests day|calls day|calls month|requests month|tokens day|rpd.|tpd.|5 hour|five hour|hour window|" +
		"hour limit|hour usage|hour quota|24 hour|billing cycle|billing period|24h.|5h.|7d. & limit|quota|allocation|allowance|cap.|usage|exceed|used up|exhaust|reached|too many|consum|threshold", QuotaWindow, byKind},
	{"usage limit|usage cap|quota limit|session limit|plan limit|message limit|hit your limit|reached your limit|out of usage|usage quota", QuotaWindow, byKind},
	{"limit|quota|allowance|usage|capacity & will reset|resets|reset at|reset in|reset after|reset on|regain|will refresh|be refreshed|refreshes|renews & !rate limit|requests limit", QuotaWindow, byKind},
	{"使用上限|用量上限|达到上限|限额|额度将|配额|重置 & !速率|频率", QuotaWindow, byKind},
	{"quota|premium request & exceed|exhaust|used up|reached|spent|consumed|no remaining|deplet|over.|out of & !rate limit", QuotaWindow, byKind},
}

// capacity is the provider's, not ours.
var capacity = []phrase{
	{"country|your region|region is not|in your location|location is not supported|unsupported region|not supported in your|地区|terms of service|terms of use & !overloaded|high demand|capacity", Permission, byKind},
	{"overloaded|overload.|high demand|high traffic|heavy traffic|heavy load|high load|under load|at capacity|at full capacity|no capacity|capacity exceed|capacity is|capacity has|over capacity|exceeded capacity|" +
		"insufficient capacity|not enough capacity|lack of capacity|out of capacity|max capacity|maximum capacity|temporarily out", Overloaded, byKind},
	{"server busy|servers are busy|server is busy|system busy|system is busy|too busy|is busy|are busy|currently busy|model busy|service busy|server overload|not ready|is loading|currently loading|queue is full|queue full|maximum pending|no available account|cooling down|" +
		"no healthy|no deployments|no available server|no available worker|no available instance|warming up|under maintenance|down for maintenance", Overloaded, byKind},
	{"currently unavailable|temporarily unavailable|service unavailable|temporarily not available|service is unavailable|is unavailable & !#404|#410|region", Overloaded, byKind},
	{"负载|饱和|访问人数过多|访问量过大|繁忙|没有可用账号|无可用账号|拥挤|排队|算力不足|过载|系统忙|服务忙|资源紧张|暂时不可用", Overloaded, byKind},
}

// keys are wrong, missing or revoked.
var keys = []phrase{
	{"api key|apikey|api token|access token|auth token|bearer token|secret key|api secret|subscription key|security token|credential|令牌|密钥 & invalid|incorrect|not found|not valid|isnt valid|missing|expired|revoked|disabled|deactivated|deleted|wrong|bad." +
		"|unknown|malformed|not provided|didnt provide|did not provide|please provide|please carry|must provide|not recognized|no longer valid|unable to verify|could not verify|leaked|compromised|required|无效|过期|不正确|错误|不存在|失效|未提供|禁用|不可用" +
		" & !rate limit", Auth, byKind},
	{"bad key|invalid token|token expired|token has expired|token is expired|expired token|token is invalid|login fail|authentication fail|authentication error|authentication required|auth fail|authorization fail|" +
		"not authenticated|unauthenticated|no auth credentials|no cookie auth|user not found|unauthorized|invalid auth|missing authorization|missing authentication|not authorized & !#403|#404|model", Auth, byKind},
	{"鉴权失败|认证失败|身份验证失败|验证失败|未授权|未登录|鉴权错误|签名错误", Auth, byKind},
}

// models that nobody serves here.
var models = []phrase{
	{"no endpoints found|requested entity was not found|unknown provider for model|try pulling|no models loaded|no allowed providers|unknown model|invalid model|no such model", ModelNotFound, byKind},
	{"model|engine|deployment & not found|does not exist|doesnt exist|not exist|not a valid|isnt a valid|is not valid|identifier is invalid|id is invalid|name is invalid|model is invalid|deprecated|retired|decommissioned|discontinued|no longer available|no longer supported|sunset|" +
		"shut down|end of life|not supported|isnt supported|unsupported|not available|isnt available|not recognized|unrecognized|not loaded|not deployed|been deactivated|is deactivated|could not find|couldnt find|cannot find|could not resolve|no longer offered" +
		" & !parameter|tool|image|vision|audio|function call|modalit|temperature|response format|does not support|doesnt support|#429", ModelNotFound, byKind},
	{"模型|渠道 & 不存在|已下线|下线|未找到|找不到|无可用渠道|无效的模型|未部署", ModelNotFound, byKind},
	{"access to model|access to the model|access to this model|access model|access this model|use this model|无权访问模型|模型权限|无权使用", Permission, forModel},
}

// permissions that the key or the account does not have.
var permissions = []phrase{
	{"not have permission|doesnt have permission|dont have permission|no permission|lacks permission|lack permission|missing permission|insufficient permission|permission denied|denied on resource|access denied|" +
		"not entitled|not eligible|must be verified|identity verification|has not been used in project|not enabled|not activated|not been activated|not allowed to|ip address|whitelist|allowlist & !#5xx|#none", Permission, byKind},
	{"fair usage policy|fair use policy|公平使用", Permission, byKind},
	{"banned|suspended|been restricted|account terminated|account has been terminated|organization has been disabled|account has been disabled & !#5xx", Permission, byKind},
	{"无权|没有权限|权限不足|未开通|封禁|实名|白名单|已被锁定|违反", Permission, byKind},
}

// sizes that waiting does not change.
var sizes = []phrase{
	{"payload too large|payload is too large|entity too large|body too large|body is too large|maximum allowed number of bytes|content too large|request size exceed|file too large|image too large|exceeds the maximum size", RequestTooLarge, byKind},
}

// breaks of the line, as clients and relays word them. They count only where no
// provider answered with a status of its own.
var breaks = []phrase{
	{"timed out|timeout|time out|deadline exceeded|etimedout|esockettimedout|超时 & #none|#5xx|#408", Timeout, byKind},
	{"econnreset|econnrefused|econnaborted|enotfound|eai again|ehostunreach|enetunreach|epipe|socket hang up|socket closed|getaddrinfo|name resolution|lookup address|no such host|name or service not known & #none", Network, byKind},
	{"connection reset|connection refused|connection closed|connection error|connection aborted|connection lost|connection was|connection terminated|broken pipe|network error|network is unreachable|no route to host|" +
		"transport error|stream disconnected|stream closed|stream ended|stream was closed|peer closed|server disconnected|disconnected without|closed mid|premature close|prematurely|error decoding response body|incomplete chunked|unexpected eof|fetch failed|terminated & #none", Network, byKind},
	{"ssl|tls|certificate|handshake|x509 & #none", Network, byKind},
	{"invalid character|unexpected token|unexpected end of|failed to parse|failed to decode|json decode|jsondecode|not valid json|invalid json|expecting value|empty response|without sending any chunks|unexpected content type & #none", Malformed, byKind},
	{"something went wrong|internal error|internal server error|bad gateway|upstream request failed|server had an error|server experienced an error|unexpected error|unknown error|内部错误|服务器错误|系统错误|服务异常 & #none", ServerError, byKind},
}

// generic words for a rate limit. They decide last, and a stated wait of more
// than a few minutes makes a spent allowance of them.
var generic = []phrase{
	{"too many requests|rate limit|ratelimit|rate limited|throttl|slow down|too frequent|too fast|hold up|request limit|requests limit & !#400|#422", RateLimit, byKind},
	// A complaint about the request may mention a limit: it must say that it was reached.
	{"too many requests|rate limit|ratelimit|rate limited|throttl|slow down & exceed|reach|hit.|hit your|slow|retry|again|being|limited|too many|throttled|throttling", RateLimit, byKind},
	{"速率|频率|频繁|限流|流量限制|请求过多|请求太多", RateLimit, byKind},
}
