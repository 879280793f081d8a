package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// TestScreen is an evening with the screen, as a person has it: a shell in tmux,
// `glassbox run` of the demo image, and every key of a first visit, up to q. Then
// the terminal is as it was, and so is the machine.
func TestScreen(t *testing.T) {
	needRoot(t)
	before := leaks(t)
	v := visit{pane: terminalOf(t, 120, 40, "PS1='host$ ' exec sh"), name: "t" + stages.NewID(), file: filepath.Join(t.TempDir(), "run.jsonl")}
	v.wait("host$")
	v.mode(t, "0 1", "a shell") // no alternate screen, a cursor
	v.types(program + " run --name " + v.name + " --hostname glasshouse --pids-limit 64 --record " + v.file +
		` demo sh -c 'trap "echo heard-$((6*7))" TERM; echo here-$((6*8)); while :; do sleep 1; done'`)
	v.stages(t)
	v.search()
	v.shell(t)
	v.limit(t)
	v.signal()
	v.leave(t)
	if left := newLeaks(t, before, v.id); left != "" {
		t.Errorf("the run left behind:\n%s", left)
	}
}

// TestHomeStarts: `glassbox` and Enter start the demo, and its program runs.
func TestHomeStarts(t *testing.T) {
	needRoot(t)
	before := leaks(t)
	v := visit{pane: terminalOf(t, 120, 40, "PS1='host$ ' exec sh")}
	v.wait("host$")
	v.types(program)
	v.wait("type a reference", "built in, needs no network")
	v.keys("Enter")
	v.wait("Waits before pull", "WAITING", "LIVE")
	v.steps(0, 8)
	v.keys("Space")
	v.wait("stage 9/10 exec", "✓ exec", "httpd", "LIVE")
	v.keys("q")
	v.wait("Stop the container and undo everything?")
	v.keys("y")
	v.until("the shell again", func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), "host$") })
	if left := newLeaks(t, before, "-"); left != "" {
		t.Errorf("the run left behind:\n%s", left)
	}
}

// visit is a run that a person looks at.
type visit struct {
	*pane
	name string
	file string // its recording
	id   string
}

// mode checks tmux's idea of the terminal: the alternate screen, the cursor.
func (v *visit) mode(t *testing.T, want, where string) {
	t.Helper()
	var got string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = strings.TrimSpace(v.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}")); got == want {
			return
		}
	}
	t.Errorf("%s: alternate screen and cursor are %q, want %q", where, got, want)
}

// stages steps to the running program: by stage, by call, back and to now.
func (v *visit) stages(t *testing.T) {
	t.Helper()
	v.wait("Waits before pull", "WAITING", "LIVE")
	v.mode(t, "1 0", "the screen")
	v.steps(0, 5)
	r, err := stages.Find(stages.Default().State, v.name)
	if err != nil {
		t.Fatal(err)
	}
	v.id = r.Header.ID
	v.keys("c")
	screen := v.wait("It has not been made yet", "mkdir(/sys/fs/cgroup/", "stage 6/10")
	if g := groups(t, v.id); len(g) > 0 {
		t.Errorf("the call was announced, and is done already: %s\n%s", g, screen)
	}
	first := announced(screen)
	v.keys("c")
	v.until("the next call", func(screen string) bool { // what the first returned may be below the picture's end
		next := announced(screen)
		return next != "" && next != first
	})
	if len(groups(t, v.id)) == 0 {
		t.Error("the call was shown as done, and is not")
	}
	v.keys("p")
	v.wait("PAST", "stage 5/10 namespaces")
	v.keys("p")
	v.wait("PAST", "stage 4/10 clone")
	v.keys("l")
	v.wait("LIVE", "WAITING", "stage 6/10 cgroups")
	v.steps(5, 8)
	v.keys("Space")
	v.wait("stage 9/10 exec", "✓ exec", "LIVE")
	v.keys("0")
	v.wait("here-48")
}

// steps goes through the stages from … to, and waits for the gate after each.
func (v *visit) steps(from, to int) {
	v.t.Helper()
	all := journal.Stages()
	for i := from; i < to; i++ {
		v.keys("Space")
		v.wait(fmt.Sprintf("stage %d/10 %s", i+1, all[i]), "✓ "+all[i], "◆ "+all[i+1], "WAITING", "LIVE")
	}
}

// groups are the container's groups on the host.
func groups(t *testing.T, id string) []string {
	t.Helper()
	out, err := exec.Command("find", "/sys/fs/cgroup", "-maxdepth", "6", "-type", "d", "-name", "*"+id+"*").Output()
	if err != nil {
		t.Logf("find: %v", err) // a directory that went while it looked
	}
	return strings.Fields(string(out))
}

