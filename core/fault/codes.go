package fault

// The codes below come from the vendors' own pages and from public reports:
//
//	OpenAI      platform.openai.com/docs/guides/error-codes
//	Anthropic   docs.anthropic.com/en/api/errors
//	Google      ai.google.dev/gemini-api/docs/troubleshooting, cloud.google.com/apis/design/errors
//	Azure       learn.microsoft.com/azure/ai-services/openai/how-to/quota, .../concepts/content-filter
//	AWS         docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
//	Mistral     docs.mistral.ai/api
//	xAI         docs.x.ai/docs/key-information/debugging
//	OpenRouter  openrouter.ai/docs/api/reference/errors-and-debugging
//	Together    docs.together.ai/docs/error-codes
//	Cerebras    inference-docs.cerebras.ai/support/error
//	Moonshot    platform.moonshot.cn/docs/api/errors
//	DashScope   help.aliyun.com/en/model-studio/error-code
//	Volcengine  www.volcengine.com/docs/82379/1299023
//	Tencent     cloud.tencent.com/document/product/1729/101842
//	Qianfan     cloud.baidu.com/doc/qianfan-docs
//	HF          github.com/huggingface/text-generation-inference (router/src/server.rs)
//	llama.cpp   github.com/ggml-org/llama.cpp (tools/server)
//	LiteLLM     docs.litellm.ai/docs/proxy/error_reference
//	new-api     github.com/QuantumNous/new-api (types/error.go), github.com/songquanpeng/one-api
//	Cloudflare  developers.cloudflare.com/workers-ai/platform/errors
//	Zhipu       docs.bigmodel.cn/cn/api/api-code, docs.z.ai/api-reference/api-code
//	MiniMax     platform.minimax.io/docs/api-reference/errorcode
//	SiliconFlow docs.siliconflow.cn/en/faqs/error-code

// weight says how far a code is believed.
type weight uint8

const (
	firm weight = iota // decides before any words
	weak               // decides when no words do: vendors use it for several things
)

// code is one row of the code table: a code or type in any spelling (case, "_"
// and "-" are ignored) and what it means.
type code struct {
	code   string
	kind   Kind
	scope  reach
	weight weight
	vendor string
}

