package tui

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/lessons"
)

// TestLessonHidesTheAnswer holds that what a question is about is covered until there is
// an answer, on the lesson's screen and on the free one, and what it is not about is not.
func TestLessonHidesTheAnswer(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "space", "tab", "3", "tab")
	row := regexp.MustCompile(`(?m)^.*│[ ~+▶]*net .*$`)
	covered := func() string {
		t.Helper()
		var own string
		for _, r := range strings.Split(d.text(), "\n") {
			if strings.Contains(r, "mnt ") && !strings.Contains(r, "answer first") {
				own = r
			}
		}
		if own == "" {
			t.Errorf("what the question is not about is covered:\n%s", d.text())
		}
		return row.FindString(d.text())
	}
	if r := covered(); !strings.Contains(r, "answer first") || regexp.MustCompile(`\d{5}`).MatchString(r) {
		t.Errorf("the answer is on the screen: %q", r)
	}
	d.keys("g")
	d.has("먼저 답해 주세요")
	d.keys("g", "`")
	d.has("answer first")
	d.keys("`", "1", "space")
	if r := covered(); strings.Contains(r, "answer first") {
		t.Errorf("it is covered still: %q", r)
	}
}

// TestLessonsHideAnswers plays lessons on their recordings: what the kernel says of a
// question is not on the screen before it is answered.
func TestLessonsHideAnswers(t *testing.T) {
	asked := 0
	for _, name := range []string{"process", "namespaces", "userns", "power"} {
		d := playTape(t, name)
		d.send(tea.WindowSizeMsg{Width: 140, Height: 60})
		screens := map[*lessons.Predict]string{}
		for range 200 {
			if open, _, _ := d.m.open(); len(open) > 0 && d.m.model() != nil { // also while its step leads up to it
				d.m.hang(&d.m.model().sc)
				if d.m.model().sc.veil != nil {
					screens[open[0]] += ansi.Strip(strings.Join(d.m.runBoxes(Rect{0, 0, 100, 300}), "\n"))
				}
			}
			if d.m.over {
				break
			}
			d.keys("space")
			if e := d.m.lastEntry(); e.kind == entryFeedback && !e.ok {
				d.keys("v")
			}
		}
		for _, pg := range d.m.pages {
			for _, e := range pg.entries {
				if e.verdict == nil {
					continue
				}
				value := strings.Join(strings.Fields(e.verdict.Value.Text), " ")
				if number := regexp.MustCompile(`\d{5,}`).FindString(value); number != "" {
					value = number // an inode, without its brackets
				}
				screen, ok := screens[e.verdict.Predict]
				if !ok || len(value) < 2 || value == "1000" { // too short to look for; the user that every container here has
					continue
				}
				asked++
				if row := regexp.MustCompile(`(?m)^.*\b` + regexp.QuoteMeta(value) + `\b.*$`).FindString(screen); row != "" {
					t.Errorf("%s, step %d: %s is answered by what is shown: %s", name, pg.number, e.verdict.Predict.Ask, row)
				}
			}
		}
	}
	if asked < 5 {
		t.Errorf("%d questions were held", asked)
	}
}

// playTape begins a shipped lesson's recording.
func playTape(t *testing.T, name string) *lessonDrive {
	t.Helper()
	set, err := lessons.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	tape, err := lessons.OpenTape(set.In("en"))
	if err != nil {
		t.Fatal(err)
	}
	d := &lessonDrive{t: t, m: newLesson(t.Context(), LessonOptions{
		Options: Options{Theme: "dark", Lang: EN}, Player: lessons.NewPlayer(set.In("en"), tape), All: set.Lessons, Taped: true,
		Behind: func(run string) (LiveRun, bool) {
			path, ok := tape.Journal(run)
			return LiveRun{Journal: path}, ok
		},
	})}
	t.Cleanup(func() {
		if err := d.m.o.Player.Close(context.Background()); err != nil {
			t.Error(err)
		}
		d.m.forget()
	})
	return d
}

// TestVeilCoversNoMore holds that of what happens only that is covered which tells the
// answer, where the rest is drawn otherwise without it: the names of capabilities take a row.
func TestVeilCoversNoMore(t *testing.T) {
	d := playTape(t, "power")
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	d.keys("space", "space")
	d.has("answer first", "stdout   ", "Kubernetes   ")
	if strings.Contains(d.text(), " effective, bounding") {
		t.Errorf("the answer is on the screen:\n%s", d.text())
	}
}

