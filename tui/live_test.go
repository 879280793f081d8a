package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// fake is a Controller that remembers what it was asked, and whose journal a test writes.
type fake struct {
	mu    sync.Mutex
	asked []string
	err   error
	dirs  map[string][]File
	texts map[string]string
	out   map[string]bool
}

func (f *fake) note(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, fmt.Sprintf(format, args...))
	return f.err
}

func (f *fake) Go(g Go) error                         { return f.note("go %s %s", g.Grain, g.To) }
func (f *fake) Auto(d time.Duration) error            { return f.note("auto %v", d) }
func (f *fake) Break(s string, on bool) error         { return f.note("break %s %v", s, on) }
func (f *fake) Snapshot() error                       { return f.note("snapshot") }
func (f *fake) Attach() (Command, error)              { return nil, errors.New("the program has no terminal") }
func (f *fake) Signal(s string) error                 { return f.note("signal %s", s) }
func (f *fake) Limit(file, v string) error            { return f.note("limit %s=%s", file, v) }
func (f *fake) Unwind(now bool) error                 { return f.note("unwind %v", now) }
func (f *fake) Shell(s journal.Side) (Command, error) { return nil, f.note("shell %s", s) }
func (f *fake) Files(p string) ([]File, error)        { return f.dirs[p], f.note("files %s", p) }
func (f *fake) Read(p string) ([]byte, error)         { return []byte(f.texts[p]), f.note("read %s", p) }

func (f *fake) Without(s string, out bool) error {
	err := f.note("without %s %v", s, out)
	if err == nil {
		f.out = map[string]bool{s: out}
	}
	return err
}

func (f *fake) Choices() ([]Choice, error) {
	return []Choice{{Name: "uts", Stage: "namespaces", Out: f.out["uts"]}, {Name: "pivot_root", Stage: "rootfs", Out: f.out["pivot_root"]}}, nil
}

func (f *fake) Run(_ context.Context, where journal.Side, line string) (Result, error) {
	return Result{Out: []byte(string(where) + " says " + line + "\n")}, f.note("run %s %s", where, line)
}

func (f *fake) last() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) == 0 {
		return ""
	}
	return f.asked[len(f.asked)-1]
}

// liveRun is a run whose journal the test writes.
type liveRun struct {
	*drive
	f *fake
	r *recorder
}

func startLive(t *testing.T, opts Options) *liveRun {
	t.Helper()
	path := t.TempDir() + "/live"
	w, err := journal.Create(path, journal.Header{Image: "demo", Name: "demo", Stages: journal.Stages()})
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	opts.Controller, opts.Signal = f, w.Signal()
	l := &liveRun{f: f, r: &recorder{w: w, t: recorded}}
	l.gate("pull", atStage)
	l.drive = opened(t, path, 120, 40, opts)
	return l
}

func (l *liveRun) gate(stage, at string) {
	l.r.stage = stage
	g := &journal.Gate{ID: 1, State: journal.Waiting, At: at}
	if at == atCall {
		g.Call = &journal.Call{Name: "pivot_root", Args: []journal.Arg{{Name: "new_root", Value: "."}, {Name: "put_old", Value: "."}}}
	}
	l.r.emit(journal.Event{Kind: journal.KindGate, Gate: g})
}

func (l *liveRun) pass() {
	l.r.emit(journal.Event{Kind: journal.KindGate, Gate: &journal.Gate{ID: 1, State: journal.Passed}})
}

func (l *liveRun) stageDone(name string) {
	l.pass()
	l.r.begin(name)
	l.r.see(factHostname, journal.Outside, "/proc/sys/kernel/hostname", "after "+name)
	l.r.done()
}

func (l *liveRun) asked(want string) {
	l.t.Helper()
	if got := l.f.last(); got != want {
		l.t.Fatalf("the run was asked %q, want %q", got, want)
	}
}

