package fault_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func classify(status int, body string) fault.Fault {
	return fault.Classify(fault.Evidence{Status: status, Body: []byte(body), Now: noon})
}

// TestTraps has one row for every known way of being fooled.
func TestTraps(t *testing.T) {
	t.Parallel()
	const (
		openaiQuota = `{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}`
		geminiQuota = `{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]}]}}`
		saturated   = `当前分组上游负载已饱和，请稍后再试`
	)
	tests := []struct {
		trap     string
		evidence fault.Evidence
		want     fault.Kind
	}{
		{"same words: OpenAI means money", fault.Evidence{Status: 429, Body: []byte(openaiQuota)}, fault.Billing},
		{"same words: Gemini means a minute", fault.Evidence{Status: 429, Body: []byte(geminiQuota)}, fault.RateLimit},
		{"same code: 1301 as a content filter", fault.Evidence{Provider: "zhipu", Status: 400, Body: []byte(`{"error":{"code":"1301","message":"系统检测到内容可能包含敏感信息"}}`)}, fault.ContentPolicy},
		{"same code: 1301 as too many visitors", fault.Evidence{Provider: "zhipu", Status: 200, Body: []byte(`data: {"last_error":{"code":"1301","message":"当前访问人数过多，请稍后重试"}}`)}, fault.Overloaded},
		{"same code: 1002 is another vendor's rate limit", fault.Evidence{Status: 200, Body: []byte(`{"base_resp":{"status_code":1002,"status_msg":""}}`)}, fault.RateLimit},
		{"same code: 1002 is a key at Zhipu", fault.Evidence{Provider: "zhipu", Status: 401, Body: []byte(`{"error":{"code":"1002","message":""}}`)}, fault.Auth},
		{"same code: Cerebras minute", fault.Evidence{Status: 429, Body: []byte(`{"message":"Tokens per minute limit exceeded - too many tokens processed.","code":"token_quota_exceeded"}`)}, fault.RateLimit},
		{"same code: Cerebras day", fault.Evidence{Status: 429, Body: []byte(`{"message":"Tokens per day limit exceeded - too many tokens processed.","code":"token_quota_exceeded"}`)}, fault.QuotaWindow},
		{"relays rewrite messages: the code is right", fault.Evidence{Status: 429, Body: []byte(`{"error":{"message":"` + saturated + `","code":"insufficient_user_quota"}}`)}, fault.Billing},
		{"relays rewrite messages: no code, 429", fault.Evidence{Status: 429, Body: []byte(`{"error":{"message":"` + saturated + `"}}`)}, fault.RateLimit},
		{"relays rewrite messages: no code, 502", fault.Evidence{Status: 502, Body: []byte(`{"error":{"message":"` + saturated + `"}}`)}, fault.Overloaded},
		{"relays wrap: 503 around 402", fault.Evidence{Status: 503, Body: []byte(`{"error":{"message":"[x/y] [402]: {\"error\":{\"title\":\"Paid Model\"}}"}}`)}, fault.Billing},
		{"type lies: invalid_request_error on billing", fault.Evidence{Status: 400, Body: []byte(`{"error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}`)}, fault.Billing},
		{"type lies: rate_limit_error on a monthly cap", fault.Evidence{Status: 429, Body: []byte(`{"error":{"type":"rate_limit_error","message":"crossed its monthly API usage threshold"}}`)}, fault.QuotaWindow},
		{"too large never clears: OpenAI", fault.Evidence{Status: 429, Body: []byte(`{"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 30601.","code":"rate_limit_exceeded"}}`)}, fault.RequestTooLarge},
		{"plan entitlements never clear", fault.Evidence{Status: 429, Body: []byte(`{"error":{"code":"1311","message":"Your current subscription plan does not yet include access to GLM-5"}}`)}, fault.Permission},
		{"limit 0 never clears", fault.Evidence{Status: 429, Body: []byte(`{"error":{"message":"Quota exceeded for metric: x, limit: 0\nPlease retry in 12s.","details":[{"retryDelay":"12s"}]}}`)}, fault.Permission},
		{"too many tokens as a throttle", fault.Evidence{Status: 429, Body: []byte(`{"message":"Too many tokens, please wait before trying again."}`)}, fault.RateLimit},
		{"too many tokens as an overflow", fault.Evidence{Status: 400, Body: []byte(`{"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081"}`)}, fault.ContextOverflow},
		{"max_tokens as a parameter", fault.Evidence{Status: 400, Body: []byte(`{"error":{"message":"Unsupported parameter: 'max_tokens'","param":"max_tokens"}}`)}, fault.BadRequest},
		{"max_tokens as money", fault.Evidence{Status: 402, Body: []byte(`{"error":{"message":"This request requires more credits, or fewer max_tokens."}}`)}, fault.Billing},
		{"a validation error echoes the prompt", fault.Evidence{Status: 422, Body: []byte(`{"detail":[{"msg":"Extra inputs are not permitted","input":{"content":"why 429 rate limit, insufficient_quota?"}}]}`)}, fault.BadRequest},
		{"the echo alone is no evidence", fault.Evidence{Status: 400, Body: []byte(`{"error":{"message":"bad"},"request":{"message":"insufficient_quota"},"messages":[{"message":"overloaded"}]}`)}, fault.BadRequest},
		{"wait proves nothing", fault.Evidence{Status: 402, Body: []byte(`{"detail":"You have insufficient credit. Once you purchase credit, please wait a few minutes before trying again."}`)}, fault.Billing},
		{"our own calls hold the balance", fault.Evidence{Status: 402, Body: []byte(`{"error":{"message":"Insufficient available balance, in use by pending requests: $0.19"}}`)}, fault.BudgetHold},
		{"billing words in a limit per minute", fault.Evidence{Status: 429, Body: []byte(`Rate limit reached on requests per min. Limit: 3 / min. Add a payment method at https://platform.openai.com/account/billing`)}, fault.RateLimit},
		{"words in links are no evidence", fault.Evidence{Status: 500, Body: []byte(`{"error":{"message":"Oops. See https://example.com/docs/insufficient-balance/rate-limits?overloaded"}}`)}, fault.ServerError},
		{"a 402 is money whatever it says", fault.Evidence{Status: 402, Body: []byte(`{"error":{"type":"upstream_error","message":"Service temporarily unavailable. Please try again."}}`)}, fault.Billing},
		{"403 is rarely the key: moderation", fault.Evidence{Status: 403, Body: []byte(`{"error":{"message":"Your input was flagged for \"x\". No credits were charged.","code":403}}`)}, fault.ContentPolicy},
		{"200 with an error inside, then [DONE]", fault.Evidence{Status: 200, Streamed: true, Body: []byte("data: {\"error\":{\"message\":\"boom\"}}\n\ndata: [DONE]\n")}, fault.ServerError},
		{"a success code before the error", fault.Evidence{Status: 200, Body: []byte("data: {\"base_resp\":{\"status_code\":0}}\ndata: {\"base_resp\":{\"status_code\":2056}}\n")}, fault.QuotaWindow},
		{"the answer's own text is no evidence", fault.Evidence{Status: 200, Streamed: true, Body: []byte("data: {\"choices\":[{\"delta\":{\"content\":\"insufficient_quota means you are out of credits\"}}]}\n")}, fault.Malformed},
		{"a per-day quota with a short delay", fault.Evidence{Status: 429, Body: []byte(`{"error":{"details":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"},{"retryDelay":"17s"}]}}`)}, fault.QuotaWindow},
		{"a day's bucket that refills all the time", fault.Evidence{Status: 429, Body: []byte(`Rate limit reached on tokens per day (TPD): Limit 200000. Please try again in 17.8s.`)}, fault.RateLimit},
		{"a rate limit that lasts hours", fault.Evidence{Status: 429, Header: http.Header{"Retry-After": {"52220"}}, Body: []byte(`Too many requests`)}, fault.QuotaWindow},
	}
	for _, tc := range tests {
		t.Run(tc.trap, func(t *testing.T) {
			t.Parallel()
			tc.evidence.Now = noon
			if got := fault.Classify(tc.evidence); got.Kind != tc.want {
				t.Errorf("got %s (%s), want %s", got.Kind, got.Rule, tc.want)
			}
		})
	}
}

