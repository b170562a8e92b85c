package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// marker is longer than any name or label.
var marker = "sk-live-MARKER" + strings.Repeat("0123456789", 7)

// positions are lines with a secret where one may be: %s is the marker.
var positions = map[string][]string{
	"top": {
		`api_key = "%s"`,
		`# %s`,
		`/* %s */`,
		`provder "%s" "x" {` + "\n}",
		`unknown "%s" {` + "\n api_key = \"%[1]s\"\n}",
		`providers: %s`,
	},
	"hermes": {
		`admin { token = "%s" }`,
		`tokne = "%s"`,
		`token = "%s"`,
		`admin = { token = "%s" }`,
		`log { lvl = "%s" }`,
		`drain_timeout = env("SECRET")`,
	},
	"provider": {
		`api_kee = "%s"`,
		`api_kee = %s`,
		`api_kee = "a-${lower("%s")}-b"`,
		`api_kee = "a-${%s}-b"`,
		"api_kee = <<EOT\n%s\nEOT",
		"api_kee = <<-EOT\n  ${upper(\"%s\")}\n  EOT",
		`api_kee = ["%s", { a = "%[1]s" }]`,
		`api_kee = true ? "%s" : "%[1]s"`,
		`api_key = ["%s"]`,
		`api_key = { "%s" = 1 }`,
		`api_key = env("%s")`,
		`api_key = env("NONE", "%s", "")`,
		`api_key = file("%s")`,
		`api_key = jsondecode("%s")`,
		`api_key = jsondecode("{\"a\": %s}")`,
		`api_key = format("%%d", "%s")`,
		`api_key = join("%s", 5)`,
		`api_key = [1, 2]["%s"]`,
		`api_key = {}["%s"]`,
		`api_key = "%s" + 1`,
		`api_key = "%s" && true`,
		`api_key = "%s" ? 1 : 2`,
		`api_key = %s`,
		`api_key = "%s two"`,
		`api_key = {for x in ["%s", "%[1]s"] : x => 1}`,
		`api_key = nope("%s")`,
		`api_key = try(jsondecode("%s"))`,
		`api_key = "%s`,
		`api_key "%s"`,
		`api_key = '%s'`,
		`headers = { Authorization = "%s", x = [] }`,
		`headers = ["%s"]`,
		`unknown "%s" {` + "\n}",
		`breaker { secret = "%s" }`,
		`connect_timeout = env("SECRET")`,
		`max_inflight = env("SECRET")`,
		`api_key = env("SECRET")[0]`,
		`api_key = env("SECRET") + 1`,
		`api_key = "${env("SECRET")} two"`,
		`api_key = jsondecode(env("SECRET"))`,
		`base_url = jsondecode(env("SECRET"))`,
		`base_url = format("%%d", env("SECRET"))`,
		`headers = jsondecode("{\"%s\": []}")`,
	},
}

// fromChain is minimal without its provider.
func fromChain() string {
	_, chain, platform := parts()
	return chain + platform
}

// planted draws a config with secrets in some of the positions.
func planted(t *rapid.T) string {
	draw := func(where string) string {
		lines := rapid.SliceOfN(rapid.SampledFrom(positions[where]), 0, 3).Draw(t, where)
		var b strings.Builder
		for _, line := range lines {
			line = strings.ReplaceAll(line, "%s", "%[1]s")
			fmt.Fprintf(&b, line+"\n", marker)
		}
		return b.String()
	}
	return draw("top") + "hermes {\n" + draw("hermes") + "}\n" +
		"provider \"openai\" \"primary\" {\n" + draw("provider") + "model = \"gpt-5.2\"\n}\n" + fromChain()
}

// bend changes single characters, as fingers do.
func bend(t *rapid.T, src string) string {
	for range rapid.IntRange(0, 2).Draw(t, "slips") {
		at := rapid.IntRange(0, len(src)-1).Draw(t, "at")
		with := rapid.SampledFrom([]string{"", "\"", "{", "}", "=", "\n", "$", "'", "#", ")", "\\", "é", "\x00"}).Draw(t, "with")
		src = src[:at] + with + src[at+1:]
	}
	return src
}

// TestNoSecretLeaks plants a secret wherever one may stand in right and wrong
// files, and in variables, and looks for it in everything that is said.
func TestNoSecretLeaks(t *testing.T) {
	t.Parallel()
	o := testOptions("SECRET=" + marker)
	rapid.Check(t, func(t *rapid.T) {
		src := bend(t, planted(t))
		_, diags := LoadBytes("hermes.hcl", []byte(src), o)
		refuse(t, src, diags)
		if _, err := Format("hermes.hcl", []byte(src)); err != nil {
			refuse(t, src, err)
		}
	})
}

// refuse fails when the message or its JSON has a piece of the marker.
func refuse(t *rapid.T, src string, said error) {
	t.Helper()
	asJSON, err := json.Marshal(said)
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range []string{"MARKER0", "56789012345678", "sk-live"} {
		if strings.Contains(said.Error(), piece) || strings.Contains(string(asJSON), piece) {
			t.Fatalf("%q leaks:\n%s\nfrom:\n%s", piece, said.Error(), src)
		}
	}
}

// TestEachPositionAlone says which position leaks, without luck.
func TestEachPositionAlone(t *testing.T) {
	t.Parallel()
	o := testOptions("SECRET=" + marker)
	for where, lines := range positions {
		for _, line := range lines {
			text := fmt.Sprintf(strings.ReplaceAll(line, "%s", "%[1]s"), marker) + "\n"
			var src string
			switch where {
			case "top":
				src = text + minimal
			case "hermes":
				src = "hermes {\n" + text + "}\n" + minimal
			default:
				src = "provider \"openai\" \"primary\" {\n" + text + "model = \"gpt-5.2\"\n}\n" + fromChain()
			}
			_, diags := LoadBytes("hermes.hcl", []byte(src), o)
			if said := diags.Error(); strings.Contains(said, "MARKER") || strings.Contains(said, "0123456789") {
				t.Errorf("%s leaks:\n%s", line, said)
			}
		}
	}
}