func TestLiveGates(t *testing.T) {
	l := startLive(t, Options{})
	l.has("WAITING")
	l.has("LIVE")
	l.has("Waits before pull")
	l.keys("space")
	l.asked("go stage ")
	l.stageDone("pull")
	l.gate("unpack", atStage)
	l.grow()
	l.has("stage 1/10 pull")
	l.keys("c")
	l.asked("go call ")
	l.pass()
	l.r.begin("unpack")
	l.gate("unpack", atCall)
	l.grow()
	l.has("It has not been made yet")
	l.has("pivot_root(., .)")
	l.keys("r")
	l.asked("go run ")
	l.keys("a")
	l.asked("auto 5s")
	l.has("AUTO 5s")
	l.keys("+")
	l.asked("auto 3.3s")
	l.keys("esc")
	l.asked("auto 0s")
}

func TestLivePastAndBack(t *testing.T) {
	l := startLive(t, Options{})
	for _, s := range []string{"pull", "unpack", "overlay"} {
		l.stageDone(s)
	}
	l.gate("clone", atStage)
	l.grow()
	l.has("stage 3/10 overlay")
	l.keys("p")
	l.has("stage 2/10 unpack")
	l.has("PAST")
	n := l.f.last()
	l.keys("space") // forward in time: the run is not asked
	l.has("stage 3/10 overlay")
	l.asked(n)
	l.keys("p", "p")
	l.has("stage 1/10 pull")
	l.pass()
	l.r.begin("clone") // what happens now does not pull one out of the past
	l.grow()
	l.has("stage 1/10 pull")
	l.keys("l")
	l.has("stage 4/10 clone")
	l.has("LIVE")
}

func TestLiveFailureStaysUntilThePersonMovesOn(t *testing.T) {
	l := startLive(t, Options{})
	l.pass()
	l.r.begin("pull")
	l.r.emit(journal.Event{Kind: journal.KindError, Error: &journal.Error{Text: "mount overlay: permission denied", Mend: "the kernel needs 5.11"}})
	l.r.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Failed, Why: "EPERM"}})
	l.gate("pull", atFailure)
	l.grow()
	l.has("mount overlay: permission denied")
	l.has("the kernel needs 5.11")
	l.has("R tries again")
	l.keys("R")
	l.asked("go retry ")
	l.keys("space")
	l.asked("go unwind ")
	l.keys("q", "y") // the journal says no more of the gate: nothing can be tried again
	l.has("Stopping and undoing")
	l.hasNot("R tries again")
	l.hasNot("WAITING")
}

func TestQuitAsksThenUnwindsBeforeTheEyes(t *testing.T) {
	l := startLive(t, Options{})
	l.keys("q")
	l.has("Stop the container and undo everything?")
	l.keys("esc")
	l.hasNot("Stop the container")
	if l.f.last() != "" {
		t.Fatal("asked too early")
	}
	l.keys("ctrl+c", "y")
	l.asked("unwind false")
	if l.quit {
		t.Fatal("it left before all was undone")
	}
	l.keys("ctrl+c")
	l.asked("unwind true")
	l.pass()
	l.r.begin("exit")
	l.r.done()
	if err := l.r.w.Close(); err != nil {
		t.Fatal(err)
	}
	l.grow()
	l.grow()
	l.has("stage 10/10 exit")
	l.has("All is undone.")
	l.hasNot("Stopping and undoing")
	l.keys("x")
	l.has("The run is over: there is no container to touch any more.")
	l.keys("tab")
	l.hasNot("shell inside")
	if !l.m.leaving {
		t.Fatal("it does not leave after all was undone")
	}
}

