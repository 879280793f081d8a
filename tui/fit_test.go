package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// TestCuts is how text that is too long is shortened, by what it is.
func TestCuts(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{CutPath("/var/lib/glassbox/containers/7f/merged", 24), "…/containers/7f/merged"},
		{CutPath("/var/lib", 8), "/var/lib"},
		{CutPath("/var/lib/a-very-long-name", 9), "…ong-name"},
		{CutPath("/a/b/", 3), "…b/"},
		{CutRef("nginx:1.27", 10), "nginx:1.27"},
		{CutRef("oci:/var/cache/glassbox-images/1776/python", 40), "oci:…/cache/glassbox-images/1776/python"},
		{CutRef("oci:/var/cache/glassbox-images/1776/python", 26), "oci:…/1776/python"},
		{CutRef("oci:/var/cache/glassbox-images/1776/python", 16), "oci:…/python"},
		{CutRef("oci:/var/cache/glassbox-images/1776/python", 12), "…/python"},
		{CutRef("oci:/var/cache/1776ce9c0d3bb8a5", 16), "oci:…e9c0d3bb8a5"},
		{CutRef("localhost:5000/library/team/python:3.13", 26), "…/library/team/python:3.13"},
		{CutRef("nginx@sha256:1776ce9c0d3bb8a5", 20), "nginx@sha256:1776ce…"},
		{CutRef("localhost:5000/team/python@sha256:1776ce9c0d3bb8a5", 20), "…/team/python…"},
		{CutWords("nosuid nodev noexec", 15), "nosuid nodev…"},
		{CutWords("mtu 1500 02:67:0a:42:a0:02", 17), "mtu 1500…"},
		{CutWords("mtu 1500 02:67:0a:42:a0:02", 25), "mtu 1500…"},
		{CutWords("4 entries  1 hidden  RUN rm /etc/motd", 23), "4 entries  1 hidden…"},
		{CutWords("15 entries            COPY docker-entrypoint.sh", 23), "15 entries"},
		{CutShell("cat /sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", "/sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", 40), "cat /sys/fs/cgroup/pids/…/pids.max"},
		{CutShell("cat /sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", "/sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", 54), "cat /sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max"},
		{CutShell("cat /sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", "/sys/fs/cgroup/pids/glassbox-5760927f1273/pids.max", 16), "cat /sys/fs/cgr…"},
		{CutShell("cat /proc/7/status", "", 9), "cat /pro…"},
		{CutName("memory.memsw.limit_in_bytes", 23), "…memsw.limit_in_bytes"},
		{CutName("memory.limit_in_bytes", 23), "memory.limit_in_bytes"},
		{CutName("blkio.throttle.write_bps_device", 23), "…throttle.write_bps_de…"},
		{CutName("user:group", 6), "user:…"},
		{CutCall("clone(CLONE_VM|CLONE_NEWPID|SIGCHLD) = 325", 30), "clone(CLONE_VM|CLONE_N…) = 325"},
		{CutCall("mount(proc, /proc) = -1 EPERM", 20), "mount(p…) = -1 EPERM"},
		{CutCall("write /proc/1/uid_map", 10), "write /pr…"},
		{withoutDirs(`write /sys/fs/cgroup/glassbox-1/cpu.max "max"`, 45), `write /sys/fs/cgroup/glassbox-1/cpu.max "max"`},
		{withoutDirs(`write /sys/fs/cgroup/glassbox-1/cpu.max "max"`, 40), `write …/glassbox-1/cpu.max "max"`},
		{withoutDirs(`write /sys/fs/cgroup/glassbox-1/cpu.max "max"`, 24), `write …/cpu.max "max"`},
		{withoutDirs(`mount(/proc/self/fd/9, /proc/self/fd/10) = 0`, 24), "mount(…/9, …/10) = 0"},
		{CutWords("rw,nosuid,nodev,noexec,relatime", 27), "rw,nosuid,nodev,noexec,…"},
		{CutWords("COPY docker-entrypoint.sh", 20), "COPY docker-entrypo…"},
		{strings.Join((&Cell{Text: "/process_api/bc3208087eaa0f192049c5bf"}).split(30, false), "|"), "/process_api/|bc3208087eaa0f192049c5bf"},
		{strings.Join((&Cell{Text: "sh -c 'echo hi; sleep 1'"}).split(10, false), "|"), "sh -c|'echo hi;|sleep 1'"},
		{strings.Join((&Cell{Text: "/glassbox-23bb9ff901c6"}).split(18, false), "|"), "/glassbox-|23bb9ff901c6"},
		{strings.Join((&Cell{Text: "avg10=77.17 avg60=53.43 avg300=16.50 total=54490428"}).split(21, false), "|"), "avg10=77.17|avg60=53.43|avg300=16.50|total=54490428"},
		{strings.Join((&Cell{Text: "/usr/bin/glassbox run --plain --limits cpu=1"}).split(12, false), "|"), "/usr/bin/|glassbox run|--plain --limits cpu=1"},
		{strings.Join((&Cell{Text: "/var/lib/glassbox/containers/1367ff048e9b/merged/proc"}).split(17, false), "|"), "…/containers/|1367ff048e9b/|merged/proc"},
		{strings.Join((&Cell{Text: "02:67:0a:42:a0:02"}).split(17, true), "|"), "02:67:0a:42:a0:|02"},
		{strings.Join((&Cell{Text: "eth0 10.0.2.15/24"}).split(17, false), "|"), "eth0 10.0.2.15/24"},
		{strings.Join((&Cell{Text: "eth0 192.0.2.2/24, gb0 10.66.160.1/24"}).split(24, false), "|"), "eth0 192.0.2.2/24,|gb0 10.66.160.1/24"},
		{strings.Join((&Cell{Text: "eth0 192.0.2.2/24, gb0 10.66.160.1/24"}).split(22, false), "|"), "eth0 192.0.2.2/24,|gb0 10.66.160.1/24"},
		{strings.Join((&Cell{Text: "사용자 8 ms, 시스템 30.3 ms"}).split(24, false), "|"), "사용자 8 ms,|시스템 30.3 ms"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	for _, s := range []string{"W", "한", "각", "e\u0301", "x\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\x1b[1mb\x1b[m", "\xff"} {
		long := strings.Repeat(s, 5000)
		for _, w := range []int{1, 2, 80, 81} {
			if got, want := Cut(long, w), ansi.Truncate(long, w, "…"); got != want {
				t.Errorf("%q, often, in %d cells is %q, want %q", s, w, got, want)
			}
		}
	}
}

// TestNothingTouchesTheFrame: a blank stands before the frame of each pane.
func TestNothingTouchesTheFrame(t *testing.T) {
	for _, lang := range Langs() {
		d := opened(t, realRecording(t), 120, 40, Options{Theme: "none", Lang: lang})
		for _, stage := range journal.Stages() {
			for pane := range paneCount {
				d.m.pane(pane)
				for _, row := range d.frame()[17:38] {
					row = strings.TrimRight(ansi.Strip(row), " ")
					if in := strings.TrimSuffix(row, "│"); in != row && !strings.HasSuffix(in, " ") {
						t.Fatalf("%s, %s, pane %d: %q", lang, stage, pane, row)
					}
				}
			}
			d.m.sc.pinned = false
			d.keys("space")
		}
	}
}

// TestNoHeadingAlone: no pane ends in a heading whose rows can't be seen.
func TestNoHeadingAlone(t *testing.T) {
	heads := map[string]bool{textEN.CallsHere: true, textEN.RuncNote: true, textEN.WhoDoes: true}
	for _, head := range textEN.Rows {
		heads[head] = true
	}
	for h := 20; h < 46; h += apart(1) {
		d := opened(t, realRecording(t), 120, h, Options{Theme: "none"})
		for _, stage := range journal.Stages() {
			sc := &d.m.sc
			l := layout(120, h, sc.Focus, false, false)
			sc.share(&l)
			boxes := [][]string{sc.storyBox(l.Story, l.Mode)}
			if !l.Pane.empty() {
				for sc.Pane = range paneCount {
					boxes = append(boxes, sc.paneBox(l.Pane, l.Mode))
				}
			}
			for _, box := range boxes {
				last := strings.TrimSpace(strings.Trim(ansi.Strip(box[len(box)-2]), "│"))
				if heads[last] {
					t.Errorf("%d rows, %s: %q stands alone", h, stage, last)
				}
			}
			d.keys("space")
		}
	}
}

// TestStoryTakesUnusedRoom: what a pane has no rows for goes to what happens.
func TestStoryTakesUnusedRoom(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{Theme: "none"})
	d.has(textEN.WhoDoes)
	d.has("COPY base / # the programs, users, directories")
	d.keys("space", "space", "space", "space", "space") // cgroups: the pane is full
	d.hasNot(textEN.WhoDoes)
}

