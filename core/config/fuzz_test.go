package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzLoad looks for files that panic, that are told about without end, or that
// are read differently the second time.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/mistakes/*.hcl")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		src, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(minimal))
	f.Add([]byte("x = " + strings.Repeat("!", 10_000) + "true"))
	f.Add([]byte("x = " + strings.Repeat("1 ? 2 : ", 10_000) + "3"))
	o := testOptions()
	o.Files = map[string]string{"hermes.env": "A=b\n"}
	f.Fuzz(func(t *testing.T, src []byte) {
		cfg, diags := LoadBytes("fuzz.hcl", src, o)
		if (cfg == nil) != diags.HasErrors() {
			t.Fatalf("config %v with %s", cfg != nil, diags.Error())
		}
		said := diags.Error()
		if len(diags) > maxDiagnostics+1 || len(said) > (maxDiagnostics+1)*4_000 {
			t.Fatalf("%d diagnostics of %d bytes", len(diags), len(said))
		}
		if _, again := LoadBytes("fuzz.hcl", src, o); again.Error() != said {
			t.Fatalf("differs (-first +second):\n%s", cmp.Diff(said, again.Error()))
		}
		once, err := Format("fuzz.hcl", src)
		if err != nil {
			return
		}
		if _, err := Format("fuzz.hcl", once); err != nil {
			t.Fatalf("formatted text does not parse: %v", err)
		}
	})
}

// manyProviders is a config with n providers in chains of ten.
func manyProviders(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "provider \"openai\" \"p%d\" {\n  api_key      = env(\"OPENAI_API_KEY\")\n  model        = \"gpt-5.2\"\n  max_inflight = 8\n  breaker {\n    failures = 3\n  }\n}\n\n", i)
	}
	for i := 0; i < n; i += 10 {
		fmt.Fprintf(&b, "chain \"c%d\" {\n  providers = [", i)
		for j := i; j < min(i+10, n); j++ {
			fmt.Fprintf(&b, "provider.openai.p%d, ", j)
		}
		fmt.Fprintf(&b, "]\n}\n\nplatform \"console\" \"l%d\" {\n  chain = chain.c%d\n}\n\n", i, i)
	}
	return []byte(b.String())
}

func TestManyProviders(t *testing.T) {
	t.Parallel()
	cfg := mustLoad(t, string(manyProviders(1_000)), testOptions())
	if len(cfg.Providers) != 1_000 || len(cfg.Chains) != 100 || len(cfg.Platforms) != 100 {
		t.Errorf("%d providers, %d chains, %d platforms", len(cfg.Providers), len(cfg.Chains), len(cfg.Platforms))
	}
}

func TestManyProblemsAreBounded(t *testing.T) {
	t.Parallel()
	src := strings.ReplaceAll(string(manyProviders(1_000)), "model ", "moddel ")
	_, diags := LoadBytes("hermes.hcl", []byte(src), testOptions())
	if len(diags) != maxDiagnostics+1 || !strings.Contains(diags[maxDiagnostics].Summary, "more like these") {
		t.Errorf("%d diagnostics", len(diags))
	}
}

func BenchmarkLoad1000Providers(b *testing.B) {
	src := manyProviders(1_000)
	for b.Loop() {
		if cfg, diags := LoadBytes("hermes.hcl", src, testOptions()); cfg == nil || len(diags) > 0 {
			b.Fatal(diags.Error())
		}
	}
}

func BenchmarkCheck1000ProvidersAllWrong(b *testing.B) {
	src := []byte(strings.ReplaceAll(string(manyProviders(1_000)), "model ", "moddel "))
	for b.Loop() {
		_, diags := LoadBytes("hermes.hcl", src, testOptions())
		_ = diags.Error()
	}
}
