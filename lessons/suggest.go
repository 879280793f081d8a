package lessons

import (
	"fmt"
	"slices"
	"strings"
)

// meant is what a person may have meant, ready to be appended: ", did you mean
// uts?", or all there is where nothing is near.
func meant(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), least); d < least && d < max(len(k), 2) {
			best, least = k, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf(", did you mean %s?", best)
	case len(known) > 24:
		return ""
	}
	return "; it can be " + strings.Join(known, ", ")
}

// distance is how many letters have to be changed, added, dropped or swapped
// with their neighbour (optimal string alignment); of more than limit, limit.
func distance(a, b string, limit int) int {
	if a == b {
		return 0
	}
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	two, one := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one = one, row
	}
	return min(one[len(b)], limit)
}

// oneOf tells whether a word is known, and what to say if not.
func oneOf(word string, known []string) (complaint string, ok bool) {
	if slices.Contains(known, word) {
		return "", true
	}
	return fmt.Sprintf("unknown word %q%s", word, meant(word, known)), false
}
