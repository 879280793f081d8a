package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// TestHelpIsWhole: no row of help is cut, and in ASCII no key has the name of another.
func TestHelpIsWhole(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		for _, ascii := range []bool{false, true} {
			for _, w := range []int{80, 100, 124, 160} {
				sc := Scene{Theme: NewTheme("none", ascii), Lang: lang, Text: textOf(lang), Live: true}
				o := help{}
				all := ansi.Strip(strings.Join(sc.Theme.sent(o.draw(&sc, w, 100)), "\n"))
				if s := strings.ReplaceAll(all, "1…0", ""); strings.Contains(s, "…") || strings.Contains(s, "~") {
					t.Errorf("%s, %d wide: a row is cut:\n%s", lang, w, all)
				}
				if !ascii {
					continue
				}
				for key, n := range map[string]int{"<": 1, ">": 1, "^": 0, "right": 1, "up k": 1} {
					if got := strings.Count(all, " "+key+" "); got != n {
						t.Errorf("%s, %d wide: %q stands %d times:\n%s", lang, w, key, got, all)
					}
				}
				if lang == EN {
					for _, r := range all {
						if r > '~' {
							t.Fatalf("%q is not ASCII:\n%s", r, all)
						}
					}
				}
			}
		}
	}
}

// TestScrolledTellsWhere: a box that does not hold all says how much there is.
func TestScrolledTellsWhere(t *testing.T) {
	sc := Scene{Theme: NewTheme("none", false), Lang: EN, Text: textOf(EN)}
	o := value{title: "proc.status", source: "/proc/1/status", text: strings.Repeat("row\n", 30)}
	if s := strings.Join(o.draw(&sc, 80, 24), "\n"); !strings.Contains(s, "20/30") {
		t.Errorf("it is not told that there are more rows:\n%s", s)
	}
	o.top = 99
	if s := strings.Join(o.draw(&sc, 80, 24), "\n"); !strings.Contains(s, "30/30") || o.top != 10 {
		t.Errorf("at the end, from %d:\n%s", o.top, s)
	}
	o.text = "row\n"
	if s := strings.Join(o.draw(&sc, 80, 24), "\n"); strings.Contains(s, "1/1") {
		t.Errorf("all is there:\n%s", s)
	}
}

// TestHelpScrolls: where help is longer than the screen its keys move in it as it says
// itself, and the footer names them; elsewhere it does not.
func TestHelpScrolls(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		words := textOf(lang)
		d := opened(t, realRecording(t), 80, 24, Options{Lang: lang})
		d.keys("?")
		foot := func() string { return ansi.Strip(d.frame()[23]) }
		for _, want := range []string{"esc " + words.Acts[ActClose], "↑↓ " + words.HomeScroll, "ctrl+d " + words.Acts[ActPageDown]} {
			if !strings.Contains(foot(), want) {
				t.Errorf("the footer does not say %q: %q", want, foot())
			}
		}
		o, _ := d.m.overlay().(*help)
		d.frame()
		d.keys("end")
		d.frame()
		last := o.top
		if last < 2 || len(d.m.top) != 1 {
			t.Fatalf("end goes to %d of %d overlays", last, len(d.m.top))
		}
		for _, c := range []struct {
			key  string
			want int
		}{{"home", 0}, {"pgdown", min(12, last)}, {"pgup", 0}, {"ctrl+d", min(12, last)}, {"ctrl+u", 0}, {"down", 1}, {"up", 0}, {">", last}, {"<", 0}} {
			d.keys(c.key)
			d.frame()
			if o.top != c.want || len(d.m.top) != 1 {
				t.Errorf("%s goes to %d, want %d", c.key, o.top, c.want)
			}
		}
		d.send(tea.WindowSizeMsg{Width: 160, Height: 60})
		if s := d.frame()[59]; strings.Contains(s, words.HomeScroll) {
			t.Errorf("all of it is there: %q", ansi.Strip(s))
		}
		d.keys("esc")
		if len(d.m.top) != 0 {
			t.Error("esc does not close it")
		}
	}
}

// TestKeysThatLeadNowhereSaySo: where there is no way on or back, the footer tells.
func TestKeysThatLeadNowhereSaySo(t *testing.T) {
	d := opened(t, realRecording(t), 80, 24, Options{})
	d.keys("home", "p")
	d.has("There is nothing before this.")
	d.keys("v")
	d.has("There is nothing before this.")
	d.keys("end", "space")
	d.has("There is nothing after this.")
	d.keys("c")
	d.has("There is nothing after this.")
	d.keys("p")
	d.hasNot("There is nothing")
	l := startLive(t, Options{})
	l.keys("p")
	l.has("There is nothing before this.")
	for _, s := range journal.Stages()[:9] {
		l.stageDone(s)
	}
	l.grow()
	l.keys("space")
	l.has("The program runs: nothing waits for a key.")
}
