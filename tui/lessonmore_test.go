package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/lessons"
	"glassbox/runtime/journal"
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
// where it can, a path between its names, and never loses anything else.
func TestCodeBreaksAtWords(t *testing.T) {
	for in, want := range map[string]string{
		"EPERM    mount a tmpfs (cap_sys_admin)": "EPERM    mount a|tmpfs|(cap_sys_admin)",
		"cap_chown,cap_fowner,cap_kill":          "cap_chown,|cap_fowner,|cap_kill",
		"aaaaaaaaaaaaaaaaaaaaaaaaa":              "aaaaaaaaaaaaaaaa|aaaaaaaaa",
		"/var/lib/glassbox/containers":           "/var/lib/|glassbox/|containers",
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

// TestCodeSaysThatItGoesOn holds that a command that is too long for its row goes on behind
// a sign, within quotes, too, and that its own lines have none.
func TestCodeSaysThatItGoesOn(t *testing.T) {
	d := playLesson(t, 80, 24)
	var rows []string
	for _, r := range d.m.sc.code("awk -F/ 'one two'\nnext", "$ ", 15, Style{}) {
		rows = append(rows, ansi.Strip(r))
	}
	if got, want := strings.Join(rows, "|"), " $ awk -F/ 'one| ↳ two'|   next"; got != want {
		t.Errorf("%q, not %q", got, want)
	}
}

// TestReadingIsToldWhole holds that the command by which a value was read is told whole, and
// the value until it is too long.
func TestReadingIsToldWhole(t *testing.T) {
	d := playLesson(t, 80, 24)
	tell := func(source, text string, w int) string {
		rows := d.m.sc.reading("%s says", "this says:", &lessons.Reading{Source: source, Text: text}, w)
		for _, r := range rows {
			if Width(r) > w {
				t.Errorf("%d cells: %q", w, r)
			}
		}
		return ansi.Strip(strings.Join(rows, "\n"))
	}
	if got := tell("uname -r", "6.1", 40); got != "  uname -r says\n  6.1" {
		t.Errorf("%q", got)
	}
	one := lessons.Reading{Source: "id", Text: "0", Run: "one"}
	if got := ansi.Strip(strings.Join(d.m.sc.reading("%s says", "this says:", &one, 40), "\n")); got != "  one: id says\n  0" {
		t.Errorf("%q", got)
	}
	one.Source = "id\nid"
	if got := ansi.Strip(strings.Join(d.m.sc.reading("%s says", "this says:", &one, 40), "\n")); !strings.HasPrefix(got, "  this says (one):\n") {
		t.Errorf("%q", got)
	}
	long := "for n in 1 2; do\n  readlink \"/proc/$PID/fd/$n\"; done | sort -u | grep -c ."
	got := tell(long, "1", 40)
	for _, word := range strings.Fields(long) {
		if !strings.Contains(got, word) {
			t.Errorf("no %q in %q", word, got)
		}
	}
	if !strings.HasPrefix(got, "  this says:\n") || !strings.HasSuffix(got, "\n  1") {
		t.Errorf("%q", got)
	}
	if got := tell("f", strings.Repeat("0123456789 ", 100), 30); strings.Count(got, "\n") != valueRows || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
}

// TestTitlesFit holds that a shipped lesson's title, and those of its steps, are not cut.
func TestTitlesFit(t *testing.T) {
	for _, name := range lessons.Shipped() {
		set, err := lessons.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range set.Lessons {
			m := newLesson(t.Context(), LessonOptions{Options: Options{Theme: "dark"}, Player: lessons.NewPlayer(l, &stand{}), All: set.Lessons, Taped: true})
			for i, s := range l.Steps {
				m.pages = append(m.pages, &page{title: s.Title, number: i + 1})
				m.at = i + 1
				for _, r := range l.All() {
					m.now = r.Name
					if row := ansi.Strip(m.title(80)); strings.Contains(row, "…") {
						t.Errorf("%s: %s", l.File, row)
					}
				}
				for _, w := range []int{80, 120 * 46 / 100} {
					if row := ansi.Strip(m.lessonBox(Rect{0, 0, w, 10})[0]); strings.Contains(row, "…") {
						t.Errorf("%s: %s", l.File, row)
					}
				}
			}
		}
	}
}

// TestLessonGoesToTheRunOfTheTask: also what is to be done on the host is about one run.
func TestLessonGoesToTheRunOfTheTask(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "space", "1", "space")
	m := d.m
	m.runs["other"] = m.runs[m.now]
	was := m.now
	m.busy = "the player is not asked what is next"
	for run, want := range map[string]string{"": was, "other": "other"} {
		m.now, m.item = was, &lessons.Item{Do: &lessons.Command{Outside: true, Run: run}}
		if m.goThere(); m.now != want {
			t.Errorf("a command on the host, of run %q: the screen shows %q, want %q", run, m.now, want)
		}
	}
}

// TestNotYetIsSaidOnce: a task that is checked in vain again says so once, and in sight.
func TestNotYetIsSaidOnce(t *testing.T) {
	d := playLesson(t, 100, 30)
	for range 60 {
		d.keys("space")
		if e := d.m.lastEntry(); e.kind != entryFeedback || e.ok {
			continue
		}
		d.keys("space", "space")
		if n := strings.Count(d.text(), d.m.t.NotYet+":"); n != 1 {
			t.Fatalf("said %d times:\n%s", n, d.text())
		}
		return
	}
	t.Fatal("no check failed")
}

// TestLessonFooterFitsTheFocus holds that the footer names what a key does where it is pressed.
func TestLessonFooterFitsTheFocus(t *testing.T) {
	d := playLesson(t, 120, 40)
	foot := func(want, not string) {
		t.Helper()
		rows := strings.Split(d.text(), "\n")
		f := rows[len(rows)-1]
		if !strings.Contains(f, want) || not != "" && strings.Contains(f, not) {
			t.Errorf("the footer says %q: it should say %q, and not %q", f, want, not)
		}
	}
	d.keys("?")
	foot("space close", "quit")
	d.keys("space", "space", "space")
	foot("1…2 answer", "1…0")
	d.keys("tab")
	foot("tab lesson  1…0 pane", "1…2")
	d.keys("tab", "1", "space", "space", "space", "space")
	foot("h hint", "")
	d.keys("h")
	foot("v solution", "hint")
}

// TestLessonHasOneFocus holds that the box of what happens has no focus beside the lesson.
func TestLessonHasOneFocus(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "space")
	if in := d.m.model(); in == nil || in.sc.Focus == OnStory || in.sc.Focus == OnPane {
		t.Error("the lesson is not alone in having the focus")
	}
	d.keys("tab")
	d.has("tab lesson")
	if d.m.model().sc.Focus != OnPane {
		t.Error("the pane has not the focus")
	}
}

