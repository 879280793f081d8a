package tui

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// drive is a Model whose commands are run at once, as Bubble Tea would run them
// later: Update is what is tested, without a terminal.
type drive struct {
	t    testing.TB
	m    *Model
	quit bool
	sent []tea.Msg
}

// opened drives the screen over a journal's file, all of it read.
func opened(t testing.TB, path string, w, h int, opts Options) *drive {
	t.Helper()
	x, err := journal.OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() {
		cancel()
		_ = x.Close()
	})
	if opts.Getenv == nil {
		opts.Getenv = func(string) string { return "" }
	}
	if opts.Lang == "" {
		opts.Lang = EN
	}
	if opts.Theme == "" {
		opts.Theme = "dark"
	}
	d := &drive{t: t, m: newModel(ctx, &source{x: x, signal: opts.Signal}, opts)}
	d.m.follow = func(*source) tea.Cmd { return nil }               // grow does
	d.m.after = func(time.Duration, tea.Msg) tea.Cmd { return nil } // a test sends what time would
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.grow()
	return d
}

// grow delivers one piece of the journal, and what comes of it, but does not
// follow further.
func (d *drive) grow() {
	d.t.Helper()
	msg := d.m.src.follow(d.m.ctx)()
	d.m.src.last = time.Time{}
	d.send(msg)
}

func (d *drive) send(msg tea.Msg) {
	d.t.Helper()
	_, cmd := d.m.Update(msg)
	d.run(cmd)
}

// run runs a command and delivers what it says.
func (d *drive) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	msg := cmd()
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	case doneMsg, backMsg, choicesMsg, shellMsg, dirMsg, stateMsg, callsMsg, callMsg, ranMsg, fallMsg:
		d.send(msg)
	default:
		d.sent = append(d.sent, msg)
	}
}

// keys presses keys by their names.
func (d *drive) keys(names ...string) {
	d.t.Helper()
	for _, n := range names {
		d.send(press(n))
	}
}

func press(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"space": tea.KeySpace, "enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp,
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
		"f5": tea.KeyF5, "backspace": tea.KeyBackspace,
	}
	k := tea.Key{}
	rest := name
	if r, ok := strings.CutPrefix(rest, "ctrl+"); ok && r != "" {
		k.Mod, rest = tea.ModCtrl, r
	}
	if r, ok := strings.CutPrefix(rest, "shift+"); ok && r != "" {
		k.Mod |= tea.ModShift
		rest = r
	}
	if code, ok := special[rest]; ok {
		k.Code = code
		if rest == "space" {
			k.Text = " "
		}
		return tea.KeyPressMsg(k)
	}
	k.Code = []rune(rest)[0]
	if k.Mod == 0 {
		k.Text = rest
	}
	return tea.KeyPressMsg(k)
}

// frame is the frame as rows.
func (d *drive) frame() []string { return strings.Split(d.m.View().Content, "\n") }

// text is the frame without colours.
func (d *drive) text() string { return ansi.Strip(d.m.View().Content) }

func (d *drive) has(want string) {
	d.t.Helper()
	if !strings.Contains(d.text(), want) {
		d.t.Fatalf("the screen does not say %q:\n%s", want, d.text())
	}
}

func (d *drive) hasNot(not string) {
	d.t.Helper()
	if strings.Contains(d.text(), not) {
		d.t.Fatalf("the screen says %q:\n%s", not, d.text())
	}
}

// whole checks that a frame has exactly h rows of at most w cells.
func whole(t testing.TB, name string, rows []string, w, h int) {
	t.Helper()
	if len(rows) != h {
		t.Fatalf("%s at %dx%d: %d rows", name, w, h, len(rows))
	}
	for i, r := range rows {
		if n := ansi.StringWidth(r); n > w {
			t.Fatalf("%s at %dx%d: row %d has %d cells: %q", name, w, h, i, n, ansi.Strip(r))
		}
		for _, c := range ansi.Strip(r) {
			if c < 0x20 || c >= 0x7f && c < 0xa0 {
				t.Fatalf("%s at %dx%d: row %d has a control character %U: %q", name, w, h, i, c, r)
			}
		}
	}
}

