package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// TestLessonSkipsNothing plays a lesson with one key in a window that is too low for
// it: every row of every page must have been on the screen before the next page is.
func TestLessonSkipsNothing(t *testing.T) {
	d := playLesson(t, 60, 10)
	seen := map[string]bool{}
	look := func() {
		for _, r := range strings.Split(d.text(), "\n") {
			seen[strings.TrimSpace(strings.Trim(r, "│ "))] = true
		}
	}
	look()
	for range 60 {
		if d.m.over && !d.m.below {
			break
		}
		d.keys("space")
		if e := d.m.lastEntry(); e.kind == entryFeedback && !e.ok {
			look()
			d.keys("h")
			look()
			d.keys("v")
		}
		look()
	}
	if !d.m.over {
		t.Fatalf("the lesson did not come to its end:\n%s", d.text())
	}
	for i := range d.m.pages {
		d.m.at = i
		rows, _ := d.m.pageRows(56)
		for _, r := range rows {
			if r := strings.TrimSpace(ansi.Strip(r)); !seen[r] {
				t.Errorf("page %d: never seen: %q", i, r)
			}
		}
	}
}

// TestLessonShowsItselfFirst holds that the key that goes on does not do so behind a
// pane that hides the lesson.
func TestLessonShowsItselfFirst(t *testing.T) {
	d := playLesson(t, 80, 24)
	d.keys("space", "space", "tab", "space")
	if d.m.pane || d.m.busy != "" || d.m.question() == nil {
		t.Errorf("the lesson went on behind the pane:\n%s", d.text())
	}
	d.has("Whose network?")
}

// TestCodeBreaksAtWords holds that a command breaks behind a blank, a comma or a bar
// where it can, and never loses anything else.
func TestCodeBreaksAtWords(t *testing.T) {
	for in, want := range map[string]string{
		"EPERM    mount a tmpfs (cap_sys_admin)": "EPERM    mount a|tmpfs|(cap_sys_admin)",
		"cap_chown,cap_fowner,cap_kill":          "cap_chown,|cap_fowner,|cap_kill",
		"aaaaaaaaaaaaaaaaaaaaaaaaa":              "aaaaaaaaaaaaaaaa|aaaaaaaaa",
		"":                                       "",
	} {
		if got := strings.Join(breakWords(in, 16), "|"); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
	for _, w := range []int{1, 2, 3} {
		for _, row := range breakWords("한글, 코드", w) {
			if Width(row) > max(w, 2) {
				t.Errorf("%d cells: %q", w, row)
			}
		}
	}
}
