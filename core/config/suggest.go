package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// closest returns the candidate that given was probably meant to be, or "".
func closest(given string, candidates []string) string {
	best, distance := "", max(1, min(len(given)/3, 4))+1
	if len(given) > 200 {
		return ""
	}
	for _, c := range candidates {
		if c == given {
			continue
		}
		d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(c), nil)
		if d == 2 && anagrams(given, c) { // two letters swapped: one slip
			d = 1
		}
		if d < distance || d == distance && best != "" && c < best {
			best, distance = c, d
		}
	}
	return best
}

func anagrams(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// didYouMean is a sentence with a leading space: the closest candidate, else
// the list of them, else nothing.
func didYouMean(given string, candidates []string) string {
	if c := closest(given, candidates); c != "" {
		return fmt.Sprintf(" Did you mean %q?", c)
	}
	return oneOf(candidates)
}

func oneOf(candidates []string) string {
	const most = 15
	if len(candidates) == 0 {
		return ""
	}
	sorted := slices.Sorted(slices.Values(candidates))
	more := ""
	if len(sorted) > most {
		sorted, more = sorted[:most], ", …"
	}
	return fmt.Sprintf(" Known here: %s%s.", strings.Join(sorted, ", "), more)
}