func TestKeysAreReachableInKorean(t *testing.T) {
	for _, b := range bindings {
		for _, k := range b.Keys {
			if len(k) != 1 || k[0]|0x20 < 'a' || k[0]|0x20 > 'z' {
				continue
			}
			found := ""
			for j, l := range jamo {
				if string(l) == k {
					found = string(j)
				}
			}
			if found == "" {
				t.Errorf("key %q has no letter on a Korean keyboard", k)
				continue
			}
			if got := actOf(press(found)); got != b.Act {
				t.Errorf("%s does act %d, want %d", found, got, b.Act)
			}
		}
	}
}

func TestKeyMapHasNoKeyTwice(t *testing.T) {
	seen := map[string]Act{}
	for _, b := range bindings {
		for _, k := range b.Keys {
			if a, ok := seen[k]; ok {
				t.Errorf("key %q is bound to %d and %d", k, a, b.Act)
			}
			seen[k] = b.Act
		}
	}
}

func TestStepsThroughARecording(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	for i, name := range journal.Stages() {
		d.has(fmt.Sprintf("stage %d/10 %s", i+1, name))
		d.has("RECORDED")
		d.keys("space")
	}
	d.has("stage 10/10 exit")
	d.keys("space")
	d.has("stage 10/10 exit")
	for i := 9; i > 0; i-- {
		d.keys("pgup")
		d.has(fmt.Sprintf("stage %d/10 %s", i, journal.Stages()[i-1]))
	}
	d.keys("end")
	d.has("stage 10/10")
	d.keys("home")
	d.has("stage 1/10")
}

func TestStepsByCallAndSnapshot(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	d.keys("space", "space", "space")
	d.has("stage 4/10 clone")
	at := d.m.sc.S.Seq
	d.keys("c")
	e := d.m.sc.S.Calls
	if last := e[len(e)-1]; last.Call == nil || last.Call.Name != "unshare" || d.m.sc.S.Seq != last.Seq {
		t.Fatalf("the next call is %+v at %d", last, d.m.sc.S.Seq)
	}
	d.keys("v")
	if n := d.m.sc.S.Calls; n[len(n)-1].Call.Name != "clone" {
		t.Fatalf("the call before is %+v", n[len(n)-1].Call)
	}
	d.keys("right")
	if d.m.sc.S.Seq > at || d.m.sc.S.When != "after clone" {
		t.Fatalf("the next snapshot is %q at %d", d.m.sc.S.When, d.m.sc.S.Seq)
	}
}

func TestEscNeverQuits(t *testing.T) {
	d := opened(t, demoRecording(t), 80, 24, Options{})
	d.keys("esc", "esc", "?", "esc", "/", "esc", "t", "esc", "z", "esc", "b", "esc", "esc")
	if d.quit || len(d.m.top) != 0 || d.m.sc.Blank {
		t.Fatalf("quit %v, %d overlays, blank %v", d.quit, len(d.m.top), d.m.sc.Blank)
	}
	d.keys("q")
	if !d.quit {
		t.Fatal("q does not leave a recording")
	}
}

func TestSameViewWhenNothingChanged(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	a := d.m.View().Content
	d.send(doneMsg{})
	d.m.drawn = false
	if b := d.m.View().Content; a != b {
		t.Fatal("the view changed though nothing did")
	}
}

func TestChangesAreMarkedAndAlone(t *testing.T) {
	d := opened(t, demoRecording(t), 160, 50, Options{})
	d.keys("space", "space", "space", "space")
	d.has("~ uts")
	d.has("~ hostname")
	d.hasNot("~ user")
	d.keys("3", "d")
	d.has("~ net")
	for _, l := range d.m.sc.paneLines() {
		if l.Head == "" && l.marked() == ' ' {
			t.Fatalf("d shows what did not change: %+v", l)
		}
	}
}

func TestSearchLightsAndMoves(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	d.keys("space", "space", "space", "space", "space", "space", "5", "/")
	for _, r := range "mqueue" {
		d.keys(string(r))
	}
	d.keys("enter")
	l := d.m.selected()
	if l == nil || !strings.Contains(l.Out.Text+l.In.Text, "mqueue") {
		t.Fatalf("the cursor is on %+v", l)
	}
	if !strings.Contains(d.m.View().Content, d.m.sc.Theme.Badge.Of("mqueue")) {
		t.Fatal("the match is not lit")
	}
	d.keys("/", "p", "r", "o") // the last search stands there, and is typed over
	if d.m.sc.Search != "pro" {
		t.Errorf("it searches for %q", d.m.sc.Search)
	}
	d.keys("enter", "/", "backspace")
	if d.m.sc.Search != "pr" {
		t.Errorf("it searches for %q", d.m.sc.Search)
	}
}

