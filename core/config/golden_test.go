package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with the file, or writes the file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestMistakes loads one small file per mistake. Each says something, and what
// it says is in the golden file beside it.
func TestMistakes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mistakes/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 45 {
		t.Fatalf("%d mistakes, want 45 or more", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			o := testOptions("TELEGRAM_BOT_TOKEN=123:abcdefghijk", "HERMES_TOKEN=x")
			o.Files = map[string]string{
				"hermes.env": "CI_KEY=0123456789\n",
				"broken.env": "OPENAI_API_KEY=sk-leaked\nsk-leaked-too\n",
				"binary":     "\xff\xfe",
				"token.txt":  "two words",
			}
			cfg, diags := LoadBytes(filepath.Base(path), src, o)
			if len(diags) == 0 {
				t.Fatal("nothing to say")
			}
			if (cfg == nil) != diags.HasErrors() {
				t.Errorf("config %v, errors %v", cfg != nil, diags.HasErrors())
			}
			if strings.HasPrefix(filepath.Base(path), "warning_") == diags.HasErrors() {
				t.Errorf("errors: %v", diags.HasErrors())
			}
			golden(t, strings.TrimSuffix(path, ".hcl")+".golden", diags.Error())
		})
	}
}
