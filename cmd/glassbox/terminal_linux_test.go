package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pane is a terminal in tmux, as a person sits at one.
type pane struct {
	t      *testing.T
	socket string
}

// terminal runs a command in a terminal of 100x30.
func terminal(t *testing.T, command string) *pane {
	t.Helper()
	return terminalOf(t, 100, 30, command+"; echo \"[status $?]\"; sleep 1000")
}

func terminalOf(t *testing.T, cols, rows int, command string) *pane {
	t.Helper()
	needTool(t, "tmux")
	p := &pane{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	c := exec.Command("tmux", "-S", p.socket, "-u", "-f", "/dev/null", "new-session", "-d", "-x", strconv.Itoa(cols), "-y", strconv.Itoa(rows), command,
		";", "set", "-g", "status", "off")
	c.Env = append(os.Environ(), "TERM=xterm-256color", "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", p.socket, "kill-server").Run() })
	return p
}

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", p.socket}, args...)...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

func (p *pane) shows() string { return p.tmux("capture-pane", "-p") }

// patience is how long anything is waited for: a machine may be busy, or emulated.
const patience = 4 * time.Minute

// wait waits until all the texts stand on the screen, and returns that.
func (p *pane) wait(texts ...string) string {
	p.t.Helper()
	return p.until(strings.Join(texts, " and "), func(screen string) bool {
		return !slices.ContainsFunc(texts, func(s string) bool { return !strings.Contains(screen, s) })
	})
}

func (p *pane) until(what string, ready func(screen string) bool) string {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		screen := p.shows()
		if ready(screen) {
			return screen
		}
		if time.Now().After(end) {
			p.t.Fatalf("never saw %s:\n%s", what, screen)
		}
	}
}

// keys presses keys by tmux's names.
func (p *pane) keys(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, keys...)...)
}

// types writes a text, letter by letter, and enter.
func (p *pane) types(text string) {
	p.t.Helper()
	p.tmux("send-keys", "-l", text)
	p.tmux("send-keys", "Enter")
}

// TestTerminal: -it gives the program a terminal of its own: its size, its job
// control characters, and a controlling terminal.
func TestTerminal(t *testing.T) {
	p := terminal(t, program+" run --quiet --network none -it demo sh")
	p.wait("app$")
	p.keys("tty </dev/tty 2>/dev/null; stat -c %F /dev/console; echo size $(stty size 2>/dev/null)", "Enter")
	p.wait("character special file")
	p.keys("cat", "Enter")
	p.keys("C-c")
	p.keys("echo back-again", "Enter")
	p.wait("back-again\n")
	p.keys("exit 5", "Enter")
	p.wait("[status 5]")
}

// TestExecTerminal: a shell in a running container has a terminal, and ends alone.
func TestExecTerminal(t *testing.T) {
	s := step(t, "--network", "none", "demo", "sleep", "1000")
	s.letRun()
	p := terminal(t, program+" exec -it "+s.name+" sh")
	p.wait("app$")
	p.keys("ps -e | grep -c sleep", "Enter")
	p.wait("1\n")
	p.keys("exit 3", "Enter")
	p.wait("[status 3]")
	if err := syscall.Kill(s.pid(), 0); err != nil {
		t.Errorf("the container ended with the shell: %v", err)
	}
}

// TestTerminalEnds: what is piped into a terminal ends for the program, too: it has
// read all and sees the end, whether the last line is whole or not.
func TestTerminalEnds(t *testing.T) {
	needRoot(t)
	piped := func(text string, args ...string) {
		t.Helper()
		c := exec.Command(program, args...)
		c.Stdin = strings.NewReader(text)
		if r := runCmd(t, c); r.code != 0 || !strings.Contains(r.out, "ended") {
			t.Errorf("%q: status %d, it printed %q, %q", text, r.code, r.out, r.err)
		}
	}
	for _, text := range []string{"", "one\n", "one\ntwo"} {
		piped(text, "run", "--quiet", "--network", "none", "-it", "demo", "sh", "-c", "cat; echo ended")
	}
	b := start(t, nil, "--network", "none", "demo", "sleep", "1000")
	piped("one\ntwo", "exec", "-it", b.name, "sh", "-c", "cat; echo ended")
	b.stop()
}

