package fault

import (
	"net/http"
	"testing"
	"time"
)

// noon is a Thursday.
var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func TestProseTime(t *testing.T) {
	t.Parallel()
	at := func(s string) stated {
		p, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return stated{at: p}
	}
	wait := func(d time.Duration) stated { return stated{wait: d} }
	tests := []struct {
		text string
		want stated
	}{
		{"Please try again in 6ms.", wait(6 * time.Millisecond)},
		{"Please try again in 1.574s. Visit", wait(1574 * time.Millisecond)},
		{"try again in 7m12s", wait(7*time.Minute + 12*time.Second)},
		{"Please try again in 1h53m56.832s. Need", wait(time.Hour + 53*time.Minute + 56832*time.Millisecond)},
		{"reset after 19h14m47s.", wait(19*time.Hour + 14*time.Minute + 47*time.Second)},
		{"retry after 52220 seconds", wait(52220 * time.Second)},
		{"Please wait 5631 seconds before retrying.", wait(5631 * time.Second)},
		{"retry in about 5 minutes", wait(5 * time.Minute)},
		{"Try again in 2 days 3 hours", wait(51 * time.Hour)},
		{"resets in 1 hour, 5 minutes and 3 seconds", wait(time.Hour + 5*time.Minute + 3*time.Second)},
		{"Retry-After: 30", wait(30 * time.Second)},
		{"retry_delay {\n  seconds: 56\n}", wait(56 * time.Second)}, // gRPC, as Python prints it
		{"Your rate limit resets in ~30s.", wait(30 * time.Second)},
		{"请在 52 秒后重试", wait(52 * time.Second)},
		{"请求过于频繁，30秒后重试", wait(30 * time.Second)},
		{"额度将于 3 小时后恢复", wait(3 * time.Hour)},
		{"will reset at 2026-03-05 22:30:00", at("2026-03-05T22:30:00+08:00")},
		{"您的限额将在 2026-03-05 22:30:00 重置", at("2026-03-05T22:30:00+08:00")},
		{"It will reset at 2026-03-06 10:00:00 +0800 CST. Request", at("2026-03-06T10:00:00+08:00")},
		{"resets at: 2026-03-06T10:13:01+0000", at("2026-03-06T10:13:01Z")},
		{"reset at 2026-03-06T10:13:01.25Z", at("2026-03-06T10:13:01Z")},
		{"You will regain access on 2026-05-01 at 00:00 UTC.", at("2026-05-01T00:00:00Z")},
		{"quota resets on 2026-05-01", at("2026-05-01T00:00:00Z")},
		{"usage limit reached|1772800000", at("2026-03-06T12:26:40Z")},
		{"limit reached ∙ resets 6:30pm (Asia/Calcutta)", at("2026-03-05T18:30:00+05:30")},
		{"resets 5am (America/New_York)", at("2026-03-06T05:00:00-05:00")},
		{"resets 3pm", at("2026-03-05T15:00:00Z")},
		{"resets 11am", at("2026-03-06T11:00:00Z")},
		{"resets Mar 9, 5pm (Europe/London)", at("2026-03-09T17:00:00Z")},
		{"try again at Nov 21st, 2026 2:07 PM.", at("2026-11-21T14:07:00Z")},
		{"resets Jan 2", stated{}}, // two months ago: no time at all
		{"reset at 2020-01-01 00:00:00", stated{}},
		{"will reset at 2199-01-01 00:00:00", stated{at: noon.Add(maxWait)}},
		{"retry after 99999999 seconds", stated{wait: maxWait}},
		{"Your quota will reset after 0s.", stated{}},
		{"please wait a few minutes before trying again", stated{}},
		{"try again later. Limit: 30 / min", stated{}},
		{"retry after 3 attempts", stated{}},
		{"You can retry your request 2 times", stated{}},
		{"Please try again. 50% of your quota is left", stated{}},
		{"wait for 10% of the queue", stated{}},
		{"resets 6:30pm (Not/AZone)", at("2026-03-05T18:30:00Z")},
		{"resets at 25:99", stated{}},
		{"no time here", stated{}},
	}
	for _, tc := range tests {
		t.Run(tc.text, func(t *testing.T) {
			t.Parallel()
			got := proseTime([]byte(tc.text), noon)
			if got.wait != tc.want.wait || !got.at.Equal(tc.want.at) {
				t.Errorf("got %v at %v, want %v at %v", got.wait, got.at, tc.want.wait, tc.want.at)
			}
		})
	}
}

