package main

import (
	"regexp"
	"testing"

	"glassbox/lessons"
	"glassbox/tui"
)

// TestLacksAreSaid asks for what no machine has, in each language.
func TestLacksAreSaid(t *testing.T) {
	n := lessons.Needs{Kernel: "99.0", Commands: []string{"glassbox-no-such-program"}}
	for lang, want := range map[tui.Lang]string{
		tui.EN: "^it needs Linux 99.0 or newer\nit needs the program glassbox-no-such-program on the host\n$",
		tui.KO: "^Linux 99.0 이상이 필요합니다.\n호스트에 glassbox-no-such-program 프로그램이 필요합니다.\n$",
	} {
		var got string
		for _, s := range newLessonMachine("", lang).Lacks(n) {
			got += s + "\n"
		}
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %q", lang, got)
		}
	}
}
