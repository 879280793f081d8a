package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// TestGroupUnseenInside: once the process has a cgroup namespace, and until /sys is
// its own, it can't read the files of its group. The pane says so; it does not
// mark them as removed.
func TestGroupUnseenInside(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{Theme: "none"})
	d.m.pane(PaneCgroup)
	notes := map[string]bool{}
	for _, stage := range journal.Stages() {
		for _, l := range d.m.sc.linesNow() {
			if l.In.Mark == '-' && stage != "exit" {
				t.Errorf("%s: %s is marked as removed inside", stage, l.Label)
			}
			if l.Wide && l.Out.Text == textEN.NoGroupYet {
				notes[stage] = true
			}
			if stage == "rootfs" && l.Label == "memory.max" && (l.In.Text == "" || l.Out.Text == "") {
				t.Error("after rootfs, memory.max is not shown on both sides")
			}
		}
		d.keys("space")
	}
	if len(notes) != 1 || !notes["cgroups"] {
		t.Errorf("why nothing can be read was said in %v, want in cgroups alone", notes)
	}
	if !strings.Contains(textEN.NoGroupYet, "rootfs") || !strings.Contains(textKO.NoGroupYet, "rootfs") {
		t.Error("the sentence does not name the stage that will bring it")
	}
}

// TestErrorsOnce: what can't be read says why once, not in each of its rows.
func TestErrorsOnce(t *testing.T) {
	all := []Line{
		{Out: Cell{Text: "5"}, In: Cell{Text: "no such file", Err: true}},
		{Out: Cell{Text: "no such file", Err: true}, In: Cell{Text: "sleep"}},
		{Out: Cell{Text: "6"}, In: Cell{Text: "no such file", Err: true}},
		{Out: Cell{Text: "7"}, In: Cell{Text: "denied", Err: true}},
	}
	errorsOnce(all)
	want := []string{"no such file", "sleep", ditto, "denied"}
	for i := range all {
		if all[i].In.Text != want[i] {
			t.Errorf("row %d says %q, want %q", i, all[i].In.Text, want[i])
		}
	}
	if all[1].Out.Text != "no such file" {
		t.Error("the other side's error stands for this side's")
	}
}

// TestCgroupFamiliesOnce: the files of a controller stand together, those of the group too.
func TestCgroupFamiliesOnce(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{Theme: "none"})
	d.m.pane(PaneCgroup)
	d.keys("end")
	seen := map[string]bool{}
	for _, l := range d.m.sc.linesNow() {
		if l.Head != "" && seen[l.Head] {
			t.Errorf("the heading %q stands there twice", l.Head)
		}
		seen[l.Head] = true
	}
}

// TestBorrowedProc: until the container has a /proc of its own the inside reads the
// host's PID, and the pane that promises two numbers says why.
func TestBorrowedProc(t *testing.T) {
	d := opened(t, realRecording(t), 120, 40, Options{Theme: "none"})
	d.m.pane(PaneProcesses)
	var said []string
	for _, stage := range journal.Stages() {
		if slices.ContainsFunc(d.m.sc.linesNow(), func(l Line) bool { return l.Out.Text == textEN.NoProcYet }) {
			said = append(said, stage)
		}
		d.keys("space")
	}
	if want := []string{"clone", "namespaces", "cgroups"}; !slices.Equal(said, want) {
		t.Errorf("said in %v, want in %v", said, want)
	}
}

// TestFocusWithoutColour: the part that has the focus is framed otherwise, not only coloured.
func TestFocusWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		sc := &Scene{Theme: NewTheme("none", ascii), Text: &textEN}
		with, without := sc.box(20, 3, frameBox{title: "x", focus: true}, nil), sc.box(20, 3, frameBox{title: "x"}, nil)
		for i := range with {
			if ansi.Strip(with[i]) == ansi.Strip(without[i]) {
				t.Errorf("row %d is %q with the focus and without", i, with[i])
			}
		}
	}
}

// TestRepeatedKeys: version 1's blkio files say a device several times. Each row has
// its own value.
func TestRepeatedKeys(t *testing.T) {
	l := startLive(t, Options{Theme: "none"})
	l.pass()
	l.r.begin("cgroups")
	const file = "blkio.throttle.io_service_bytes"
	l.r.see(famCgroup+file, journal.Outside, "/sys/fs/cgroup/blkio/x/"+file, "254:0 Read 552960\n254:0 Write 8192\n254:0 Total 561152\nTotal 561152\n")
	l.r.done()
	l.grow()
	l.m.pane(PaneCgroup)
	got := map[string]string{}
	for _, row := range l.m.sc.linesNow() {
		got[strings.TrimSpace(row.Label)] = row.Out.Text
	}
	for key, want := range map[string]string{"254:0 Read": "552960", "254:0 Write": "8192", "254:0 Total": "561152", "Total": "561152"} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
	}
}