// TestLessonFailureNamesNoKeysOfTheFreeScreen: beside the lesson R resets its step and
// space goes on with it; neither tries the stage again nor unwinds it.
func TestLessonFailureNamesNoKeysOfTheFreeScreen(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "space")
	for _, why := range []string{"", journal.Spent, journal.Gone} {
		said := func() string {
			d.text()
			return d.m.model().sc.waitsFailure(&journal.Gate{At: atFailure, From: "clone", Why: why})
		}
		if s := said(); strings.Contains(s, "R tries") || strings.Contains(s, "pace unwinds") {
			t.Errorf("beside the lesson it says %q", s)
		}
		d.keys("`")
		if s := said(); !strings.Contains(s, "R tries") || !strings.Contains(s, "pace unwinds") {
			t.Errorf("on the free screen it says %q", s)
		}
		d.keys("`")
	}
}

// TestTaskOfARecording: neither the task nor the footer names a shell that a recording has not.
func TestTaskOfARecording(t *testing.T) {
	d := playTape(t, "nginx")
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	for range 60 {
		if e := d.m.lastEntry(); e != nil && e.kind == entryTask {
			break
		}
		d.keys("1", "space")
	}
	d.has("Your task", "space: check, as recorded", "h hint", "v solution")
	if s := d.text(); strings.Contains(s, "shell") {
		t.Errorf("there is no shell here:\n%s", s)
	}
}

// TestTapedHelp: help of a recording names no key that needs a live container.
func TestTapedHelp(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		for _, taped := range []bool{false, true} {
			m := &lessonModel{o: LessonOptions{Taped: taped}, t: lessonTextOf(lang), sc: Scene{Theme: NewTheme("none", false), Lang: lang, Text: textOf(lang)}}
			text := strings.Join(m.helpBox(Rect{0, 0, 120, 30}), "\n")
			for _, key := range []string{m.t.KeyShell, Say(lang, "shell on the host", "호스트 셸"), Say(lang, "run a command", "명령 실행")} {
				if strings.Contains(text, key) == taped {
					t.Errorf("%s, a recording %v: %q\n%s", lang, taped, key, text)
				}
			}
		}
	}
}
