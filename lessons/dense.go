package lessons

import (
	"fmt"
	"strings"
)

// The bounds of what stands between two blank lines. The Markdown reader takes
// that at once, and its time grows with the product of the two: 100 KB of
// "[a](b" took 13 s. The longest in a lesson of ours has 1222 bytes, and 44 marks.
const (
	maxBlock = 8 << 10 // bytes
	maxMarks = 400     // of marks, below
)

// tooDense is what a person is told.
func tooDense() string {
	return fmt.Sprintf("too much without a blank line: a paragraph or block has %d bytes and %d marks (%s) at most", maxBlock, maxMarks, marks)
}

// marks are what a Markdown reader looks for a counterpart of, or nests.
const marks = "[]()*_`<>!&"

// dense says where a text has too much between two blank lines for its reader,
// as a line from 1; 0 if nowhere.
func dense(text string) (line int) {
	n, size, signs, began := 0, 0, 0, 0
	for l := range strings.Lines(text) {
		n++
		bare := strings.Trim(l, " \t\n")
		if bare == "" {
			size, signs = 0, 0
			continue
		}
		if size == 0 {
			began = n
		}
		size += len(l)
		for i := range len(bare) {
			if strings.IndexByte(marks, bare[i]) >= 0 {
				signs++
			}
		}
		signs += nests(bare)
		if size > maxBlock || signs > maxMarks {
			return began
		}
	}
	return 0
}

// nests counts the list items that a line may begin, one in the other: "- - 1. * x".
func nests(line string) int {
	n := 0
	for word := range strings.FieldsSeq(line) {
		if strings.Trim(word, "-+0123456789.)") != "" {
			break
		}
		n++
	}
	return n
}