func TestHandsIn(t *testing.T) {
	l := startLive(t, Options{})
	l.f.dirs = map[string][]File{"/": {{Name: "etc", Dir: true, Mode: "drwxr-xr-x"}, {Name: "hi", Mode: "-rw-r--r--", Size: 3, From: "upper", Change: '+'}}, "/etc": {{Name: "passwd", From: "0"}}}
	l.f.texts = map[string]string{"/hi": "hi\x1b[2J\n"}
	for _, s := range []string{"pull", "unpack", "overlay"} {
		l.stageDone(s)
	}
	l.gate("clone", atStage)
	l.grow()
	l.keys("x")
	for _, r := range "id" {
		l.keys(string(r))
	}
	_, runs := l.m.Update(press("enter"))
	l.has("Runs, for 30 s at most: id")
	_, _ = l.m.Update(runs())
	l.hasNot("Runs, for 30 s at most")
	l.has("outside says id")
	l.has("inside says id")
	l.keys("esc", "!", "h", "u", "p", "enter")
	l.asked("signal HUP")
	l.has("Sent: HUP")
	l.keys("e")
	l.has("as in: memory.max 64M")
	l.keys("m", "space", "6", "4", "M", "enter")
	l.asked("limit m=64M")
	l.has("Written: m 64M")
	l.keys("w", "down", "space")
	l.asked("without pivot_root true")
	l.has("[x] pivot_root")
	l.hasNot("next call") // which is of what lies below
	l.has("esc close")
	l.f.err = errors.New("the stage namespaces has begun: it is too late to choose uts")
	l.keys("up", "space")
	l.has("too late to choose uts")
	l.has("[ ] uts") // and no mark that says otherwise
	l.f.err = nil
	l.keys("esc", "s")
	l.asked("shell inside")
	l.keys("ㅐ") // o, with a Hangul input method on
	l.asked("shell outside")
	l.keys("i")
	l.has("the program has no terminal")
	l.keys("shift+tab", "h")
	l.asked("break overlay true")
	l.has("Stops before overlay when it is tried again.")
	l.keys("h")
	l.has("No longer stops before overlay.")
	l.keys("6")
	l.has("etc")
	l.m.sc.Panes[PaneFiles] = View{Cursor: at(t, l.m, "/etc"), moved: true}
	l.keys("u")
	l.has("▾ etc  drwxr-xr-x")
	l.has("  hi   -rw-r--r--  3 B  upper") // in columns
	l.has("layer 0")                       // and not a number alone
	l.has("passwd")
	l.m.sc.Panes[PaneFiles] = View{Cursor: at(t, l.m, "/hi"), moved: true}
	l.keys("u")
	l.has("hi^[[2J")
	l.f.err = errors.New("it is gone")
	l.keys("esc", "ctrl+r")
	l.has("it is gone")
}

// TestCommandForItsFiles: on the host the container's /dev is another: what is copied reads
// below merged, and in the container's namespaces once it has its root there.
func TestCommandForItsFiles(t *testing.T) {
	l := startLive(t, Options{})
	l.f.dirs = map[string][]File{"/": {{Name: "dev", Dir: true}, {Name: "a b"}}}
	l.f.texts = map[string]string{"/a b": "hi\n"}
	l.pass()
	for _, f := range []func(*recorder){(*recorder).pull, (*recorder).unpack, (*recorder).overlay} {
		f(l.r)
	}
	l.grow()
	l.keys("6")
	if got := l.m.sc.linesNow()[at(t, l.m, "/dev")].Sh; got != "ls -la "+demoDir+"/merged/dev" {
		t.Errorf("before there is a process: %q", got)
	}
	for _, f := range []func(*recorder){(*recorder).clone, (*recorder).namespaces, (*recorder).cgroups, (*recorder).rootfs, (*recorder).network, (*recorder).exec} {
		f(l.r)
	}
	l.grow()
	if got := l.m.sc.linesNow()[at(t, l.m, "/dev")].Sh; got != "nsenter -t "+demoPID+" -a ls -la /dev" {
		t.Errorf("while the program runs: %q", got)
	}
	l.m.sc.Panes[PaneFiles] = View{Cursor: at(t, l.m, "/a b"), moved: true}
	l.keys("u")
	l.has("nsenter -t " + demoPID + " -a cat '/a b'")
}