// TestUndoneNewestFirst: the list is read from its beginning; while it shortens,
// it goes with what is being undone, and says what it leaves out on either side.
func TestUndoneNewestFirst(t *testing.T) {
	s := stateAt(t, "exit")
	s.Undo = nil
	for i := range 20 {
		s.Undo = append(s.Undo, journal.Undo{Op: "unlink", Target: "/n" + itoa(i), State: journal.Planned})
	}
	list := func() []string { return strings.Split(plainPicture("exit", s, 60, 12, EN), "\n")[6:] }
	if got := list(); !strings.Contains(got[0], "/n19") || !strings.Contains(got[6], "14 older") {
		t.Errorf("before: %q", got)
	}
	for i := 8; i < 20; i++ {
		s.Undo[i].State = journal.Undone
	}
	got := list()
	if !strings.Contains(got[0], "8 newer") || !strings.Contains(got[5], "/n7") || !strings.Contains(got[6], "7 older") {
		t.Errorf("meanwhile: %q", got)
	}
	for i := range 8 {
		s.Undo[i].State = journal.Undone
	}
	if got := list(); !strings.Contains(got[0], "/n19") {
		t.Errorf("afterwards: %q", got)
	}
}

// TestUndoTellsWhatIsCut: the beginning of a name may be another's name, and so what is left
// out is said.
func TestUndoTellsWhatIsCut(t *testing.T) {
	id := "0b4da5e52e26"
	sc := Scene{Theme: NewTheme("none", false), Lang: EN, Text: textOf(EN), S: &journal.State{Header: journal.Header{ID: id}}}
	for _, text := range []string{"linkdel gb" + id, "removetree " + id, "rmcgroup glassbox-" + id, "unlink resolv.conf"} {
		for _, w := range []int{14, 18, 19, 24, 40} {
			row := strings.TrimSpace(ansi.Strip(sc.undoRow(undone{text, journal.Planned, 1}, w)))
			if whole := "- " + text; row != whole && !strings.HasSuffix(row, "…") {
				t.Errorf("of %q %q is left in %d cells", whole, row, w)
			}
		}
	}
}