func TestShapes(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"error":`, 5000)
	tests := map[string]string{
		"object":            `{"error":{"code":"insufficient_quota","type":"x","message":"m"}}`,
		"error is text":     `{"error":"insufficient balance"}`,
		"code beside":       `{"code":"insufficient_quota","error":"m"}`,
		"flat":              `{"code":"insufficient_quota","message":"m"}`,
		"object error":      `{"object":"error","message":"insufficient balance"}`,
		"message only":      `{"message":"insufficient balance"}`,
		"detail text":       `{"detail":"insufficient balance"}`,
		"detail object":     `{"detail":{"status":"insufficient_balance","message":"m"}}`,
		"problem":           `{"title":"Insufficient balance","detail":"d","status":402}`,
		"name and errors":   `{"name":"payment_required","errors":["lacking credits"]}`,
		"success false":     `{"success":false,"errors":[{"code":7,"message":"insufficient balance"}]}`,
		"base_resp":         `{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}`,
		"error_code":        `{"error_code":19,"error_msg":"Open api total request limit reached"}`,
		"ErrorMsg":          `{"ErrorMsg":{"Code":"FailedOperation.ResourcePackExhausted","Message":"m"}}`,
		"Response.Error":    `{"Response":{"Error":{"Code":"ResourceUnavailable.InArrears","Message":"m"}}}`,
		"error.data":        `{"error":{"data":{"code":"x","msg":"insufficient balance"}}}`,
		"array":             `[{"error":{"message":"insufficient balance"}}]`,
		"json in message":   `{"error":{"message":"{\"error\":{\"code\":\"insufficient_quota\"}}"}}`,
		"json in json":      `{"error":{"message":"{\"error\":{\"message\":\"{\\\"code\\\":\\\"insufficient_quota\\\"}\"}}"}}`,
		"metadata.raw":      `{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"code\":\"insufficient_quota\"}}"}}}`,
		"python repr":       `{"error":{"message":"Error - {'error': {'message': \"it's\", 'code': 'insufficient_quota', 'param': None}}"}}`,
		"relay prefix":      `[openai/gpt] [402]: {"error":{"message":"no"}}`,
		"plain":             `insufficient balance`,
		"bytes order mark":  "\xef\xbb\xbf" + `{"error":{"code":"insufficient_quota"}}`,
		"html":              `<html><head><title>Insufficient balance</title></head></html>`,
		"sse":               "event: error\ndata: {\"error\":{\"code\":\"insufficient_quota\"}}\n\n",
		"sse after comment": ": PROCESSING\n\ndata: {\"error\":{\"code\":\"insufficient_quota\"}}\n\n",
		"responses failed":  "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"insufficient_quota\"}}}\n",
		"truncated":         `{"error":{"message":"You have insufficient balance, pl`,
		"truncated code":    `{"error":{"code":"insufficient_quota","mess`,
		"escapes":           `{"error":{"message":"\u4f59\u989d\u4e0d\u8db3 \ud83d\ude00 \ud83d"}}`,
		"stray quotes":      `{"error":{"message":"insufficient balance""}}`,
		"code in prose":     `403 NOT_ENOUGH_BALANCE`,
		"deep":              `{"code":"insufficient_quota","x":` + deep,
		"long":              `{"code":"insufficient_quota","x":"` + strings.Repeat("a", 1<<20),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// 418 has no meaning of its own: what is found is in the body.
			status := 418
			if name == "relay prefix" {
				status = 502
			}
			if got := classify(status, body); got.Kind != fault.Billing {
				t.Errorf("got %s (%s), want billing", got.Kind, got.Rule)
			}
		})
	}
}

