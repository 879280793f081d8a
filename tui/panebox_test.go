package tui

import (
	"strings"
	"testing"
)

// TestOnlyChangesIsSaid: that rows are left out can be seen at any width.
func TestOnlyChangesIsSaid(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		for _, w := range []int{60, 72, 80, 100, 120, 140, 160, 200} {
			d := opened(t, realRecording(t), w, 40, Options{Lang: lang})
			d.keys("tab", "5")
			mark := "~" + textOf(lang).OnlyChanges
			d.hasNot(mark)
			d.keys("d")
			d.has(mark)
		}
	}
}

// TestSearchGoesToWhatIsSeen: a row that only was read from a file of that name comes after
// those that show the text.
func TestSearchGoesToWhatIsSeen(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{})
	d.keys("space", "space", "space", "space", "space", "space", "5", "/", "p", "r", "o", "c", "enter")
	l := d.m.sc.linesNow()[d.m.sc.Panes[PaneMounts].Cursor]
	if !strings.Contains(l.Label, "proc") {
		t.Errorf("the cursor is at %q", l.Label)
	}
	d.keys("/", "m", "o", "u", "n", "t", "i", "n", "f", "o", "enter") // it is in no row
	d.hasNot("No match")
}