// TestExecStopped: who ends an exec gets the status of the signal, as who ends a run.
func TestExecStopped(t *testing.T) {
	needRoot(t)
	b := start(t, nil, "--network", "none", "demo", "sleep", "1000")
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		c := exec.Command(program, "exec", b.name, "sh", "-c", "echo ready; sleep 1000")
		out, err := c.StdoutPipe()
		if err == nil {
			err = c.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadFull(out, make([]byte, len("ready")))
		_ = c.Process.Signal(sig)
		_ = c.Wait()
		if got := c.ProcessState.ExitCode(); got != want {
			t.Errorf("%v: status %d, want %d", sig, got, want)
		}
	}
	b.stop()
}

// TestStopping: SIGTERM reaches the program, whose own status is glassbox's; a
// program that ignores it is ended by a second signal.
func TestStopping(t *testing.T) {
	s := step(t, "--network", "none", "demo", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done")
	s.letRun()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	if code := s.cmd.ProcessState.ExitCode(); code != 9 {
		t.Errorf("status %d, want the program's own, 9", code)
	}
	// Ctrl-C is the program's where it has a handler for it, as Python has; else it is SIGTERM's turn.
	for _, script := range []string{"trap 'exit 9' INT; trap 'exit 8' TERM", "trap 'exit 9' TERM"} {
		s = step(t, "--network", "none", "demo", "sh", "-c", script+"; echo ready; while :; do sleep 0.05; done")
		s.letRun()
		_ = s.cmd.Process.Signal(syscall.SIGINT)
		_ = s.cmd.Wait()
		if code := s.cmd.ProcessState.ExitCode(); code != 9 {
			t.Errorf("%s: status %d after SIGINT, want 9", script, code)
		}
	}
	s = step(t, "--network", "none", "demo", "ignoreterm")
	s.letRun()
	began := time.Now()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	time.Sleep(300 * time.Millisecond) // a person's time to see that nothing happens
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	if code := s.cmd.ProcessState.ExitCode(); code != 137 || time.Since(began) > 5*time.Second {
		t.Errorf("status %d after %v, want 137 at once", code, time.Since(began))
	}
}

// TestAttachedResizes: who attaches to the program's terminal hands on the window's
// size, and each change of it. (The demo image has no stty.)
func TestAttachedResizes(t *testing.T) {
	needRoot(t)
	p := terminal(t, program+" run --root "+ownStore(t)+" --network none -it --auto=10ms oci:"+images(t)+"/debian sh")
	attach := func() {
		t.Helper()
		p.wait("sh → pty")
		p.keys("i")
		p.wait("ctrl-p ctrl-q leaves it")
	}
	size := func(want string) {
		t.Helper()
		p.types("until [ \"$(stty size)\" = '" + want + "' ]; do sleep 0.1; done; echo \"seen: $(stty size)\"")
		p.wait("seen: " + want)
	}
	attach()
	size("30 100")
	p.tmux("resize-window", "-x", "90", "-y", "30")
	size("30 90")
	p.keys("C-p", "C-q")
	p.wait("i attach")
	p.tmux("resize-window", "-x", "110", "-y", "30")
	attach()
	size("30 110")
	p.types("exit")
	p.wait("All is undone")
	p.keys("q")
	p.wait("[status 0]")
}

// TestOddAnswer: who answers a gate with what is no choice is asked again.
func TestOddAnswer(t *testing.T) {
	p := terminal(t, program+" run --plain --network none demo true")
	p.wait("next: 1/10 pull", "[q] end >")
	p.types("help")
	p.until("the question again", func(screen string) bool { return strings.Count(screen, "[q] end >") == 2 })
	p.types("r")
	p.wait("[status 0]")
	p = terminal(t, program+" run --plain --network none demo true")
	p.wait("[q] end >")
	p.keys("C-d")
	p.wait("ended at the gate", "[status 130]")
}

// TestDumbTerminal: a terminal that can't move its cursor gets words.
func TestDumbTerminal(t *testing.T) {
	p := terminal(t, "TERM=dumb "+program+" replay")
	if screen := p.wait("[status 0]"); !strings.Contains(screen, "= exit done") {
		t.Errorf("no account in words:\n%s", screen)
	}
}
