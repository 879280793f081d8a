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

// TestEmptyPaneSaysWhy: "yet" is no reason, and at the end it is wrong.
func TestEmptyPaneSaysWhy(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{})
	for _, pane := range []string{"1", "2", "3", "4", "5", "8"} {
		d.keys(pane)
		d.has("There is no process yet: the stage clone makes it.")
	}
	d.keys("0")
	d.has("The program has not begun: the stage exec starts it.")
	d.keys("end")
	for _, pane := range []string{"1", "2", "3", "4", "5", "8"} {
		d.keys(pane)
		d.hasNot("yet")
	}
	d.keys("5")
	d.has("The process has ended")
	for _, lang := range []Lang{EN, KO} { // whole, on 80 columns
		d := opened(t, realRecording(t), 80, 24, Options{Lang: lang})
		d.keys("tab", "2")
		d.has(textOf(lang).NoProcess)
		d.keys("0")
		d.has(textOf(lang).OutputBefore)
	}
}

// TestNarrowFooterNamesTab: where one part is shown alone, the footer says how one comes to the others.
func TestNarrowFooterNamesTab(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		for _, w := range []int{50, 60, 71} {
			d := opened(t, realRecording(t), w, 20, Options{Lang: lang})
			d.has("tab " + textOf(lang).Acts[ActFocus])
		}
	}
}
