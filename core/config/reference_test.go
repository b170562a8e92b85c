package config

import (
	"strings"
	"testing"

	"github.com/hermes-gateway/hermes/core/plugin"
)

func TestReference(t *testing.T) {
	t.Parallel()
	set := fakeSet()
	set.Providers = set.Providers[:2] // without those that misbehave
	got := Reference(set)
	golden(t, "testdata/reference.golden", got)
	if again := Reference(set); again != got {
		t.Error("two renderings differ")
	}
	for _, want := range []string{"`api_key`", "`health_open`", "list of chain reference", "coalesce(values...)", "key \"name\""} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestReferenceWithoutPlugins(t *testing.T) {
	t.Parallel()
	if got := Reference(plugin.Set{}); !strings.Contains(got, "This build has no stores") {
		t.Error(got)
	}
}
