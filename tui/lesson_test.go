package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/lessons"
	"glassbox/runtime/journal"
)

// stand is a lesson's machine with no container: commands are looked up.
type stand struct {
	solved bool
	broken error // what the next stop says
	ends   int
}

func (s *stand) Lacks(lessons.Needs) []string             { return nil }
func (s *stand) Start(context.Context, lessons.Run) error { return nil }
func (s *stand) Left() []string                           { return nil }

func (s *stand) Go(context.Context, string, lessons.Stop) error {
	err := s.broken
	s.broken = nil
	return err
}

func (s *stand) State(context.Context, string) (*journal.State, error) {
	st := journal.NewState(journal.Header{})
	text := "net:[1]"
	for _, f := range []string{"proc.ns.net", "host.ns.net"} {
		st.Facts[journal.Key{Fact: f, Side: journal.Outside}] = journal.Fact{Value: journal.Value{Fact: f, Source: "/proc/1/ns/net", Text: &text}}
	}
	return st, nil
}

func (s *stand) Do(_ context.Context, _ string, c lessons.Command) (lessons.Result, error) {
	switch c.Text {
	case "solve":
		s.solved = true
	case "solved":
		if !s.solved {
			return lessons.Result{Out: "not \x1b[31myet\n", Exit: 1}, nil
		}
	}
	return lessons.Result{Out: "said " + c.Text + "\n"}, nil
}

func (s *stand) End(context.Context) error {
	s.ends++
	s.solved = false
	return nil
}

const played = `---
title: 컨테이너의 네트워크
minutes: 5
level: beginner
run: {}
---

The introduction.

## The first step

Some **prose** of ` + "`code`" + `와 함께.

` + "```stop\nbefore: namespaces\n```" + `

` + "```predict\nask: Whose network?\nvalue: {fact: proc.ns.net}\nagainst: {fact: host.ns.net}\nchoices:\n  - {text: its own, when: differs, wrong: one call makes it all}\n  - {text: the host's, when: same, right: true}\n```" + `

` + "```look\npane: namespaces\nfact: proc.ns.net\n```" + `

## The task

` + "```check\nsolved\n```\n\n```hint\nthe hint\n```\n\n```solve\nsolve\n```\n"

// inKorean is the same lesson in Korean; other words, the same blocks.
var inKorean = strings.NewReplacer("컨테이너의 네트워크", "네트워크", "The introduction.", "들어가며", "The first step", "첫 단계",
	"Some **prose**", "**말**", "Whose network?", "누구의 것일까요?", "its own", "새것", "the host's", "호스트의 것", "one call makes it all", "한 번에 된다",
	"The task", "할 일", "the hint", "도움말").Replace(played)

// lessonDrive drives a lesson screen without a terminal.
type lessonDrive struct {
	t *testing.T
	m *lessonModel
	s *stand
	n int // how often progress was kept
}

func playLesson(t *testing.T, w, h int) *lessonDrive {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"en.md": played, "ko.md": inKorean} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set, err := lessons.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	recording, remove, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(remove)
	d := &lessonDrive{t: t, s: &stand{}}
	o := Options{Theme: "dark", Lang: EN}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	d.m = newLesson(ctx, LessonOptions{
		Options: o, Player: lessons.NewPlayer(set.In("en"), d.s), All: set.Lessons,
		Save:   func(*lessons.Score) error { d.n++; return nil },
		Behind: func(string) (LiveRun, bool) { return LiveRun{Journal: recording, Controller: &fake{}}, true },
	})
	t.Cleanup(d.m.forget)
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// send gives a message, and then those that its commands give; a command that
// follows a file or waits for time is not waited for.
func (d *lessonDrive) send(msg tea.Msg) {
	_, cmd := d.m.Update(msg)
	d.run(cmd)
	d.whole()
}

func (d *lessonDrive) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if list, ok := msg.(tea.BatchMsg); ok {
		for _, c := range list {
			d.run(c)
		}
		return
	}
	switch msg := msg.(type) {
	case nil, tea.QuitMsg, lessonTick:
	case grewMsg: // one is enough: the next would wait for more
		d.m.Update(msg)
	default:
		if reflect.TypeOf(msg).PkgPath() == reflect.TypeFor[movedMsg]().PkgPath() {
			d.send(msg)
		}
	}
}

func (d *lessonDrive) keys(names ...string) {
	d.t.Helper()
	for _, n := range names {
		d.send(press(n))
	}
}

