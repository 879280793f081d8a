package lessons

import "slices"

// lines are where a text's lines end, so that a place's line is found at once.
type lines []int

func linesOf(text string) lines {
	var l lines
	for i := range len(text) {
		if text[i] == '\n' {
			l = append(l, i)
		}
	}
	return l
}

// before is how many lines end before a place.
func (l lines) before(at int) int {
	n, _ := slices.BinarySearch(l, at)
	return n
}
