package main

import (
	"regexp"
	"slices"
	"testing"
	"unicode"

	"glassbox/tui"
)

// TestLessonWords holds that what is said of a lesson is said in Korean, too, of as much.
func TestLessonWords(t *testing.T) {
	verbs := regexp.MustCompile(`%(\[\d\])?[a-z]`)
	kinds := func(s string) []string {
		var list []string
		for _, v := range verbs.FindAllString(s, -1) {
			list = append(list, v[len(v)-1:])
		}
		slices.Sort(list)
		return list
	}
	for key, w := range lessonWords {
		if !korean(w[1]) {
			t.Errorf("%s: %q is no Korean", key, w[1])
		}
		if !slices.Equal(kinds(w[0]), kinds(w[1])) {
			t.Errorf("%s: %q does not take what %q takes", key, w[1], w[0])
		}
	}
	if korean(lessonWord(tui.EN, "offer")) || !korean(lessonWord(tui.KO, "offer")) {
		t.Error("a language is taken for the other")
	}
}

func korean(s string) bool {
	return slices.ContainsFunc([]rune(s), func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
}
