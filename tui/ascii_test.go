package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// TestASCII: where the terminal has no more than ASCII, no screen sends more.
func TestASCII(t *testing.T) {
	size := tea.WindowSizeMsg{Width: 80, Height: 24}
	for _, talk := range []bool{false, true} {
		d := opened(t, realRecording(t), 80, 24, Options{ASCII: true, Talk: talk})
		for _, stage := range journal.Stages() {
			for i := range paneCount {
				d.m.pane(i)
				onlyASCII(t, stage+", "+textEN.Panes[i], d.m.View().Content)
			}
			d.m.sc.Focus, d.m.drawn = OnStory, false
			onlyASCII(t, stage, d.m.View().Content)
			d.hasNot("~/")
			d.keys("space")
		}
		for _, k := range []string{"?", "t", "/"} {
			d.keys(k)
			onlyASCII(t, k, d.m.View().Content)
			d.keys("esc")
		}
	}
	h := newHome(shelf{[]Item{{Kind: OpenImage, Ref: "demo", Detail: strings.Repeat("long ", 40)}}}, Options{Lang: EN, ASCII: true})
	batch, _ := h.Init()().(tea.BatchMsg)
	for _, c := range batch {
		_, _ = h.Update(c())
	}
	_, _ = h.Update(size)
	onlyASCII(t, "home", h.View().Content)
	n := &notesModel{now: time.Now, sc: Scene{Theme: NewTheme("dark", true), Lang: EN, Text: textOf(EN)}, w: 80, h: 24, s: Speaker{Stage: "exec", Note: strings.Repeat("long ", 400), Next: "exit"}}
	onlyASCII(t, "notes", n.View().Content)
	l := playLesson(t, 80, 24)
	l.m.sc.Theme = NewTheme("dark", true)
	_, _ = l.m.Update(size)
	onlyASCII(t, "lesson", l.m.View().Content)
}

func onlyASCII(t *testing.T, where, frame string) {
	t.Helper()
	for row := range strings.SplitSeq(ansi.Strip(frame), "\n") {
		for _, r := range row {
			if r >= 0x7f && (r < 0xac00 || r > 0xd7a3) { // Korean has no ASCII to be said in
				t.Errorf("%s: %q is sent in %q", where, r, row)
				return
			}
		}
	}
}

// TestASCIILeavesWhatWasPrinted: the screen's own signs are replaced, a word that a program wrote is not.
func TestASCIILeavesWhatWasPrinted(t *testing.T) {
	if got := NewTheme("dark", true).sent([]string{"a → b 한국어"})[0]; got != "a > b 한국어" {
		t.Errorf("%q is sent", got)
	}
}
