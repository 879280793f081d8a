package lessons

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Words is one word or a list of them.
type Words []string

// UnmarshalYAML takes a scalar as a list of one.
func (w *Words) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = Words{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	*w = list
	return nil
}

// WordAt is where a text has a word, or several, as whole words: Seccomp is not in
// Seccomp_filters. It is -1 where it has not.
func WordAt(text, word string) int {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		if (!inWord(first) || !inWord(before)) && (!inWord(last) || !inWord(after)) {
			return i
		}
		if from = i + max(len(word), 1); from > len(text) {
			return -1
		}
	}
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
}
