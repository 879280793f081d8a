package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// TestSecondsOf: a short delay is not told as none.
func TestSecondsOf(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 10 * time.Millisecond: "10ms", 500 * time.Millisecond: "0.5s", 3 * time.Second: "3s", 1500 * time.Millisecond: "1.5s",
	} {
		if got := secondsOf(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// TestTitleNamesTheImage: of a long reference the end is seen, which says what image it is.
func TestTitleNamesTheImage(t *testing.T) {
	s := journal.NewState(journal.Header{Image: "oci:/var/cache/glassbox-images/1776ce9c/python", Stages: journal.Stages()})
	for _, w := range []int{40, 60, 80, 120} {
		sc := Scene{Theme: NewTheme("none", false), Lang: EN, Text: textOf(EN), S: s}
		if row := ansi.Strip(sc.title(w)); !strings.Contains(row, "…/python") && !strings.Contains(row, "1776ce9c/python") {
			t.Errorf("%d wide: %q", w, row)
		}
	}
}