func (d *lessonDrive) text() string { return ansi.Strip(d.m.View().Content) }

func (d *lessonDrive) has(want ...string) {
	d.t.Helper()
	for _, w := range want {
		if !strings.Contains(d.text(), w) {
			d.t.Errorf("no %q on the screen:\n%s", w, d.text())
		}
	}
}

// whole holds that the frame has just the screen's size.
func (d *lessonDrive) whole() {
	d.t.Helper()
	whole(d.t, "lesson", strings.Split(d.m.View().Content, "\n"), d.m.w, d.m.h)
}

func TestLessonIsPlayed(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.has("컨테이너의 네트워크", "The introduction.")
	d.keys("space")
	d.has("1/2 The first step", "Some prose of code와 함께.", "to the gate before namespaces")
	d.keys("space")
	d.has("Whose network?", "its own", "What happens")
	d.keys("1", "space")
	d.has("✗ 1", "✓ 2", "but not so: one call makes it all", "It is: the host's", "net:[1]", "Look: Namespaces")
	d.keys("space", "space")
	d.has("2/2 The task", "Your task")
	if lit := d.m.model().sc.Lit; lit.Facts != nil {
		t.Errorf("what the last step looked at is still pointed at: %v", lit)
	}
	d.keys("space")
	d.has("Not yet: not ^[[31myet", "R reset")
	d.keys("h")
	d.has("the hint")
	d.keys("v")
	d.has("$ solve", "Done: said solved")
	d.keys("p")
	d.has("1/2 The first step")
	if d.m.model().sc.Lit.Facts == nil {
		t.Error("the step that is gone back to points at nothing")
	}
	d.keys("space", "space", "space")
	d.has("The lesson is over", "0 of 1 predictions right, 1 of 1 tasks solved", "one call makes it all")
	if s := d.m.o.Player.Score; !s.Done || d.n == 0 {
		t.Errorf("score %+v, kept %d times", s, d.n)
	}
}

func TestLessonResets(t *testing.T) {
	d := playLesson(t, 80, 24)
	d.keys("space", "space", "2", "space", "space", "space", "v")
	d.has("Done: said solved")
	d.keys("R")
	if d.s.ends != 1 || d.s.solved {
		t.Errorf("ended %d times, solved %v", d.s.ends, d.s.solved)
	}
	d.has("2/2 The task")
	d.keys("space")
	d.has("Not yet")
}

func TestLessonGoesOnAfterTrouble(t *testing.T) {
	d := playLesson(t, 80, 24)
	d.s.broken = errors.New("the stage clone failed: \x1b]0;x\x07")
	d.keys("space", "space")
	d.has("the stage clone failed: ^[]0;x^G", "space tries again")
	d.keys("space")
	d.has("Whose network?")
}

// TestLessonInAnotherLanguage changes the language at each place of a lesson, and
// back: what is told changes, what was done does not.
func TestLessonInAnotherLanguage(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("g")
	d.has("들어가며", "시작")
	d.keys("ㅎ")
	d.has("The introduction.", "begin")
	d.keys("space")
	d.has("1/2 The first step")
	d.keys("g")
	d.has("1/2 첫 단계", "namespaces 단계 앞까지")
	d.keys("g")
	d.has("1/2 The first step", "Some prose of code와 함께.", "to the gate before namespaces")
	d.keys("g", "space")
	d.has("누구의 것일까요?", "호스트의 것")
	d.keys("1", "g")
	d.has("Whose network?", "▌ 1  its own", "Some prose of code와 함께.")
	d.keys("space")
	d.has("but not so: one call makes it all", "It is: the host's")
	d.keys("g")
	d.has("아닙니다. 한 번에 된다", "답: 호스트의 것", "net:[1]", "볼 것: 네임스페이스")
	d.keys("`")
	d.has("✓ pull")
	d.keys("g", "`")
	d.has("Whose network?", "Namespaces")
	d.keys("space", "space", "h", "g")
	d.has("2/2 할 일", "도움말", "과제")
	d.keys("v", "g")
	d.has("$ solve", "Done: said solved")
	d.keys("space", "space", "g")
	d.has("예측 1개 중 0개", "누구의 것일까요?", "고른 답: 새것", "답: 호스트의 것", "한 번에 된다")
	if s := d.m.o.Player.Score; len(s.Answers) != 1 || s.Lang != "ko" || s.Tasks[0].Title != "할 일" || s.Tasks[0].Hints != 1 {
		t.Errorf("score %+v", s)
	}
	d.keys("p", "p")
	d.has("1/2 첫 단계", "아닙니다. 한 번에 된다")
}