func TestCopyGivesTheCommand(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	d.keys("space", "space", "space", "2")
	d.m.sc.Panes[PaneProcesses] = View{Cursor: 1, moved: true}
	d.keys("y")
	d.has("Copied: cat /proc/48213/status")
	if len(d.sent) != 1 {
		t.Fatalf("messages: %v", d.sent)
	}
	d.keys("home", "2", "y") // before the first stage there is no process
	if strings.Contains(d.text(), "Copied: "+d.m.sc.Text.Nothing) || len(d.sent) != 1 {
		t.Errorf("a remark was copied: %v", d.sent)
	}
}

func TestMouseIsTold(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	d.keys("m")
	d.has("m gives it back")
	d.keys("m")
	d.has("the terminal's again")
}

func TestCallsPaneShowsAllAndFilters(t *testing.T) {
	d := opened(t, demoRecording(t), 160, 50, Options{})
	d.keys("end", "9")
	d.has("pivot_root(., .) = 0")
	d.keys("/")
	for _, r := range "RTM_NEWADDR" {
		d.keys(string(r))
	}
	d.has("RTM_NEWADDR(eth0")
	pane := strings.SplitAfter(d.text(), "9 Calls")[1]
	if strings.Contains(pane, "pivot_root(") && strings.Contains(pane, "umount2(") {
		t.Fatalf("other calls are still there:\n%s", d.text())
	}
}

func TestAutoPlaysARecordingAndLoops(t *testing.T) {
	d := opened(t, demoRecording(t), 100, 30, Options{Auto: time.Minute, Loop: true})
	d.m.autoID = 7
	for i := range 9 {
		d.send(tickMsg{7})
		if want := fmt.Sprintf("stage %d/10", i+2); !strings.Contains(d.text(), want) {
			t.Fatalf("after %d ticks not at %s:\n%s", i+1, want, d.text())
		}
	}
	d.send(tickMsg{7})
	d.has("stage 1/10")
	d.send(tickMsg{3}) // of a timer that was replaced
	d.has("stage 1/10")
	d.keys("esc")
	d.has("PAUSED")
}

// TestEndOfAGrowingRecordingIsFollowed: who goes to now sees what is written after it,
// until another moment is asked for.
func TestEndOfAGrowingRecordingIsFollowed(t *testing.T) {
	whole, err := os.ReadFile(demoRecording(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	file := filepath.Join(t.TempDir(), "growing")
	write := func(part float64) {
		t.Helper()
		n := int(part * float64(len(lines)))
		if err := os.WriteFile(file, []byte(strings.Join(lines[:n], "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(0.4)
	d := opened(t, file, 100, 30, Options{})
	d.keys("end")
	for _, part := range []float64{0.6, 0.8} {
		write(part)
		d.grow()
		if d.m.sc.S.Seq != d.m.sc.Newest.Seq {
			t.Errorf("at %v it shows event %d of %d", part, d.m.sc.S.Seq, d.m.sc.Newest.Seq)
		}
	}
	d.keys("p")
	at := d.m.sc.S.Seq
	write(1)
	d.grow()
	if d.m.sc.S.Seq != at {
		t.Errorf("it went on from event %d to %d by itself", at, d.m.sc.S.Seq)
	}
}

func TestResizeKeepsThePlace(t *testing.T) {
	d := opened(t, demoRecording(t), 200, 60, Options{})
	d.keys("space", "space", "space", "2", "down", "down")
	cur := d.m.sc.Panes[PaneProcesses].Cursor
	for _, s := range [][2]int{{30, 5}, {80, 24}, {1, 1}, {200, 60}} {
		d.send(tea.WindowSizeMsg{Width: s[0], Height: s[1]})
		whole(t, "resized", d.frame(), s[0], s[1])
	}
	if d.m.sc.Panes[PaneProcesses].Cursor != cur {
		t.Fatalf("the cursor went from %d to %d", cur, d.m.sc.Panes[PaneProcesses].Cursor)
	}
}
