package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glassbox/lessons"
	"glassbox/tui"
)

// TestWishesStandBelowEachOther: what a stranger's lesson would run begins in one column,
// however far down it stands, and so do its further lines.
func TestWishesStandBelowEachOther(t *testing.T) {
	const head = "---\ntitle: x\nminutes: 1\nlevel: beginner\nrun: {}\n---\n\n## A\n\n```stop\nat: running\n```\n"
	text := head + "\n```do\n>here\n```\n" + strings.Repeat("\nword\n", 500) + "\n```do outside\n>there\n>and there\n```\n"
	file := filepath.Join(t.TempDir(), "en.md")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := lessons.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []tui.Lang{tui.EN, tui.KO} {
		said := wishes(set.Lessons, lang)
		at := map[int]bool{}
		for row := range strings.Lines(said) {
			if before, _, found := strings.Cut(row, ">"); found {
				at[tui.Width(before)] = true
			}
		}
		if len(at) != 1 || strings.Count(said, ">") != 3 {
			t.Errorf("%s: they begin in the columns %v:\n%s", lang, at, said)
		}
	}
}