// search looks for a mount, and leaves of the calls those that have a word.
func (v *visit) search() {
	v.t.Helper()
	v.keys("5")
	v.wait("Mount table")
	v.find("mqueue")
	v.until("the row that was searched for", func(screen string) bool {
		return slices.ContainsFunc(strings.Split(screen, "\n"), func(row string) bool { return strings.Contains(row, "▌") && strings.Contains(row, "mqueue") })
	})
	v.keys("9")
	v.find("pivot_root") // it stands there for the first search, and is typed over
	v.until("only the calls that match", func(screen string) bool {
		return strings.Contains(screen, "pivot_root(") && !strings.Contains(screen, "seccomp(")
	})
	v.find("")
	v.wait("execve(")
}

// find searches; what was searched for before is deleted first.
func (v *visit) find(text string) {
	v.t.Helper()
	v.keys("/")
	v.wait("─ Search ─")
	v.keys("C-u")
	v.types(text)
	v.until("the screen below", func(screen string) bool { return !strings.Contains(screen, "─ Search ─") })
}

// shell is in the container, and the screen says afterwards how.
func (v *visit) shell(t *testing.T) {
	t.Helper()
	v.keys("s")
	v.mode(t, "0 1", "the shell inside")
	v.wait("app$")
	v.types("hostname")
	v.wait("\nglasshouse\n")
	v.types("exit")
	v.wait("You are back", "setns(2)", "kubectl exec")
	v.mode(t, "1 0", "the screen after a shell")
}

// limit changes the limit of processes: the file of the host's changes, and what
// the screen shows of it.
func (v *visit) limit(t *testing.T) {
	t.Helper()
	v.keys("4")
	v.wait("Used, of its limit", " / 64")
	v.keys("e")
	v.wait("Change a limit")
	v.types("pids.max 33")
	v.wait(" / 33")
	for _, g := range groups(t, v.id) {
		b, err := os.ReadFile(filepath.Join(g, "pids.max"))
		if err == nil && string(bytes.TrimSpace(b)) == "33" {
			return
		}
	}
	t.Errorf("no pids.max of the container's is 33: %v", groups(t, v.id))
}

// signal reaches the program, and its answer the screen.
func (v *visit) signal() {
	v.t.Helper()
	v.keys("0")
	v.wait("here-48")
	v.keys("!")
	v.wait("Send a signal")
	v.types("term")
	v.wait("heard-42")
}

// leave asks, unwinds, and gives the terminal back. The program hears SIGTERM and
// stays, so that there is time to see that all is being undone.
func (v *visit) leave(t *testing.T) {
	t.Helper()
	v.keys("q")
	v.wait("Stop the container and undo everything?")
	v.keys("y")
	v.wait("Stopping and undoing. ctrl+c undoes at once.")
	v.keys("C-c")
	v.until("the shell again", func(screen string) bool { return strings.HasSuffix(strings.TrimSpace(screen), "host$") })
	v.mode(t, "0 1", "the shell afterwards")
	v.types("stty -a | tr ' ' '\\n' | grep -cx -e echo -e icanon -e isig -e onlcr; echo the-$((6*7))th-thing")
	screen := v.wait("the-42th-thing")
	if !strings.Contains(screen, "grep -cx") || !strings.Contains(screen, "\n4\n") {
		t.Errorf("the terminal is not as it was:\n%s", screen)
	}
	in, err := journal.Open(v.file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	b, err := os.ReadFile(v.file)
	if err != nil {
		t.Fatal(err)
	}
	s := fold(parse(t, b))
	if len(s.Undo) == 0 {
		t.Error("nothing was to undo")
	}
	for _, u := range s.Undo {
		if u.State != journal.Undone {
			t.Errorf("%s %s is %s, want %s", u.Op, u.Target, u.State, journal.Undone)
		}
	}
}

// leaks is what containers left on this machine, as .ci/leaks lists it.
func leaks(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("../../.ci/leaks").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// newLeaks are those that were not there before. Where somebody else's containers
// run meanwhile, only those of this one.
func newLeaks(t *testing.T, before []string, id string) string {
	t.Helper()
	live, err := stages.List(stages.Default().State)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(slices.DeleteFunc(leaks(t), func(s string) bool {
		others := len(live) > 0 || strings.HasPrefix(s, "process")
		return s == "" || slices.Contains(before, s) || others && !strings.Contains(s, id) && !strings.Contains(s, program)
	}), "\n")
}

// announced is the call that a screen says is the next one, "" if it says none.
func announced(screen string) string {
	_, rest, ok := strings.Cut(screen, "It has not been made yet:")
	rows := strings.SplitN(rest, "\n", 3)
	if !ok || len(rows) < 3 {
		return ""
	}
	_, call, _ := strings.Cut(rows[1], "││")
	call, _, _ = strings.Cut(call, "│")
	return strings.TrimSpace(call)
}