// runs is a live run whose program is at work.
func runs(t *testing.T, opts Options, mounts string) *liveRun {
	t.Helper()
	l := startLive(t, opts)
	l.pass()
	for _, s := range journal.Stages()[:9] {
		l.r.begin(s)
		if s == "exec" {
			l.r.see(factMountinfo, journal.Inside, "/proc/1/mountinfo", mounts)
		}
		l.r.done()
	}
	l.grow()
	return l
}

// TestAttachIsOffered: while a program with a terminal of its own runs, the footer says how
// one comes to it; to one without there is no way.
func TestAttachIsOffered(t *testing.T) {
	const console = "709 702 0:73 /0 /dev/console rw,nosuid,noexec,relatime - devpts devpts rw\n"
	for _, lang := range []Lang{EN, KO} {
		offer := "i " + textOf(lang).Acts[ActAttach]
		l := runs(t, Options{Lang: lang}, mountsInside()+console)
		for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 20}} {
			l.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			l.has(offer)
		}
		l.keys("p")
		l.hasNot(offer) // that is past
		l.keys("l")
		l.gate("exit", atStage)
		l.grow()
		l.hasNot(offer) // and here it has ended
		runs(t, Options{Lang: lang}, mountsInside()).hasNot(offer)
	}
}

// TestNothingToGoOnTo: while the program runs no key lets the run go on, and so the footer
// names none; from the past there is a way.
func TestNothingToGoOnTo(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		next, call := "space "+textOf(lang).Acts[ActNext], "c "+textOf(lang).Acts[ActCall]
		for _, w := range []int{80, 120} {
			l := runs(t, Options{Lang: lang}, mountsInside())
			l.send(tea.WindowSizeMsg{Width: w, Height: 30})
			l.hasNot(next)
			l.hasNot(call)
			l.keys("p")
			l.has(next)
			l.has(call)
			l.keys("l")
			l.hasNot(next)
			l.gate("exit", atStage)
			l.grow()
			l.has(next)
			l.has(call)
		}
	}
}

// TestLongNotice: of an error that the footer has no room for, the end is seen too: there
// it says what can be done.
func TestLongNotice(t *testing.T) {
	for _, lang := range []Lang{EN, KO} {
		l := startLive(t, Options{Lang: lang})
		l.f.err = errors.New("write 1M to /sys/fs/cgroup/memory/glassbox-a002b2e59322/memory.limit_in_bytes: " + strings.Repeat("it is long. ", 8) + "THE MEND")
		l.keys("ctrl+r")
		for _, size := range [][2]int{{120, 40}, {80, 24}, {40, 12}} {
			_, _ = l.m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			l.has("MEND")
			whole(t, "a long notice", l.m.sc.Frame(size[0], size[1], l.m.top), size[0], size[1])
		}
		l.f.err = nil
		l.keys("tab")
		if strings.Contains(strings.Join(l.m.sc.Frame(120, 40, nil), "\n"), "MEND") {
			t.Error("it stands there after the next key")
		}
	}
}