var codes = []code{
	// Somebody has to pay.
	{"insufficient_quota", Billing, byKind, firm, "OpenAI, Azure, new-api"},
	{"billing_hard_limit_reached", Billing, byKind, firm, "OpenAI"},
	{"billing_not_active", Billing, byKind, firm, "OpenAI"},
	{"credit_balance_exhausted", Billing, byKind, firm, "OpenAI"},
	{"project_spend_limit_exceeded", Billing, forKey, firm, "OpenAI; a key of another project works"},
	{"billing_error", Billing, byKind, firm, "Anthropic"},
	{"insufficient_user_quota", Billing, byKind, firm, "new-api; its message is rewritten, the code is not"},
	{"pre_consume_token_quota_failed", Billing, forKey, firm, "new-api: the quota of one relay token"},
	{"exceeded_current_quota_error", Billing, byKind, firm, "Moonshot"},
	{"Arrearage", Billing, byKind, firm, "DashScope"},
	{"AllocationQuota.FreeTierOnly", Billing, forModel, firm, "DashScope: the free tier of one model is spent"},
	{"SetLimitExceeded", Billing, forModel, firm, "Volcengine: a cap per model that a person has to lift"},
	{"AccountOverdueError", Billing, byKind, firm, "Volcengine"},
	{"OperationDenied.ServiceOverdue", Billing, byKind, firm, "Volcengine"},
	{"ResourceUnavailable.InArrears", Billing, byKind, firm, "Tencent"},
	{"FailedOperation.ResourcePackExhausted", Billing, byKind, firm, "Tencent"},
	{"FailedOperation.FreeResourcePackExhausted", Billing, byKind, firm, "Tencent"},
	{"INSUFFICIENT_G1_CREDITS_BALANCE", Billing, byKind, firm, "Google Code Assist"},
	{"BILLING_DISABLED", Billing, byKind, firm, "Google"},
	{"INVALID_PAYMENT_INSTRUMENT", Billing, byKind, firm, "AWS"},
	{"terminal_quota_exhausted", Billing, byKind, firm, "LiteLLM"},
	{"InvalidSubscription", Billing, byKind, firm, "Volcengine coding plan"},
	{"credit_limit", Billing, byKind, firm, "Together"},
	{"customer_verification_required", Billing, byKind, firm, "Vercel AI Gateway: no card on file"},
	{"budget_exceeded", Billing, forKey, firm, "LiteLLM"},

	// Our own calls hold it.
	{"top_up_in_progress", BudgetHold, byKind, firm, "Kilo: the balance is being refilled, github.com/Kilo-Org/cloud/pull/6217"},
	{"daily_limit_busy", BudgetHold, byKind, firm, "relay, github.com/NousResearch/hermes-agent/issues/5220"},

	// An allowance that comes back.
	{"organization_usage_limit_exceeded", QuotaWindow, byKind, firm, "OpenAI"},
	{"enforced_spend_limit_reached", QuotaWindow, byKind, firm, "Anthropic, monthly"},
	{"usage_limit_reached", QuotaWindow, byKind, firm, "OpenAI Codex"},
	{"workspace_usage_limit_reached", QuotaWindow, forKey, firm, "OpenAI Codex"},
	{"QUOTA_EXHAUSTED", QuotaWindow, byKind, firm, "Google Code Assist"},
	{"AccountQuotaExceeded", QuotaWindow, byKind, firm, "Volcengine coding plan"},
	{"quota_exceeded", QuotaWindow, byKind, weak, "ElevenLabs, GitHub Models; others mean money"},
	{"QuotaExceeded", QuotaWindow, byKind, weak, "Volcengine"},
	{"ServiceQuotaExceededException", QuotaWindow, byKind, weak, "AWS"},

	// Requests or tokens per minute.
	{"rate_limit_exceeded", RateLimit, byKind, weak, "OpenAI and Groq send it for too large a request too, Google for a day's quota"},
	{"rate_limit_error", RateLimit, byKind, weak, "Anthropic; z.ai sends it with 1113"},
	{"rate_limit_reached_error", RateLimit, byKind, weak, "Moonshot"},
	{"RESOURCE_EXHAUSTED", RateLimit, byKind, weak, "Google"},
	{"ThrottlingException", RateLimit, byKind, weak, "AWS, per minute or per day"},
	{"TooManyRequestsException", RateLimit, byKind, weak, "AWS"},
	{"Throttling.AllocationQuota", RateLimit, byKind, weak, "DashScope, tokens per minute"},
	{"tokens", RateLimit, byKind, weak, "OpenAI, Groq"},
	{"requests", RateLimit, byKind, weak, "OpenAI"},
	{"slow_down", Overloaded, byKind, firm, "OpenAI"},
	{"dynamic_request_limited", RateLimit, byKind, weak, "Together"},
	{"dynamic_token_limited", RateLimit, byKind, weak, "Together"},
	{"request_quota_exceeded", RateLimit, byKind, weak, "Cerebras, minute or day"},
	{"token_quota_exceeded", RateLimit, byKind, weak, "Cerebras, minute or day"},

	// The key.
	{"invalid_api_key", Auth, byKind, firm, "OpenAI, DashScope"},
	{"invalid_authentication_error", Auth, byKind, firm, "Moonshot"},
	{"incorrect_api_key_error", Auth, byKind, firm, "Moonshot"},
	{"API_KEY_INVALID", Auth, byKind, firm, "Google"},
	{"ACCESS_TOKEN_EXPIRED", Auth, byKind, firm, "Google"},
	{"UNAUTHENTICATED", Auth, byKind, weak, "Google"},
	{"authentication_error", Auth, byKind, weak, "Anthropic, DeepSeek"},
	{"account_deactivated", Auth, byKind, firm, "OpenAI"},
	{"invalid_organization", Auth, byKind, firm, "OpenAI"},
	{"UnrecognizedClientException", Auth, byKind, firm, "AWS"},
	{"InvalidSignatureException", Auth, byKind, firm, "AWS"},
	{"ExpiredTokenException", Auth, byKind, firm, "AWS"},
	{"MissingAuthenticationTokenException", Auth, byKind, firm, "AWS"},
	{"AuthenticationError", Auth, byKind, weak, "Volcengine"},
	{"token_expired", Auth, byKind, firm, "OpenAI Codex"},
	{"token_invalidated", Auth, byKind, firm, "OpenAI Codex"},

	// The key is right, but not for this.
	{"unsupported_country_region_territory", Permission, byKind, firm, "OpenAI"},
	{"permission_error", Permission, byKind, weak, "Anthropic"},
	{"permission_denied_error", Permission, byKind, weak, "Moonshot"},
	{"permission-denied", Permission, byKind, weak, "xAI; also sent when no credits are left"},
	{"SERVICE_DISABLED", Permission, byKind, firm, "Google"},
	{"IAM_PERMISSION_DENIED", Permission, byKind, firm, "Google"},
	{"CONSUMER_SUSPENDED", Permission, byKind, firm, "Google"},
	{"API_KEY_SERVICE_BLOCKED", Permission, byKind, firm, "Google"},
	{"VALIDATION_REQUIRED", Permission, byKind, firm, "Google Code Assist"},
	{"AccessDeniedException", Permission, byKind, weak, "AWS"},
	{"usage_not_included", Permission, byKind, firm, "OpenAI Codex: not in this plan"},
	{"access_terminated_error", Permission, byKind, weak, "Kimi for coding; also sent when the week is spent"},
	{"key_model_access_denied", Permission, forModel, firm, "LiteLLM"},
	{"team_model_access_denied", Permission, forModel, firm, "LiteLLM"},
	{"ip_not_authorized", Permission, byKind, firm, "OpenAI"},
	{"organization_must_be_verified", Permission, byKind, firm, "OpenAI"},
	{"AccessDenied.Unpurchased", Permission, forModel, firm, "DashScope"},

	// The model.
	{"model_not_found", ModelNotFound, byKind, firm, "OpenAI, new-api"},
	{"not_found_error", ModelNotFound, byKind, weak, "Anthropic"},
	{"resource_not_found_error", ModelNotFound, byKind, weak, "Moonshot"},
	{"NOT_FOUND", ModelNotFound, byKind, weak, "Google"},
	{"DeploymentNotFound", ModelNotFound, byKind, firm, "Azure"},
	{"unknown_model", ModelNotFound, byKind, firm, "GitHub Models"},
	{"invalid_model", ModelNotFound, byKind, firm, "Mistral"},
	{"model_not_available", ModelNotFound, byKind, firm, "Together"},
	{"model_is_deactivated", ModelNotFound, byKind, firm, "Groq"},
	{"model_decommissioned", ModelNotFound, byKind, firm, "Groq"},
	{"InvalidEndpointOrModel.NotFound", ModelNotFound, byKind, firm, "Volcengine"},
	{"InvalidEndpointOrModel.ModelIDAccessDisabled", ModelNotFound, byKind, firm, "Volcengine"},
	{"InvalidEndpoint.ClosedEndpoint", ModelNotFound, byKind, firm, "Volcengine"},
	{"ModelNotOpen", ModelNotFound, byKind, firm, "Volcengine"},
	{"UnsupportedModel", ModelNotFound, byKind, firm, "Volcengine coding plan"},
	{"ResourceNotFoundException", ModelNotFound, byKind, weak, "AWS"},

	// No capacity just now.
	{"overloaded_error", Overloaded, byKind, firm, "Anthropic"},
	{"server_is_overloaded", Overloaded, byKind, firm, "OpenAI"},
	{"engine_overloaded_error", Overloaded, byKind, firm, "Moonshot"},
	{"MODEL_CAPACITY_EXHAUSTED", Overloaded, byKind, firm, "Google Code Assist"},
	{"service_tier_capacity_exceeded", Overloaded, byKind, firm, "Mistral"},
	{"capacity_exceeded", Overloaded, byKind, firm, "Groq flex tier"},
	{"ServerOverloaded", Overloaded, byKind, firm, "Volcengine"},
	{"ModelNotReadyException", Overloaded, byKind, firm, "AWS"},
	{"ServiceUnavailableException", Overloaded, byKind, weak, "AWS"},
	{"UNAVAILABLE", Overloaded, byKind, weak, "Google"},
	{"provider_unavailable", Overloaded, byKind, weak, "OpenRouter"},
	{"auth_unavailable", Overloaded, byKind, weak, "CLIProxyAPI: every account of its pool is cooling down"},
	{"model_cooldown", Overloaded, byKind, weak, "CLIProxyAPI"},
	{"overloaded", Overloaded, byKind, weak, "HF"},
	{"channel:no_available_key", Overloaded, byKind, weak, "new-api"},

	// The server.
	{"INTERNAL", ServerError, byKind, weak, "Google"},
	{"server_error", ServerError, byKind, weak, "OpenAI"},
	{"api_error", ServerError, byKind, weak, "Anthropic"},
	{"InternalServerException", ServerError, byKind, weak, "AWS"},
	{"ModelErrorException", ServerError, byKind, weak, "AWS"},
	{"ModelStreamErrorException", ServerError, byKind, weak, "AWS"},
	{"InternalServiceError", ServerError, byKind, weak, "Volcengine"},
	{"InternalError", ServerError, byKind, weak, "DashScope"},
	{"internal_server_error", ServerError, byKind, weak, "many"},
	{"upstream_error", ServerError, byKind, weak, "relays"},
	{"bad_response_status_code", ServerError, byKind, weak, "new-api"},
	{"generation", ServerError, byKind, weak, "HF"},
	{"network_error", ServerError, byKind, weak, "Zhipu, as a finish reason"},
	{"DEADLINE_EXCEEDED", Timeout, byKind, weak, "Google"},
	{"timeout_error", Timeout, byKind, weak, "Anthropic"},
	{"ModelTimeoutException", Timeout, byKind, firm, "AWS"},
	{"do_request_failed", Network, byKind, weak, "new-api"},
	{"MALFORMED_FUNCTION_CALL", Malformed, byKind, weak, "Google, as a finish reason"},

	// The request.
	{"context_length_exceeded", ContextOverflow, byKind, firm, "OpenAI, Groq, Cerebras"},
	{"exceed_context_size_error", ContextOverflow, byKind, firm, "llama.cpp"},
	{"model_context_window_exceeded", ContextOverflow, byKind, firm, "Anthropic, Zhipu, as a stop reason"},
	{"request_too_large", RequestTooLarge, byKind, firm, "Anthropic"},
	{"request_too_large_for_tier", RequestTooLarge, byKind, firm, "relays"},
	{"content_filter", ContentPolicy, byKind, firm, "Azure, Moonshot, OpenAI as a finish reason"},
	{"content_policy_violation", ContentPolicy, byKind, firm, "OpenAI"},
	{"ResponsibleAIPolicyViolation", ContentPolicy, byKind, firm, "Azure"},
	{"moderation_blocked", ContentPolicy, byKind, firm, "OpenAI"},
	{"invalid_prompt", ContentPolicy, byKind, weak, "OpenAI: the prompt was flagged"},
	{"cyber_policy", ContentPolicy, byKind, firm, "OpenAI"},
	{"data_inspection_failed", ContentPolicy, byKind, firm, "DashScope"},
	{"SensitiveContentDetected", ContentPolicy, byKind, firm, "Volcengine"},
	{"sensitive_words_detected", ContentPolicy, byKind, firm, "new-api"},
	{"prompt_blocked", ContentPolicy, byKind, firm, "new-api"},
	{"SAFETY", ContentPolicy, byKind, firm, "Google, as a finish reason"},
	{"PROHIBITED_CONTENT", ContentPolicy, byKind, firm, "Google"},
	{"BLOCKLIST", ContentPolicy, byKind, firm, "Google"},
	{"RECITATION", ContentPolicy, byKind, firm, "Google"},
	{"SPII", ContentPolicy, byKind, firm, "Google"},
	{"IMAGE_SAFETY", ContentPolicy, byKind, firm, "Google"},
	{"sensitive", ContentPolicy, byKind, firm, "Zhipu, as a finish reason"},
	{"refusal", ContentPolicy, byKind, firm, "Anthropic, as a stop reason"},
	{"unsupported_parameter", BadRequest, byKind, firm, "OpenAI"},
	{"unsupported_value", BadRequest, byKind, firm, "OpenAI"},
	{"unknown_parameter", BadRequest, byKind, firm, "OpenAI"},
	{"missing_required_parameter", BadRequest, byKind, firm, "OpenAI"},
	{"invalid_encrypted_content", BadRequest, byKind, firm, "OpenAI"},
	{"MissingParameter", BadRequest, byKind, firm, "Volcengine"},
}