// TestLessonHidesALaterAnswer holds that what a later step asks is not answered by the panes
// of those before it, and that what was asked for or looked at stays in sight.
func TestLessonHidesALaterAnswer(t *testing.T) {
	d := playTape(t, "power")
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	row := func(label string) string {
		t.Helper()
		r := regexp.MustCompile(`(?m)^.*│[ ~▶]*` + label + ` .*$`).FindString(d.text())
		if r == "" {
			t.Errorf("no row %s:\n%s", label, d.text())
		}
		return r
	}
	d.keys("space", "space", "2", "space", "space")
	for range 2 {
		if r := row("Seccomp"); !strings.Contains(r, "a question comes") {
			t.Errorf("step 4 is answered in %s: %s", d.m.last().title, r)
		}
		if r := row("CapEff"); !strings.Contains(r, "00000000a80425fb") {
			t.Errorf("what was asked for is covered: %s", r)
		}
		d.keys("space")
	}
	for range 40 {
		if e := d.m.lastEntry(); e.kind == entryLook && strings.Contains(e.text, "Seccomp") {
			break
		}
		d.keys("space")
	}
	if r := row("Seccomp"); !strings.Contains(r, "filter") {
		t.Errorf("it is covered still: %s", r)
	}
}

// TestLessonHidesTheNextAnswer holds that a question does not see what answers the one
// right after it.
func TestLessonHidesTheNextAnswer(t *testing.T) {
	one, two, last := &lessons.Predict{}, &lessons.Predict{}, &lessons.Predict{}
	d := playLesson(t, 120, 40)
	d.keys("space")
	d.m.step = &lessons.Step{Items: []lessons.Item{{Predict: one}, {Prose: "And:"}, {Predict: two}, {Do: &lessons.Command{}}, {Predict: last}, {Stop: &lessons.Stop{Run: "other"}}}}
	d.m.item, d.m.busy = &d.m.step.Items[0], "held"
	d.m.add(told{kind: entryAsk, predict: one, right: -1})
	if got, run, _ := d.m.open(); !slices.Equal(got, []*lessons.Predict{one, two}) || run != d.m.front {
		t.Errorf("%d questions are open, about %s", len(got), run)
	}
	d.m.item = &d.m.step.Items[3]
	if got, _, _ := d.m.open(); !slices.Equal(got, []*lessons.Predict{last}) || d.m.asks(last) {
		t.Errorf("%d questions are to come while a command waits", len(got))
	}
	d.m.item = &d.m.step.Items[4]
	d.m.add(told{kind: entryAsk, predict: last, right: -1})
	if _, run, _ := d.m.open(); run != "other" || !d.m.asks(last) {
		t.Errorf("a question about the run that goes on next is held to be about %q", run)
	}
}

// TestVeiledPicture holds that a picture in a frame is covered whole, and what stands round it is not.
func TestVeiledPicture(t *testing.T) {
	sc := Scene{Theme: NewTheme("none", false), Text: textOf(EN), Lang: EN}
	rows := []string{"words       ", "            ", "╭─ here ───╮", "│  1.2 s   │", "╰──────────╯", "            ", "other words "}
	strip := func(rows []string) []string {
		for i := range rows {
			rows[i] = ansi.Strip(rows[i])
		}
		return rows
	}
	got := strip(sc.veiledRows(&veil{ask: &lessons.Predict{}, asked: true}, slices.Clone(rows), []string{rows[0], rows[1], rows[2], "│  0 s     │", rows[4], rows[5], rows[6]}, 12))
	if want := []string{"answer first", rows[1], rows[1], rows[1], rows[1], rows[1], rows[6]}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	table := []string{"user  0     ", "took  1.2 s ", "group 0     "}
	got = strip(sc.veiledRows(&veil{ask: &lessons.Predict{}, asked: true}, slices.Clone(table), []string{table[0], "took  0 s   ", table[2]}, 12))
	if want := []string{table[0], "answer first", table[2]}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	named := []string{"user   0                ", "two words  0 → 2  filter", "           more of that "}
	got = strip(sc.veiledRows(&veil{ask: &lessons.Predict{}, asked: true}, slices.Clone(named), []string{named[0], "two words  7 → 9        "}, 24))
	if want := []string{named[0], "two words  answer first ", Spaces(24)}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
