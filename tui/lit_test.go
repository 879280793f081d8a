package tui

import (
	"strings"
	"testing"

	"glassbox/lessons"
)

// TestLitWords holds that a lesson's highlight marks whole words, and what a person searches for any part.
func TestLitWords(t *testing.T) {
	all := []Line{{Label: "Seccomp", Fact: "proc.status", Out: Cell{Text: "2"}}, {Label: "Seccomp_filters", Fact: "proc.status", Out: Cell{Text: "1"}}}
	p := Lit{Facts: []string{"proc.status"}, Text: "Seccomp"}
	if first, last := p.rows(all); first != 0 || last != 0 {
		t.Errorf("rows %d to %d are pointed at", first, last)
	}
	sc := &Scene{Theme: NewTheme("dark", false), Lit: p}
	if s := sc.hit("Seccomp_filters", Style{}); s != "Seccomp_filters" {
		t.Errorf("%q", s)
	}
	if s := sc.hit("Seccomp", Style{}); s == "Seccomp" {
		t.Error("it is not lit")
	}
	sc.Search = "seccomp_f"
	if s := sc.hit("Seccomp_filters", Style{}); s == "Seccomp_filters" {
		t.Error("what is searched for is not lit")
	}
}

// TestLitHidesNothing holds that what a lesson points at is no search: the list of calls stays whole.
func TestLitHidesNothing(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "space")
	d.m.look(&lessons.Look{Pane: "processes", Highlight: "PPid"})
	d.keys("tab", "9")
	d.has("9 Calls")
	if strings.Contains(d.text(), "Nothing matches") {
		t.Errorf("the calls are searched:\n%s", d.text())
	}
}