func TestLessonLeavesToTheFreeScreen(t *testing.T) {
	d := playLesson(t, 120, 40)
	d.keys("space", "`")
	d.has("There is no container yet.")
	d.keys("space", "`")
	d.has("✓ pull", "demo", "` lesson")
	d.keys("q")
	d.has("Whose network?")
	d.keys("tab", "4")
	if in := d.m.model(); in.sc.Pane != PaneCgroup {
		t.Errorf("pane %d is shown", in.sc.Pane)
	}
	d.keys("tab", "2")
	if d.m.choice != 1 {
		t.Errorf("answer %d is chosen", d.m.choice)
	}
}

func TestLessonAsksBeforeItLeaves(t *testing.T) {
	d := playLesson(t, 80, 24)
	_, cmd := d.m.Update(press("q"))
	if cmd != nil {
		t.Fatal("q leaves at once")
	}
	d.has("q again leaves")
	d.keys("esc", "esc")
	_, cmd = d.m.Update(press("q"))
	if cmd != nil {
		t.Error("esc leaves")
	}
	_, cmd = d.m.Update(press("q"))
	if cmd == nil {
		t.Error("q q does not leave")
	}
}

func TestLessonTellsItsKeys(t *testing.T) {
	d := playLesson(t, 80, 24)
	d.keys("?")
	d.has("shell inside", "q", "leave", "reset the step")
	d.keys("space")
	d.has("The introduction.")
}

// TestLessonPointsAtRows holds that what is looked at is marked, in sight and with its source.
func TestLessonPointsAtRows(t *testing.T) {
	d := playLesson(t, 120, 24)
	d.keys("space", "space", "1", "space")
	d.has("▶", "readlink /proc/")
	in := d.m.model()
	in.sc.Lit = Lit{Facts: []string{"proc.environ"}}
	in.sc.Pane, in.sc.Panes[PaneProcesses] = PaneProcesses, View{}
	d.m.drawn = false
	d.has("▶", "environ")
}

// TestLessonSizes holds the frame at every size, at each place of a lesson.
func TestLessonSizes(t *testing.T) {
	d := playLesson(t, 120, 40)
	for range 6 {
		for _, w := range []int{1, 2, 10, 23, 24, 40, 79, 80, 111, 112, 150, 220} {
			for _, h := range []int{1, 2, 5, 6, 10, 24, 38, 41, 70} {
				d.m.Update(tea.WindowSizeMsg{Width: w, Height: h})
				d.whole()
			}
		}
		d.m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
		d.keys("2", "space", "v")
	}
}

// TestLessonWords holds that no word of the lesson screen is missing in a language.
func TestLessonWords(t *testing.T) {
	for lang, text := range lessonTexts {
		v := reflect.ValueOf(*text)
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				t.Errorf("%s: %s is empty", lang, v.Type().Field(i).Name)
			}
		}
	}
}

// What a step pointed at is lit no more when a later one comes back to the run.
func TestUnlitInEveryRun(t *testing.T) {
	one, two := &behind{m: &Model{}}, &behind{m: &Model{}}
	one.m.sc.Lit, two.m.sc.Lit = Lit{Text: "a"}, Lit{Text: "b"}
	m := lessonModel{runs: map[string]*behind{"one": one, "two": two}, now: "two"}
	m.unlit()
	if one.m.sc.Lit.Text != "" || two.m.sc.Lit.Text != "" {
		t.Errorf("still pointed at: %v, %v", one.m.sc.Lit, two.m.sc.Lit)
	}
}

func TestProseWraps(t *testing.T) {
	d := playLesson(t, 80, 24)
	for _, w := range []int{1, 2, 3, 7, 20, 76} {
		for _, row := range d.m.sc.prose("한글과 `코드`가 **섞인** 문단입니다.\n\n- one\n- two\n\n> said\n\n1. first\n\n```\n  code\n```\n\naverylongwordthatfitsnowhere", w) {
			if n := Width(row); n > max(w, 5) {
				t.Errorf("a row of %d cells where there are %d: %q", n, w, row)
			}
		}
	}
	rows := d.m.sc.prose("앞의 말 `code`가 뒤따릅니다", 10)
	for _, r := range rows {
		if strings.HasPrefix(ansi.Strip(r), "가") {
			t.Errorf("a particle stands alone: %q", rows)
		}
	}
}
