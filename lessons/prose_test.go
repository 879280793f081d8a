package lessons

import "testing"

// TestProseCodeAcrossLines holds that a line's end within code is a blank.
func TestProseCodeAcrossLines(t *testing.T) {
	var got string
	for _, s := range Prose("In a Pod `procMount:\nUnmasked`.")[0].Spans {
		got += s.Text
	}
	if got != "In a Pod procMount: Unmasked." {
		t.Errorf("%q", got)
	}
}