// TestLimitHow: on version 1 the example is a file that is there.
func TestLimitHow(t *testing.T) {
	l := startLive(t, Options{})
	l.pass()
	l.r.begin("pull")
	l.r.see(famCgroup+"memory.limit_in_bytes", journal.Outside, "/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "67108864")
	l.r.done()
	l.grow()
	l.keys("e")
	l.has("as in: memory.limit_in_bytes 64M")
	l.keys("x", "enter")
	l.has("as in: memory.limit_in_bytes 64M")
}

// TestRefusedIsKept: what was typed and refused stands in the prompt again, to be mended;
// what was done does not.
func TestRefusedIsKept(t *testing.T) {
	for _, c := range [][2]string{{"e", "pids.max ten"}, {"e", "pids.max"}, {"!", "TREM"}} {
		l := startLive(t, Options{})
		l.pass()
		l.f.err = errors.New("it can't be")
		l.keys(c[0])
		l.keys(strings.Split(c[1], "")...)
		l.keys("enter")
		l.hasNot("> " + c[1])
		l.keys(c[0])
		l.has("> " + c[1])
		l.keys("ctrl+u")
		l.f.err = nil
		l.keys(strings.Split("pids.max 10", "")...)
		l.keys("enter", c[0])
		l.hasNot("> " + c[1])
		l.hasNot("> pids.max 10")
	}
}

// TestRefusedIsNotAddedTo: what is typed or pasted takes the place of what was refused, and
// esc forgets it.
func TestRefusedIsNotAddedTo(t *testing.T) {
	for _, c := range [][2]string{{"e", "a b"}, {"!", "b"}} {
		l := startLive(t, Options{})
		l.pass()
		l.f.err = errors.New("it can't be")
		l.keys(c[0], "x", "space", "y", "enter", c[0])
		l.has("> x y")
		l.keys(strings.Split(c[1], "")...)
		l.has("> " + c[1])
		l.keys("enter", c[0], "backspace", "z") // which mends it
		l.has("> " + c[1][:len(c[1])-1] + "z")
		l.keys("enter", c[0])
		l.send(tea.PasteMsg{Content: "pasted"})
		l.has("> pasted")
		l.keys("enter", c[0], "esc", c[0])
		l.hasNot("> pasted")
	}
}

func at(t *testing.T, m *Model, path string) int {
	t.Helper()
	for i, l := range m.sc.linesNow() {
		if l.Path == path {
			return i
		}
	}
	t.Fatalf("%s is not in the pane", path)
	return 0
}

func TestRecordingHasNoHands(t *testing.T) {
	d := opened(t, demoRecording(t), 120, 40, Options{})
	for _, k := range []string{"s", "o", "x", "i", "!", "e", "w", "h", "R"} {
		d.keys("esc", k)
		d.has("This is a recording")
	}
}

func TestFallsBackToARecording(t *testing.T) {
	l := startLive(t, Options{Fallback: demoRecording(t), Talk: true})
	l.pass()
	l.r.begin("clone")
	l.r.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Failed, Why: "EPERM"}})
	l.grow()
	l.grow()
	l.has("RECORDED")
	l.has("a recording")
	if got := l.m.sc.stage(); got != "clone" {
		t.Fatalf("the recording takes over at %q", got)
	}
	l.asked("unwind true")
}

func TestSpeakerIsTold(t *testing.T) {
	var told []Speaker
	d := opened(t, demoRecording(t), 100, 30, Options{Speak: func(s Speaker) { told = append(told, s) }})
	d.keys("space")
	last := told[len(told)-1]
	if last.Stage != "unpack" || last.Number != 2 || last.Of != 10 || last.Next == "" || last.Note == "" || last.State != "RECORDED" {
		t.Fatalf("told %+v", last)
	}
	n := len(told)
	d.keys("tab", "d", "z")
	if len(told) != n {
		t.Fatal("told again though nothing changed")
	}
}

// TestFloodNeitherFreezesNorGrows writes 100,000 calls and much output as fast as
// it can, and presses keys meanwhile.
func TestFloodNeitherFreezesNorGrows(t *testing.T) {
	l := startLive(t, Options{})
	l.stageDone("pull")
	l.r.stage = "pull"
	line := strings.Repeat("x", 1000) + "\n"
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 100_000 {
			l.r.call(journal.Child, "mount", "mount", "source", "proc", "target", "/proc")
			if i%2 == 0 {
				l.r.say("stdout", line)
			}
		}
	}()
	worst := time.Duration(0)
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if l.m.sc.Newest.Counts.Calls < 100_000 {
			if msg, ok := l.m.src.follow(l.m.ctx)().(grewMsg); ok {
				_, _ = l.m.Update(msg)
			}
		}
		start := time.Now()
		_, _ = l.m.Update(press("j"))
		_ = l.m.View()
		worst = max(worst, time.Since(start))
	}
	for l.m.sc.Newest.Counts.Calls < 100_000 {
		l.grow()
	}
	s := l.m.sc.Newest
	if len(s.Calls) > journal.KeepCalls || len(s.Output) > 1000 {
		t.Fatalf("%d calls and %d pieces of output are kept", len(s.Calls), len(s.Output))
	}
	t.Logf("key to frame at worst %v", worst)
	if worst > 500*time.Millisecond { // 16 ms on a quiet machine: see the benchmark
		t.Fatalf("a key took %v", worst)
	}
}