// TestEndedIsSaidOnce: once the process has ended, its inside says so in one row, not
// with an error in each.
func TestEndedIsSaidOnce(t *testing.T) {
	s := stateAt(t, "exec")
	gone := s.Facts[journal.Key{Fact: factStatus, Side: journal.Outside}]
	gone.Gone = true
	s.Facts[journal.Key{Fact: factStatus, Side: journal.Outside}] = gone
	k := journal.Key{Fact: factStatus, Side: journal.Inside}
	f := s.Facts[k]
	was := f.Value
	f.Was, f.Value = &was, journal.Value{Source: was.Source, Err: "no such process"}
	s.Facts[k] = f
	sc := Scene{S: s, Lang: EN, Text: textOf(EN), Theme: NewTheme("none", false), Pane: PaneOverview}
	rows := sc.paneLines()
	if rows[0].Out.Text != textEN.Gone {
		t.Errorf("the first row is %q", rows[0].Out.Text)
	}
	for _, l := range rows {
		if strings.Contains(l.In.Text, "no such process") {
			t.Errorf("%s: %q", l.Label, l.In.Text)
		}
		if l.Label == textEN.Rows["program"] && (l.In.Text != "nginx" || l.In.Mark != '-') {
			t.Errorf("the program was %q %q", l.In.Mark, l.In.Text)
		}
	}
}

// TestSharedPIDNamespace: with --pid host the first process is not called PID 1.
func TestSharedPIDNamespace(t *testing.T) {
	s := stateAt(t, "exit")
	for _, side := range bothSides {
		k := journal.Key{Fact: factStatus, Side: side}
		f := s.Facts[k]
		text := fixStatus("nginx", 4712, 4650, "4712", "0", 1)
		f.Value.Text, f.Gone = &text, true
		s.Facts[k] = f
	}
	for lang, want := range map[Lang]string{EN: "PID 4712 ended", KO: "PID 4712가 끝났습니다"} {
		if got := plainPicture("exit", s, 100, 20, lang); !strings.Contains(got, want) || strings.Contains(got, "PID 1 ") {
			t.Errorf("exit is\n%s", got)
		}
	}
	s = stateAt(t, "clone")
	k := journal.Key{Fact: famNS + "pid", Side: journal.Outside}
	f := s.Facts[k]
	host := wordOf(s, famHostNS+"pid", journal.Outside)
	f.Value.Text = &host
	s.Facts[k] = f
	if got := plainPicture("clone", s, 80, 20, EN); !strings.Contains(got, "no PID namespace of its own") || strings.Contains(got, "─ container") {
		t.Errorf("clone is\n%s", got)
	}
}