func TestStatusAlone(t *testing.T) {
	t.Parallel()
	tests := map[int]fault.Kind{
		400: fault.BadRequest, 401: fault.Auth, 402: fault.Billing, 403: fault.Permission, 404: fault.ModelNotFound,
		405: fault.BadRequest, 408: fault.Timeout, 410: fault.ModelNotFound, 413: fault.RequestTooLarge, 422: fault.BadRequest,
		424: fault.ServerError, 429: fault.RateLimit, 498: fault.Overloaded, 499: fault.Network, 500: fault.ServerError,
		502: fault.ServerError, 503: fault.Overloaded, 504: fault.Timeout, 520: fault.ServerError, 522: fault.Timeout,
		524: fault.Timeout, 529: fault.Overloaded, 200: fault.Malformed, 302: fault.ServerError, 0: fault.Network,
	}
	for status, want := range tests {
		if got := classify(status, ""); got.Kind != want || got.Status != status {
			t.Errorf("%d: got %s (%s) with status %d, want %s", status, got.Kind, got.Rule, got.Status, want)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   fault.Scope
	}{
		{"billing", 402, ``, fault.AccountScope},
		{"auth", 401, ``, fault.AccountScope},
		{"rate limit", 429, ``, fault.AccountScope},
		{"rate limit of a model", 429, "Rate limit reached for model `x` on requests per minute", fault.ModelScope},
		{"rate limit of a model in an organization", 429, "Rate limit reached for gpt-4 in organization org-1 on tokens per min (TPM)", fault.ModelScope},
		{"gemini's quota per model", 429, `{"error":{"details":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}}`, fault.ModelScope},
		{"volcengine's limit per model", 429, `{"error":{"code":"SetLimitExceeded"}}`, fault.ModelScope},
		{"dashscope's free tier per model", 403, `{"error":{"code":"AllocationQuota.FreeTierOnly"}}`, fault.ModelScope},
		{"a plan without the model", 403, `{"message":"This model is not available in your subscription tier"}`, fault.ModelScope},
		{"openrouter's free requests", 429, `{"error":{"message":"Rate limit exceeded: free-models-per-day"}}`, fault.AccountScope},
		{"an api key's rate", 429, `you've exceeded the rate limit on your API key.`, fault.KeyScope},
		{"an api key's budget", 403, `{"error":{"message":"Key limit exceeded (monthly limit)"}}`, fault.KeyScope},
		{"a relay's token", 403, `{"error":{"message":"token quota is not enough, token remain quota: 1, need quota: 2"}}`, fault.KeyScope},
		{"a relay's own key upstream", 429, `{"error":{"message":"Provider returned error","metadata":{"raw":"rate limit","is_byok":false}}}`, fault.ModelScope},
		{"unknown model", 404, ``, fault.ModelScope},
		{"overflow", 400, `{"error":{"code":"context_length_exceeded"}}`, fault.RequestScope},
		{"too large", 413, ``, fault.RequestScope},
		{"policy", 400, `{"error":{"code":"content_filter"}}`, fault.RequestScope},
		{"mistake", 400, ``, fault.RequestScope},
		{"overload", 503, ``, fault.AccountScope},
		{"azure's day is one request that is too large", 429, `have exceeded token rate limit of your current S0 pricing tier. Please retry after 86400 seconds.`, fault.RequestScope},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := classify(tc.status, tc.body); got.Scope != tc.want {
				t.Errorf("got %s (%s, %s), want %s", got.Scope, got.Kind, got.Rule, tc.want)
			}
		})
	}
}