type shelf struct{ items []Item }

func (s shelf) Items(Lang) ([]Item, error) { return s.items, nil }
func (s shelf) Doctor() Health {
	return Health{Kernel: "6.12.1", Cgroup: "v2", Who: WhoUser, Found: []Found{{State: FoundLack, Name: "veth", What: "veth pairs"}}}
}

func TestHome(t *testing.T) {
	h := shelf{[]Item{
		{Kind: OpenImage, Ref: "demo"},
		{Kind: OpenImage, Ref: "nginx:1.27", Size: 71 << 20, Layers: 7},
		{Kind: OpenRecording, Ref: "web.jsonl", Detail: "yesterday"},
	}}
	m := newHome(h, Options{Lang: EN, Theme: "dark"})
	run := func(cmd tea.Cmd) bool {
		if cmd == nil {
			return false
		}
		_, quit := cmd().(tea.QuitMsg)
		return quit
	}
	batch, _ := m.Init()().(tea.BatchMsg)
	for _, c := range batch {
		_, _ = m.Update(c())
	}
	for w := 1; w <= 220; w += 3 {
		for h := 1; h <= 70; h += 2 {
			whole(t, "home", m.frame(w, h), w, h)
		}
	}
	text := strings.Join(m.frame(80, 24), "\n")
	for _, want := range []string{"nginx:1.27", "web.jsonl", "an ordinary user: without veth pairs (glassbox doctor)", "recording", "71 MiB, 7 layers", "needs no network"} {
		if !strings.Contains(text, want) {
			t.Fatalf("home does not say %q:\n%s", want, text)
		}
	}
	for _, k := range []string{"ㅂ", "u", "a", "y", ".", "i", "o", "/", "x"} {
		_, _ = m.Update(press(k))
	}
	if _, cmd := m.Update(press("enter")); !run(cmd) || m.chosen != (Item{Kind: OpenImage, Ref: "uay.io/x"}) && m.chosen.Ref != "quay.io/x" {
		t.Fatalf("chosen %+v", m.chosen)
	}
	m = newHome(h, Options{Lang: KO, Theme: "none"})
	m.items = h.items
	_, _ = m.Update(press("down"))
	_, _ = m.Update(press("down"))
	if _, cmd := m.Update(press("enter")); !run(cmd) || m.chosen.Ref != "web.jsonl" || !m.done {
		t.Fatalf("chosen %+v", m.chosen)
	}
	many := make([]Item, 50, 51)
	for i := range many {
		many[i] = Item{Kind: OpenImage, Ref: fmt.Sprintf("image%02d", i)}
	}
	m.items = append(many, Item{Kind: OpenLesson, Ref: "05-namespaces", Detail: "격리"})
	text = strings.Join(m.frame(80, 24), "\n")
	if !strings.Contains(text, "image02") || strings.Contains(text, "image03") || !strings.Contains(text, "외 47개") || !strings.Contains(text, "05-namespaces") {
		t.Fatalf("fifty images hide the lessons:\n%s", text)
	}
	for _, k := range []string{"e", "4", "9"} {
		_, _ = m.Update(press(k))
	}
	if _, cmd := m.Update(press("enter")); !run(cmd) || m.chosen.Ref != "e49" {
		t.Fatalf("chosen %+v", m.chosen)
	}
	m = newHome(h, Options{Lang: EN})
	if _, cmd := m.Update(press("q")); !run(cmd) || m.done {
		t.Fatal("q with nothing typed does not leave")
	}
	if s := m.keys(120); strings.Contains(s, "clear") {
		t.Errorf("there is nothing to clear: %q", s)
	}
	m.text = "nginx"
	if s := ansi.Strip(m.keys(120)); !strings.Contains(s, "clear") || !strings.Contains(s, "ctrl+c quit") || strings.Contains(s, " q quit") {
		t.Errorf("what was typed can be cleared, and q is a letter: %q", s)
	}
	if _, cmd := m.Update(press("q")); run(cmd) || m.text != "nginxq" {
		t.Errorf("q is no letter: %q", m.text)
	}
	_, _ = m.Update(press("ctrl+u"))
	if m.text != "" {
		t.Errorf("ctrl+u leaves %q", m.text)
	}
}