// TestSignStandsWhereItChanged: what is new on one side only leaves the other, which
// is as it was, without a sign.
func TestSignStandsWhereItChanged(t *testing.T) {
	for _, c := range []struct {
		out, in    string
		a, b, want byte
	}{
		{"x", "y", ' ', '+', '~'},
		{"x", "y", '-', ' ', '~'},
		{"", "y", ' ', '+', '+'},
		{"x", "", '-', ' ', '-'},
		{"x", "y", '+', '+', '+'},
	} {
		l := Line{Out: Cell{Text: c.out, Mark: c.a}, In: Cell{Text: c.in, Mark: c.b}}
		if got := l.marked(); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// TestCallsAreShortened: of calls that have no room the paths give way, not the result.
func TestCallsAreShortened(t *testing.T) {
	d := opened(t, realRecording(t), 80, 24, Options{Theme: "none"})
	d.keys("space", "space") // overlay
	id := d.m.sc.S.Header.ID
	for _, want := range []string{"mkdir(…/containers/" + id + ", 0700) = 0  ", "mkdir(…/" + id + "/upper, 0755) = 0  "} {
		d.has(want)
	}
	d.hasNot("mkdir(/var")
	d.keys("space", "space", "space")                            // cgroups
	d.has(`write …/glassbox-` + id + `/memory.oom.group "1"   `) // not what it was
}

// TestSomethingIsNotNothing: a gauge shows the least that there is, and the rest of it
// is not in the colour of what is used.
func TestSomethingIsNotNothing(t *testing.T) {
	th := NewTheme("dark", false)
	sc := Scene{Theme: th}
	for part, want := range map[float64]string{0: "", 0.0001: "▏", 0.5: "██", 1: "████", 7: "████"} {
		full, rest := bar(th.Glyphs, 4, part)
		if full != want || Width(full+rest) != 4 {
			t.Errorf("%g is %q and %q", part, full, rest)
		}
	}
	row := sc.cellText(&Cell{Text: "4 KiB / 256 MiB", Bar: 4, Part: 0.25, Look: th.Good, Keep: true}, 40)
	if want := th.Good.Of("█") + th.Border.Of("░░░") + " " + th.Good.Of("4 KiB / 256 MiB"); !strings.HasPrefix(row, want) {
		t.Errorf("%q", row)
	}
}

// TestGaugeNamesTheLimitsFile: where there is room for one file it is the one that holds the limit.
func TestGaugeNamesTheLimitsFile(t *testing.T) {
	d := opened(t, realRecording(t), 200, 60, Options{Theme: "none"})
	d.keys("space", "space", "space", "space", "space") // cgroups
	for _, row := range strings.Split(d.text(), "\n") {
		if strings.Contains(row, "─ cpu ") && !strings.Contains(row, "  cpu.max ") {
			t.Errorf("%q", row)
		}
	}
}

// TestWayKeepsItsStations: where a way has no room in one row it goes on in the next,
// and leaves stations out only where there is none.
func TestWayKeepsItsStations(t *testing.T) {
	list := []string{"httpd", "pipe", "shim", "FIFO", "containerd", "log file", "kubelet", "kubectl logs"}
	for w := 14; w < 100; w++ {
		var all []string
		for k, row := range inRows(list, w) {
			n := len(row)*3 - 3
			if k > 0 {
				n += 2
			}
			for _, s := range row {
				n += Width(s)
			}
			if n > w {
				t.Errorf("%d cells: row %d is %d wide: %q", w, k, n, row)
			}
			all = append(all, row...)
		}
		if strings.Join(all, " ") != strings.Join(list, " ") {
			t.Errorf("%d cells: %q", w, all)
		}
	}
	s := stateAt(t, "exec")
	if got := plainPicture("exec", s, 58, 20, EN); strings.Contains(got, "…") || !strings.Contains(got, "→ log file → kubelet → kubectl logs") {
		t.Errorf("with room:\n%s", got)
	}
	if got := plainPicture("exec", s, 58, 8, EN); !strings.Contains(got, "→ … →") {
		t.Errorf("without:\n%s", got)
	}
}

// TestPartComesWithItsWhole: in a talk a changed part has its whole above it, and the
// parts of another are no context.
func TestPartComesWithItsWhole(t *testing.T) {
	line := func(label string, mark byte) Line { return Line{Label: label, Out: Cell{Text: "x", Mark: mark}} }
	got := ""
	for _, l := range withContext([]Line{line("lo", ' '), line("  inet", ' '), line("eth0", ' '), line("  inet", ' '), line("  inet6", '+'), line("gb0", '+')}, 1) {
		got += l.Label + "|"
	}
	if want := "eth0|  inet6|gb0|"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestHomeSaysHowManyMore: a list on the home screen that is cut says so, and how many
// items are below.
func TestHomeSaysHowManyMore(t *testing.T) {
	m := newHome(shelf{}, Options{Lang: EN, Theme: "none"})
	for i := range 20 {
		m.items = append(m.items, Item{Kind: OpenLesson, Ref: "lesson" + itoa(i)})
	}
	for h := 20; h < 50; h++ {
		text := ansi.Strip(strings.Join(m.frame(80, h), "\n"))
		if n := 20 - strings.Count(text, "lesson") + strings.Count(text, " lesson  "); n > 0 != strings.Contains(text, "and "+itoa(n)+" more") {
			t.Errorf("%d rows, %d not shown:\n%s", h, n, text)
		}
	}
}

// TestEdgeBetweenSides: a side that needs little leaves the room to one that needs more,
// as far as a quarter; where both fit, or neither, the edge is in the middle.
func TestEdgeBetweenSides(t *testing.T) {
	sc := Scene{Theme: NewTheme("none", false)}
	long, short, middle := strings.Repeat("x", 90), "x", strings.Repeat("x", 30)
	for _, c := range []struct {
		out, in  string
		want, of int
	}{{long, short, 69, 92}, {short, long, 23, 92}, {long, long, 46, 92}, {short, short, 46, 92}, {long, middle, 60, 92}, {middle, long, 32, 92}} {
		cols := sc.columns([]Line{{Out: Cell{Text: c.out}, In: Cell{Text: c.in}}}, c.of+lead+1+1+3)
		if cols.out != c.want || cols.out+cols.in != c.of {
			t.Errorf("%d and %d cells of text: %+v, want %d", len(c.out), len(c.in), cols, c.want)
		}
	}
}

// TestWayOfAByteIsNamed: the way of a byte says what it is, with a heading or without room for one.
func TestWayOfAByteIsNamed(t *testing.T) {
	s := realAt(t, "exec")
	for _, lang := range []Lang{EN, KO} {
		for h := 6; h < 30; h++ {
			text := ansi.Strip(strings.Join(Picture("exec", s, 58, h, NewTheme("dark", false), lang), "\n"))
			if strings.Contains(text, "glassbox →") && !strings.Contains(text, "stdout") && !strings.Contains(text, "표준 출력") {
				t.Errorf("%s, %d rows: a way of what?\n%s", lang, h, text)
			}
		}
	}
}

// TestTrunkGoesOn holds that a tree's lines go on beside a value of several rows.
func TestTrunkGoesOn(t *testing.T) {
	for label, want := range map[string]string{"│  ├─ tmpfs": "│  │", "│  ╰─ tmpfs": "│", "╰─ x": "", "overlay": "", "a ─ b": ""} {
		if got := unicodeGlyphs.trunk(label); got != want {
			t.Errorf("below %q stands %q, not %q", label, got, want)
		}
	}
	if got := asciiGlyphs.trunk("|  +- tmpfs"); got != "|" {
		t.Errorf("below ASCII's stands %q", got)
	}
}

// A value keeps its words where its sign stands before it, while the other side has room.
func TestSignedValueFits(t *testing.T) {
	all := []Line{{
		Label: "hostname", Out: Cell{Text: "vm"}, In: Cell{Text: "6b4296dff8be", Mark: '-'},
	}, {
		Label: "address", Out: Cell{Text: "eth0 192.0.2.2/24, gb0 10.66.160.1/24"}, In: Cell{Text: "lo", Mark: '-'},
	}}
	c := (&Scene{}).columns(all, 64)
	if rows := all[0].In.split(c.in, all[0].In.ownSign(all[0].marked()) != 0); len(rows) != 1 {
		t.Errorf("a column of %d cells breaks the name: %q", c.in, rows)
	}
}

// TestNarrowPanesKeepWhatTells: of 80 columns, calls keep the ends of their paths, and a
// namespace whose it is.
func TestNarrowPanesKeepWhatTells(t *testing.T) {
	d := opened(t, realRecording(t), 80, 24, Options{})
	d.keys("space", "space", "space", "tab", "tab", "9")
	for _, want := range []string{"/upper, 0755) = 0", "/work, 0755) = 0", "/merged, 0755) = 0"} {
		d.has(want)
	}
	d.keys("3")
	d.has("the host's │")
	d.keys("8") // both sides of a mask of 16 digits are whole
	d.has("0000000000000000 │ 0000000000000000 ")
}