func TestCodeIsClean(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"error":{"code":"insufficient_quota","type":"x"}}`:                          "insufficient_quota",
		`{"error":{"code":429,"type":"tokens"}}`:                                      "tokens",
		`{"error":{"code":"1113"}}`:                                                   "1113",
		`{"error":{"code":"personal-team-blocked:spending-limit"}}`:                   "personal-team-blocked:spending-limit",
		`{"error":{"code":"a<b>\u0007\"c/d"}}`:                                        "abcd",
		`{"error":{"code":"` + strings.Repeat("x", 90) + `"}}`:                        strings.Repeat("x", 64),
		`{"code":"Some resource has been exhausted","error":"no"}`:                    "no",
		`{"error":{"code":null,"type":"None","message":"m m"}}`:                       "",
		`{"error":{"code":"","message":"m m","type":"https://example.com/errors/1"}}`: "",
	}
	for body, want := range tests {
		if got := classify(429, body); got.Code != want {
			t.Errorf("%s: got %q, want %q", body, got.Code, want)
		}
	}
}

func TestTimesByKind(t *testing.T) {
	t.Parallel()
	header := func(wait string) http.Header { return http.Header{"Retry-After": {wait}} }
	tests := []struct {
		name string
		e    fault.Evidence
		wait time.Duration
		at   time.Time
	}{
		{"a rate limit waits", fault.Evidence{Status: 429, Header: header("7")}, 7 * time.Second, time.Time{}},
		{"a hold waits", fault.Evidence{Status: 402, Header: header("7"), Body: []byte(`{"error":{"code":"daily_limit_busy"}}`)}, 7 * time.Second, time.Time{}},
		{"an overload waits", fault.Evidence{Status: 529, Header: header("7")}, 7 * time.Second, time.Time{}},
		{"nobody pays in seconds", fault.Evidence{Status: 402, Header: header("7")}, 0, time.Time{}},
		{"a key does not mend by waiting", fault.Evidence{Status: 401, Header: header("7")}, 0, time.Time{}},
		{"nor does a relay's cooldown make a model", fault.Evidence{Status: 404, Body: []byte(`not found (reset after 2m)`)}, 0, time.Time{}},
		{"the later time of a window counts", fault.Evidence{Status: 429, Header: http.Header{
			"Retry-After": {"7200"}, "Anthropic-Ratelimit-Unified-Status": {"rejected"}, "Anthropic-Ratelimit-Unified-Reset": {"1772715600"},
		}}, 2 * time.Hour, noon.Add(2 * time.Hour)},
		{"past times are ignored", fault.Evidence{Status: 429, Body: []byte(`{"error":{"resets_at":1600000000}}`)}, 0, time.Time{}},
		{"absurd times are capped", fault.Evidence{Status: 429, Body: []byte(`{"error":{"type":"usage_limit_reached","resets_in_seconds":9e8}}`)}, 366 * 24 * time.Hour, time.Time{}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.e.Now = noon
			if got := fault.Classify(tc.e); got.RetryAfter != tc.wait || !got.ResetAt.Equal(tc.at) {
				t.Errorf("got %v at %v (%s, %s), want %v at %v", got.RetryAfter, got.ResetAt, got.Kind, got.Rule, tc.wait, tc.at)
			}
		})
	}
}

// TestRulesAreNamed checks that a reader can find the row that decided.
func TestRulesAreNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		classify(429, `{"error":{"code":"INSUFFICIENT-QUOTA"}}`).Rule: "code insufficient_quota",
		classify(402, ``).Rule: "status 402",
		classify(400, `{"error":{"message":"Your credit balance is too low"}}`).Rule:                   "phrase insufficient + balance",
		classify(429, `{"base_resp":{"status_code":2056}}`).Rule:                                       "code minimax 2056",
		classify(429, `{"error":{"code":"xyz_daily_limit"}}`).Rule:                                     "code part perday",
		fault.Classify(fault.Evidence{Status: 429, Header: http.Header{"Retry-After": {"9999"}}}).Rule: "status 429, long wait",
	}
	for got, want := range tests {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
