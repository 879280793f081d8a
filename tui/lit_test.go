package tui

import "testing"

// TestLitWords holds that a lesson's highlight marks whole words, and what a person searches for any part.
func TestLitWords(t *testing.T) {
	all := []Line{{Label: "Seccomp", Fact: "proc.status", Out: Cell{Text: "2"}}, {Label: "Seccomp_filters", Fact: "proc.status", Out: Cell{Text: "1"}}}
	p := Lit{Facts: []string{"proc.status"}, Text: "Seccomp"}
	if first, last := p.rows(all); first != 0 || last != 0 {
		t.Errorf("rows %d to %d are pointed at", first, last)
	}
	sc := &Scene{Theme: NewTheme("dark", false), Search: "Seccomp", Lit: p}
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