func TestParseWhen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value string
		unit  time.Duration
		want  stated
	}{
		{"7", time.Second, stated{wait: 7 * time.Second}},
		{"0.5", time.Second, stated{wait: 500 * time.Millisecond}},
		{"1500", time.Millisecond, stated{wait: 1500 * time.Millisecond}},
		{"1772800000", time.Second, stated{at: time.Unix(1772800000, 0)}},
		{"1772800000000", time.Second, stated{at: time.Unix(1772800000, 0)}},
		{"1772800000.5", time.Second, stated{at: time.UnixMilli(1772800000500)}},
		{"6m0s", time.Second, stated{wait: 6 * time.Minute}},
		{"539.477544ms", time.Second, stated{wait: 539477544}},
		{"56s", time.Second, stated{wait: 56 * time.Second}},
		{"2026-03-06T00:00:00Z", time.Second, stated{at: noon.Add(12 * time.Hour)}},
		{"Thu, 05 Mar 2026 12:05:00 GMT", time.Second, stated{at: noon.Add(5 * time.Minute)}},
		{"Thu, 05 Mar 2020 12:05:00 GMT", time.Second, stated{}},
		{"999999999", time.Second, stated{wait: maxWait}},
		{"0", time.Second, stated{}},
		{"-5", time.Second, stated{}},
		{"NaN", time.Second, stated{}},
		{"Inf", time.Second, stated{}},
		{"1e400", time.Second, stated{}},
		{"soon", time.Second, stated{}},
		{"", time.Second, stated{}},
	}
	for _, tc := range tests {
		t.Run(tc.value, func(t *testing.T) {
			t.Parallel()
			got := parseWhen(tc.value, tc.unit, noon)
			if (got.wait-tc.want.wait).Abs() > time.Microsecond || !got.at.Equal(tc.want.at) {
				t.Errorf("got %v at %v, want %v at %v", got.wait, got.at, tc.want.wait, tc.want.at)
			}
		})
	}
}

func TestHeaderTimes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header http.Header
		want   stated
	}{
		"retry-after in seconds":          {http.Header{"Retry-After": {"7"}}, stated{wait: 7 * time.Second}},
		"retry-after as a date":           {http.Header{"Retry-After": {"Thu, 05 Mar 2026 12:01:00 GMT"}}, stated{at: noon.Add(time.Minute)}},
		"milliseconds are finer":          {http.Header{"Retry-After": {"2"}, "Retry-After-Ms": {"1500"}}, stated{wait: 1500 * time.Millisecond}},
		"the window counts, not 300 s":    {http.Header{"Retry-After": {"300"}, "Anthropic-Ratelimit-Unified-Reset": {"1772722800"}}, stated{wait: 300 * time.Second, at: noon.Add(3 * time.Hour)}},
		"openai's spent window":           {http.Header{"X-Ratelimit-Reset-Tokens": {"6m0s"}, "X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Reset-Requests": {"24h0m0s"}, "X-Ratelimit-Remaining-Requests": {"59"}}, stated{wait: 6 * time.Minute}},
		"a window with something left":    {http.Header{"X-Ratelimit-Reset-Tokens": {"6m0s"}, "X-Ratelimit-Remaining-Tokens": {"500"}}, stated{}},
		"a window that says no remaining": {http.Header{"X-Ratelimit-Reset": {"1772712060"}}, stated{at: noon.Add(time.Minute)}},
		"anthropic's rfc 3339":            {http.Header{"Anthropic-Ratelimit-Requests-Reset": {"2026-03-05T12:00:30Z"}, "Anthropic-Ratelimit-Requests-Remaining": {"0"}}, stated{at: noon.Add(30 * time.Second)}},
		"retry-after before a window":     {http.Header{"Retry-After": {"7"}, "X-Ratelimit-Reset": {"60"}}, stated{wait: 7 * time.Second}},
		"nonsense":                        {http.Header{"Retry-After": {"soon"}, "X-Ratelimit-Reset": {""}}, stated{}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w waits
			w.readHeader(tc.header, noon)
			got := w.best()
			if got.wait != tc.want.wait || !got.at.Equal(tc.want.at) {
				t.Errorf("got %v at %v, want %v at %v", got.wait, got.at, tc.want.wait, tc.want.at)
			}
		})
	}
}

func FuzzTimes(f *testing.F) {
	for _, s := range []string{
		"try again in 1h53m56.832s", "resets 6:30pm (asia/calcutta)", "limit reached|1760000400", "将在 2026-10-02 18:30:00 重置",
		"reset at Oct 9, 5pm (Europe/London)", "30秒后重试", "99999999999999999999", "retry after 1.2.3.4s", "reset at 2026-13-45T99:99:99+99:99",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []stated{parseWhen(s, time.Second, noon), parseWhen(s, time.Millisecond, noon), proseTime([]byte(s), noon)} {
			if got.wait < 0 || got.wait > maxWait {
				t.Errorf("wait %v", got.wait)
			}
			if !got.at.IsZero() && (!got.at.After(noon) || got.at.After(noon.Add(maxWait))) {
				t.Errorf("at %v", got.at)
			}
		}
	})
}
