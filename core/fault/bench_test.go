package fault_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hermes-gateway/hermes/core/fault"
)

func benchmark(b *testing.B, e fault.Evidence) {
	b.Helper()
	b.ReportAllocs()
	b.SetBytes(int64(len(e.Body)))
	for b.Loop() {
		if fault.Classify(e).Kind == fault.None {
			b.Fatal("no kind")
		}
	}
}

func BenchmarkClassifyTypical(b *testing.B) {
	body := `{"error":{"message":"Rate limit reached for gpt-4o in organization org-uVqpjtJiKqvVJMVfvpaounIh on tokens per min (TPM): Limit 30000, Used 29937, Requested 385. ` +
		`Please try again in 644ms. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}`
	benchmark(b, fault.Evidence{
		Status: 429, Body: []byte(body), Now: time.Unix(1.7e9, 0),
		Header: http.Header{"Retry-After": {"1"}, "X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Tokens": {"644ms"}, "Content-Type": {"application/json"}},
	})
}

func BenchmarkClassifyCode(b *testing.B) {
	benchmark(b, fault.Evidence{Status: 429, Now: time.Unix(1.7e9, 0), Body: []byte(`{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`)})
}

// BenchmarkClassify64K reads prose as long as the bound lets it.
func BenchmarkClassify64K(b *testing.B) {
	text := strings.Repeat("please try again later because the upstream is not well today ", 1100)
	benchmark(b, fault.Evidence{Status: 500, Now: time.Unix(1.7e9, 0), Body: []byte(text[:64<<10])})
}

// BenchmarkClassify64KJSON reads an endless list of errors.
func BenchmarkClassify64KJSON(b *testing.B) {
	body := append([]byte(`{"errors":[`), bytes.Repeat([]byte(`{"code":"some_unknown_code","message":"reading line 5 of \"x\" failed"},`), 1000)...)
	benchmark(b, fault.Evidence{Status: 500, Now: time.Unix(1.7e9, 0), Body: body[:64<<10]})
}