// stem is a part of a code that says enough in codes nobody has seen yet.
type stem struct {
	parts  string // alternatives, squashed
	kind   Kind
	weight weight
}

// stemRows are tried in order on every code, type and reason without a row of
// its own.
var stemRows = []stem{
	{"contextlength|contextwindow|contextsize|contexttoolong|prompttoolong|inputtoolong|inputlength|maxcontext|tokenlimitexceededforprompt", ContextOverflow, firm},
	{"requesttoolarge|payloadtoolarge|entitytoolarge|bodytoolarge", RequestTooLarge, firm},
	{"contentfilter|contentpolicy|contentmoderation|contentblocked|moderation|sensitivecontent|contentdetected|inspectionfailed|inappropriate|policyviolation|contentsafety|safetyblock|promptblock", ContentPolicy, firm},
	{"insufficientbalance|balanceinsufficient|insufficientcredit|insufficientfund|notenoughbalance|notenoughcredit|nobalance|nocredit|outofcredit|creditexhausted|creditsexhausted|balanceexhausted|creditbalance|lowbalance|arrear|overdue|billing|payment|unpaid|spendlimit|spendinglimit|budgetexceeded|exceededbudget|tokenbudget|resourcepack|recharge|noresourcepackage", Billing, firm},
	{"perday|daily|rpdlimit|limitrpd|tpdlimit|weekly|perweek|monthly|permonth|hourlimit|planlimit|accountquota|organizationquota|subscriptionquota", QuotaWindow, firm},
	{"perminute|persecond|rpmlimit|limitrpm|tpmlimit|rpmexceeded|tpmexceeded|rpmratelimit|tpmratelimit|ratequota|burstrate", RateLimit, firm},
	{"invalidapikey|apikeyinvalid|invalidkey|wrongapikey|apikeyexpired|invalidtoken|tokenexpired|invalidcredential|authfailure|authenticationfail|unauthenticated|unauthorized|invalidaccesskey|signaturedoesnotmatch", Auth, firm},
	{"modelnotfound|modelnotexist|modeldoesnotexist|unknownmodel|invalidmodel|nosuchmodel|unsupportedmodel|modelnotsupported|modeldeprecated|modelretired", ModelNotFound, firm},
	{"usagelimit|quotaexceeded|quotaexhausted", QuotaWindow, weak},
	{"overload|capacity|serverbusy|toobusy|systembusy|nodeployment", Overloaded, weak},
	{"ratelimit|throttl|toomanyrequests|concurren|limitexceeded|requestlimit", RateLimit, weak},
	{"authentication|unauthoriz", Auth, weak},
	{"permission|accessdenied|forbidden|notallowed|notentitled|notauthorized", Permission, weak},
	{"timeout|timedout", Timeout, weak},
	{"notfound", ModelNotFound, weak},
	{"invalidparam|invalidargument|validation|badrequest", BadRequest, weak},
	{"unavailable", Overloaded, weak},
}