func TestNotesModel(t *testing.T) {
	in := make(chan Speaker, 1)
	now := recorded
	m := &notesModel{in: in, ctx: t.Context(), now: func() time.Time { return now }, sc: Scene{Theme: NewTheme("dark", false), Lang: KO, Text: textOf(KO)}}
	in <- Speaker{Stage: "clone", Number: 4, Of: 10, Title: "PID 1 복제", Note: "한 번에\n\n둘", Next: "네임스페이스"}
	_, _ = m.Update(m.next()())
	now = now.Add(75 * time.Second)
	text := ansi.Strip(strings.Join(m.frame(80, 24), "\n"))
	for _, want := range []string{"4/10", "PID 1 복제", "01:15", "네임스페이스", "g English", "q 나가기"} {
		if !strings.Contains(text, want) {
			t.Fatalf("the notes do not say %q:\n%s", want, text)
		}
	}
	in <- Speaker{Stage: "clone", Number: 5, Of: 10, Title: "PID 1 복제", Name: "web"}
	_, _ = m.Update(m.next()())
	if text := strings.Join(m.frame(80, 24), "\n"); !strings.Contains(text, "00:00") || strings.Contains(text, "web") {
		t.Errorf("the clock of another step, and of one talk its name:\n%s", text)
	}
	_, _ = m.Update(secondMsg{2})
	if text := strings.Join(m.frame(80, 24), "\n"); !strings.Contains(text, "발표가 2개") || !strings.Contains(text, "web의 노트") {
		t.Errorf("of two talks it is not said whose notes these are:\n%s", text)
	}
	for w := 1; w <= 120; w += 7 {
		for h := 1; h <= 50; h += 3 {
			whole(t, "notes", m.frame(w, h), w, h)
		}
	}
	close(in)
	_, _ = m.Update(m.next()())
	if !m.over {
		t.Fatal("the end of the run is not noticed")
	}
}

// TestHealthFits: on a terminal of 80 columns the doctor's line still says where there is more.
func TestHealthFits(t *testing.T) {
	h := Health{Kernel: "6.18.44-cloud-amd64", Cgroup: "hybrid", Who: WhoUser, Found: []Found{
		{State: FoundLack, Name: "subids", What: "a range of user ids"},
		{State: FoundLack, Name: "cgroup", What: "a cgroup of the container's own"},
		{State: FoundLack, Name: "tun", What: "tap interfaces"},
		{State: FoundLack, Name: "ferry", What: "slirp4netns or pasta"},
	}}
	stopped := Health{Kernel: h.Kernel, Cgroup: h.Cgroup, Who: WhoBare, Found: []Found{{State: FoundLack, Name: "overlay", What: "overlay file systems", Stops: true}}}
	for _, lang := range []Lang{EN, KO} {
		for _, h := range []Health{h, stopped} {
			for n := 74; n < 200; n++ {
				if line, fine := h.fit(lang, n); fine || Width(line) > n || !strings.Contains(line, "glassbox doctor") {
					t.Errorf("in %d cells: %q", n, line)
				}
			}
		}
		if full, _ := h.Line(lang); !strings.Contains(full, "Linux 6.18.44") {
			t.Errorf("the whole line is %q", full)
		}
	}
}
