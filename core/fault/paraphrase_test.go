package fault_test

import (
	"fmt"
	"testing"

	"github.com/hermes-gateway/hermes/core/fault"
)

// TestParaphrases says in words that no vendor is known to use what vendors
// say: the tables must read sentences, not quotations. Every text goes in plain
// and as an OpenAI error without a code.
func TestParaphrases(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status int
		text   string
		kind   fault.Kind
	}{
		{429, "Your account has run out of credits. Please top up to keep going.", fault.Billing},
		{403, "Account balance is not enough for this call, recharge first.", fault.Billing},
		{400, "There are no funds left in your wallet.", fault.Billing},
		{429, "We could not charge your card; please update your payment method.", fault.Billing},
		{403, "This workspace has an unpaid invoice and was paused.", fault.Billing},
		{500, "upstream: insufficient balance", fault.Billing},
		{403, "Your prepaid balance is exhausted", fault.Billing},
		{429, "Your free trial has ended. Add credits to continue.", fault.Billing},
		{400, "账户可用余额不足，请前往控制台充值", fault.Billing},
		{403, "您的账号已欠费停服", fault.Billing},
		{402, "Please wait a few minutes after paying before you try again.", fault.Billing},
		{402, "Daily limit busy: $3.20 of your balance is reserved by ongoing requests, retry once they are done.", fault.BudgetHold},
		{402, "Not enough credits while 4 in-flight requests hold the rest. Try again when they settle.", fault.BudgetHold},
		{429, "Your balance is fully reserved by pending requests.", fault.BudgetHold},
		{402, "余额被进行中的请求冻结，请等待完成", fault.BudgetHold},
		{429, "You have used up today's allowance: daily quota of 50 requests reached.", fault.QuotaWindow},
		{403, "Weekly message limit reached. It resets on Monday.", fault.QuotaWindow},
		{402, "Your monthly allowance is used up and renews on the 1st.", fault.QuotaWindow},
		{400, "You reached your 5-hour usage cap.", fault.QuotaWindow},
		{429, "Usage limit reached, resets in 3 hours 20 minutes", fault.QuotaWindow},
		{429, "Claude AI usage limit reached|1999999999", fault.QuotaWindow},
		{429, "5-hour limit reached ∙ resets 6:30pm (Asia/Calcutta)", fault.QuotaWindow},
		{429, "Too many requests, retry after 52220 seconds", fault.QuotaWindow},
		{429, "今日免费次数已用完，请明天再试", fault.QuotaWindow},
		{429, "已达到每周使用上限，额度将在 2026-12-30 08:00:00 恢复", fault.QuotaWindow},
		{200, "error: daily token quota exceeded", fault.QuotaWindow},
		{429, "Slow down! You may send 20 requests per minute.", fault.RateLimit},
		{429, "TPM limit hit, try again in 12s", fault.RateLimit},
		{503, "Rate limit exceeded, please retry in 3 seconds", fault.RateLimit},
		{400, "Requests are being throttled, reduce your request rate.", fault.RateLimit},
		{429, "Maximum number of concurrent requests (2) reached", fault.RateLimit},
		{429, "请求过于频繁，30秒后重试", fault.RateLimit},
		{403, "当前并发请求数超过限制", fault.RateLimit},
		{400, "The API key you sent is not valid.", fault.Auth},
		{403, "API key has been revoked by its owner", fault.Auth},
		{500, "upstream said: incorrect API key provided", fault.Auth},
		{401, "密钥无效", fault.Auth},
		{400, "access token expired", fault.Auth},
		{403, "You lack permission to use this endpoint", fault.Permission},
		{400, "This service is not available in your country", fault.Permission},
		{429, "gpt-9 is not included in your current plan, upgrade to use it", fault.Permission},
		{403, "您没有权限使用该服务", fault.Permission},
		{400, "Unknown model: foo-1", fault.ModelNotFound},
		{422, "The model foo-1 was retired on May 1st and is no longer available", fault.ModelNotFound},
		{500, "model foo-1 not found", fault.ModelNotFound},
		{400, "模型不存在，请检查", fault.ModelNotFound},
		{429, "All our servers are busy right now, come back soon", fault.Overloaded},
		{500, "The service is overloaded", fault.Overloaded},
		{502, "当前服务繁忙，请稍后再试", fault.Overloaded},
		{200, "Service temporarily unavailable, please try again", fault.Overloaded},
		{429, "We are out of capacity in this region", fault.Overloaded},
		{500, "request timed out while waiting for the model", fault.Timeout},
		{0, "dial tcp: lookup api.example.com: no such host", fault.Network},
		{0, "read: connection reset by peer", fault.Network},
		{0, "remote error: tls: handshake failure", fault.Network},
		{0, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", fault.Timeout},
		{200, "Unexpected token < in JSON at position 0", fault.Malformed},
		{400, "Your prompt is too long for the context window of this model", fault.ContextOverflow},
		{413, "Input exceeds the maximum context of 32k tokens", fault.ContextOverflow},
		{400, "输入长度超过模型最大上下文", fault.ContextOverflow},
		{500, "context length exceeded: 140000 > 128000", fault.ContextOverflow},
		{400, "request body is too large", fault.RequestTooLarge},
		{429, "Request too large for x: your limit is 30000 tokens per minute, requested 40000", fault.RequestTooLarge},
		{400, "The prompt was flagged by our moderation system", fault.ContentPolicy},
		{403, "内容涉嫌违规，已被拦截", fault.ContentPolicy},
		{200, "The response was blocked by the content filter", fault.ContentPolicy},
		{400, "unsupported parameter: 'logit_bias'", fault.BadRequest},
		{422, "temperature: value must be between 0 and 2", fault.BadRequest},
		{400, "messages must alternate; got 'rate limit 429' as a role", fault.BadRequest},
	}
	for _, tc := range tests {
		shapes := map[string]string{"plain": tc.text, "json": fmt.Sprintf(`{"error":{"message":%q,"type":null,"code":null}}`, tc.text)}
		for shape, body := range shapes {
			t.Run(tc.text+"/"+shape, func(t *testing.T) {
				t.Parallel()
				got := fault.Classify(fault.Evidence{Status: tc.status, Body: []byte(body)})
				if got.Kind != tc.kind {
					t.Errorf("got %s (%s), want %s", got.Kind, got.Rule, tc.kind)
				}
			})
		}
	}
}
