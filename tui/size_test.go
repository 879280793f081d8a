package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"glassbox/runtime/journal"
)

// apart is how far apart the sizes that a test draws lie: five times n with -short.
func apart(n int) int {
	if testing.Short() {
		return 5 * n
	}
	return n
}

// TestEveryFrameFits draws every stage at every size: each frame has exactly its
// rows, and no row is wider than the screen.
func TestEveryFrameFits(t *testing.T) {
	path := demoRecording(t)
	for _, lang := range Langs() {
		d := opened(t, path, 80, 24, Options{Lang: lang})
		for i := range journal.Stages() {
			sc := &d.m.sc
			for w := 1; w <= 220; w += apart(3 + (w+i)%7) {
				for h := 1; h <= 70; h += apart(2 + (w+h+i)%6) {
					sc.Focus = Focus((w + h) % int(focusCount))
					sc.Pane = (w + h + i) % paneCount
					sc.Zoom, sc.Talk, sc.Diff = (w+h)%7 == 0, (w+h)%5 == 0, (w+h)%11 == 0
					whole(t, fmt.Sprintf("%s stage %d pane %d focus %d", lang, i, sc.Pane, sc.Focus), sc.Frame(w, h, nil), w, h)
				}
			}
			sc.Talk, sc.Zoom, sc.Diff = false, false, false
			d.keys("space")
		}
	}
}

// TestEverySizeOnce draws one stage at all sizes there are.
func TestEverySizeOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("15400 frames")
	}
	d := opened(t, demoRecording(t), 80, 24, Options{Lang: KO})
	d.keys("space", "space", "space", "space", "space", "space", "space")
	for w := 1; w <= 220; w++ {
		for h := 1; h <= 70; h++ {
			d.m.sc.Talk = w%2 == 0 && h%2 == 0
			whole(t, "network", d.m.sc.Frame(w, h, nil), w, h)
		}
	}
}

// TestOverlaysFit lays each overlay over each size.
func TestOverlaysFit(t *testing.T) {
	d := opened(t, demoRecording(t), 80, 24, Options{Lang: KO})
	d.keys("space", "space", "space")
	sides := []journal.Side{journal.Outside, journal.Inside}
	list := []overlay{
		&help{},
		ask{},
		&prompt{kind: askRun, text: strings.Repeat("가나다", 40)}, &prompt{},
		scrub{},
		&value{title: "값", text: strings.Repeat("한글 text\n", 90)},
		&leave{list: []Choice{{Name: "uts", Stage: "namespaces"}, {Name: "cgroup", Stage: "cgroups", Out: true}}},
		&ran{msg: ranMsg{
			line: "ls", side: sides, res: []Result{{Out: []byte("a\nb\n")}, {Out: []byte("가\x1b[2J\n")}}, err: make([]error, 2),
		}},
	}
	for _, o := range list {
		for w := 1; w <= 220; w += apart(1 + w/9) {
			for h := 1; h <= 70; h += 1 + h/5 {
				whole(t, fmt.Sprintf("%T", o), d.m.sc.Frame(w, h, []overlay{o}), w, h)
			}
		}
	}
}

// TestHostileWords shows escape sequences of every kind, binary, long lines and
// bidirectional marks in every place where foreign text can stand.
func TestHostileWords(t *testing.T) {
	evil := "\x1b[2J\x1b]0;owned\x07\x1bP1$r\x1b\\\x1b_apc\x1b\\\u009b31m\u202e\u2066rtl\u200b\ufeff\r\t\b\x00\x7f\xff\xfe👩‍👩‍👧 각\u1100\u1161\u0301\u0301" +
		strings.Repeat("\x1b[31mx", 200) + strings.Repeat("W", 1<<17)
	path := hostileRecording(t, evil)
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}, {45, 20}, {30, 5}, {100, 30}} {
		d := opened(t, path, size[0], size[1], Options{Talk: size[0] == 100})
		d.keys("end")
		for pane := range paneCount {
			d.m.pane(pane)
			for _, f := range []Focus{OnRail, OnStory, OnPane} {
				d.m.sc.Focus = f
				d.m.drawn = false
				whole(t, fmt.Sprintf("pane %d", pane), d.frame(), size[0], size[1])
			}
			d.keys("u")
			whole(t, fmt.Sprintf("value of pane %d", pane), d.frame(), size[0], size[1])
			d.keys("esc")
		}
		v := d.m.View()
		if strings.ContainsAny(v.WindowTitle, "\x1b\x07\x00\u202e") {
			t.Fatalf("the window's title is %q", v.WindowTitle)
		}
	}
}

func hostileRecording(t testing.TB, evil string) string {
	t.Helper()
	path := t.TempDir() + "/hostile"
	w, err := journal.Create(path, journal.Header{
		ID: evil, Name: evil, Kernel: evil, Image: evil, Args: []string{evil}, Limits: map[string]string{evil: evil},
		Stages: []string{"pull", evil[:60], "exec"},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{w: w, t: recorded}
	for _, stage := range []string{"pull", "exec"} {
		r.begin(stage)
		r.call(journal.Host, evil, evil, evil, evil)
		r.write(evil, evil, evil)
		r.plan(evil, evil)
		for _, f := range []string{
			factStatus, factMountinfo, factCgroup, factUIDMap, factGIDMap, factCmdline, factEnviron, factLimits, factTree, factHostname, factAddrs,
			factRoutes, factNeighs, factRules, factPorts, factResolv, factHosts, factUpper, factWork, factRoot, factLayers, famNS + "mnt", famCgroup + evil[:40], evil,
		} {
			r.both(f, evil, "/"+evil, evil+"\n"+strings.Repeat(evil[:80]+" 1 2 3 4 5\n", 30))
		}
		r.emit(journal.Event{Kind: journal.KindProgress, Progress: &journal.Progress{What: "layer", ID: evil, State: evil, By: evil, Path: evil, Done: -5, Total: 1 << 62}})
		r.say("stdout", evil)
		r.say("stderr", "\x1b[?1049h"+evil)
		r.emit(journal.Event{Kind: journal.KindNote, Note: &journal.Note{About: "warning", Text: evil}})
		r.emit(journal.Event{Kind: journal.KindError, Error: &journal.Error{Text: evil, Mend: evil}})
		r.done()
	}
	r.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Failed, Why: evil, DurUS: -1}})
	r.emit(journal.Event{Kind: journal.KindExit, Exit: &journal.Exit{Code: -1, Signal: evil, OOMKills: 1, OOMSource: evil}})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLangsAreComplete(t *testing.T) { complete(t) }

func TestWindowTitleAndProgress(t *testing.T) {
	d := opened(t, demoRecording(t), 80, 24, Options{})
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	if got := d.m.View().WindowTitle; got != "glassbox demo 1/10 pull" {
		t.Fatalf("the window's title is %q", got)
	}
	if d.m.View().ProgressBar != nil {
		t.Fatal("a recording has no progress")
	}
}
