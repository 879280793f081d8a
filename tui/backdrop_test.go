package tui

import (
	"image/color"
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestLightBackground: where the terminal says that it is light nothing stands in letters
// that vanish there, and a theme that somebody named keeps its name.
func TestLightBackground(t *testing.T) {
	white, black := tea.BackgroundColorMsg{Color: color.White}, tea.BackgroundColorMsg{Color: color.Black}
	for _, c := range []struct {
		theme  string
		picked bool
		says   tea.Msg
		want   string
	}{
		{"dark", true, white, "light"},
		{"dark", false, white, "dark"},
		{"dark", true, black, "dark"},
		{"light", false, black, "light"},
		{"16", true, white, "16"},
		{"contrast", false, white, "contrast"},
		{"dark", true, tea.BackgroundColorMsg{}, "dark"},
	} {
		d := opened(t, realRecording(t), 120, 40, Options{Theme: c.theme})
		b := backdrop{d.m, c.picked}
		if _, cmd := b.Update(c.says); cmd != nil {
			t.Errorf("%+v: it is asked more", c)
		}
		if got := d.m.sc.Theme.Name; got != c.want {
			t.Errorf("%+v: the theme is %s", c, got)
		}
	}
	faint := regexp.MustCompile(`\x1b\[(?:[0-9;]*;)?(?:3[2367]|9[2367])m`) // green, yellow, cyan, white
	for _, theme := range []string{"16", "contrast"} {
		d := opened(t, realRecording(t), 120, 40, Options{Theme: theme})
		d.keys("space", "space", "space", "space", "space", "tab", "tab")
		if all := d.m.View().Content; !faint.MatchString(all) {
			t.Fatalf("%s: the pattern finds nothing at all", theme)
		}
		_, _ = backdrop{d.m, false}.Update(white)
		if all := d.m.View().Content; faint.MatchString(all) {
			t.Errorf("%s: %q vanishes on white", theme, faint.FindString(all))
		}
	}
}

// TestBarIsNeverReversed: it would be the other half of its cell.
func TestBarIsNeverReversed(t *testing.T) {
	for _, name := range Themes() {
		if bar := NewTheme(name, false).bar(); strings.Contains(bar, ";7;") || strings.Contains(bar, ";7m") || strings.Contains(bar, "[7") {
			t.Errorf("%s: %q", name, bar)
		}
	}
}

// TestNextThemeStaysLight: T goes round all themes, and each minds the background.
func TestNextThemeStaysLight(t *testing.T) {
	th := NewTheme("dark", false).onLight(true)
	var names []string
	for range Themes() {
		names = append(names, th.Name)
		if th.Name == "contrast" && th.Add != SGR("1;34") {
			t.Error("contrast forgot that the background is light")
		}
		th = th.next()
	}
	if got := strings.Join(names, " "); got != "light 16 none contrast dark" {
		t.Errorf("T goes through %s", got)
	}
}

// TestLightBackgroundInLesson: a lesson that has been drawn is drawn anew, with what its
// page keeps as drawn.
func TestLightBackgroundInLesson(t *testing.T) {
	for _, theme := range []string{"dark", "16", "contrast"} {
		d := playLesson(t, 120, 40)
		d.m.sc.Theme = NewTheme(theme, false)
		d.keys("space")
		before := d.m.View().Content
		_, _ = backdrop{d.m, true}.Update(tea.BackgroundColorMsg{Color: color.White})
		got := d.m.View().Content
		for _, p := range d.m.pages {
			for i := range p.entries {
				p.entries[i].drop()
			}
		}
		d.m.drawn = false
		if want := d.m.View().Content; got == before || got != want {
			t.Errorf("%s: the page keeps colours of the dark", theme)
		}
	}
}
