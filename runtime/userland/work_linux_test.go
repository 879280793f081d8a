package userland

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// speak starts a program and gives a function that waits for a line with a text.
func speak(t *testing.T, cmd *exec.Cmd) (wait func(text string) string) {
	t.Helper()
	r, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(r)
	return func(text string) string {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return lines.Text()
			}
		}
		t.Fatalf("%s ended without %q", cmd.Args[0], text)
		return ""
	}
}

func status(t *testing.T, pid int, key string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, key+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	t.Fatalf("no %s in /proc/%d/status", key, pid)
	return ""
}

// TestPlainSignals sees that a program that asks for no signal has no handler for
// any that matters: the kernel's own word.
func TestPlainSignals(t *testing.T) {
	cmd := ours(t, "eat", "4Ki", "--hold")
	speak(t, cmd)("holding")
	caught, err := strconv.ParseUint(status(t, cmd.Process.Pid, "SigCgt"), 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, sig := range []syscall.Signal{
		syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGCHLD, syscall.SIGPIPE, 34, 64,
	} {
		if caught&(1<<(sig-1)) != 0 {
			t.Errorf("%s has a handler", signame(sig))
		}
	}
}

func TestIgnoreTerm(t *testing.T) {
	cmd := ours(t, "ignoreterm")
	wait := speak(t, cmd)
	wait("PID")
	for n := 1; n <= 2; n++ {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		wait(fmt.Sprintf("for the %d. time", n))
	}
}

func TestSigs(t *testing.T) {
	cmd := ours(t, "sigs")
	wait := speak(t, cmd)
	wait("PID")
	for _, sig := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGUSR2, syscall.SIGWINCH} {
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		wait("got " + signame(sig))
	}
}

func TestEat(t *testing.T) {
	cmd := ours(t, "eat", "48Mi", "--step", "16Mi", "--every", "0", "--hold")
	speak(t, cmd)("holding")
	rss, err := strconv.Atoi(strings.TrimSuffix(status(t, cmd.Process.Pid, "VmRSS"), " kB"))
	if err != nil || rss < 48<<10 || rss > 96<<10 {
		t.Errorf("%d KiB resident after eating 48 MiB (%v)", rss, err)
	}
}

func TestZombies(t *testing.T) {
	cmd := ours(t, "zombies", "3", "--hold", "1h")
	wait := speak(t, cmd)
	for range 3 {
		f := strings.Fields(wait("PID"))
		pid, err := strconv.Atoi(f[2])
		if err != nil {
			t.Fatal(err)
		}
		ended(t, pid)
		if s := status(t, pid, "PPid"); s != strconv.Itoa(cmd.Process.Pid) {
			t.Errorf("the zombie's parent is %s", s)
		}
	}
}

// ended waits until a process is a zombie.
func ended(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.HasPrefix(status(t, pid, "State"), "Z"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("PID %d is %s", pid, status(t, pid, "State"))
		}
	}
}

// TestForker meets RLIMIT_NPROC, as root under another uid, for root has no such
// limit.
func TestForker(t *testing.T) {
	cmd := ours(t, "forker", "--max", "20", "--hold", "1h")
	speak(t, cmd)("20 children, and nobody refused")
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", cmd.Process.Pid, cmd.Process.Pid))
	if err != nil {
		t.Skipf("the kernel doesn't list children: %v", err)
	}
	pids := strings.Fields(string(children))
	if len(pids) == 0 { // The forker's main goroutine was on another thread.
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", cmd.Process.Pid))
		for _, task := range tasks {
			text, _ := os.ReadFile(task)
			pids = append(pids, strings.Fields(string(text))...)
		}
	}
	if len(pids) != 20 {
		t.Errorf("%d children, want 20", len(pids))
	}
	for _, pid := range pids {
		n, _ := strconv.Atoi(pid)
		if threads := status(t, n, "Threads"); threads != "1" {
			t.Errorf("child %s has %s threads", pid, threads)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	for _, pid := range pids {
		n, _ := strconv.Atoi(pid)
		gone(t, n)
	}
}

// gone waits until a process runs no more.
func gone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(text), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("PID %d outlived the forker", pid)
		}
	}
}

func TestForkerRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to be a user without other processes")
	}
	bin := filepath.Join(t.TempDir(), "forker")
	copyExecutable(t, bin)
	cmd := theirs(t, "prlimit", "--nproc=30", bin, "--hold", "0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 54321, Gid: 54321}}
	out, errs, exit := run(t, cmd)
	if exit != 1 || !strings.Contains(out, "refused: Resource temporarily unavailable (EAGAIN)") {
		t.Errorf("status %d: %s%s", exit, out, errs)
	}
}

// copyExecutable puts the programs where another user can get at them.
func copyExecutable(t *testing.T, to string) {
	t.Helper()
	for dir := filepath.Dir(to); dir != "/" && dir != os.TempDir(); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, from); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestBurn(t *testing.T) {
	out, _, exit := run(t, ours(t, "burn", "1", "0.3"))
	var sec, got float64
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if _, err := fmt.Sscanf(lines[len(lines)-1], "burn: %f s, got %f CPUs", &sec, &got); err != nil || exit != 0 || got <= 0 || got > 1.3 {
		t.Errorf("status %d: %s (%v)", exit, out, err)
	}
}

func TestWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w")
	out, errs, exit := run(t, ours(t, "writer", "--for", "0.1", "--size", "1Mi", path))
	if exit != 0 || !strings.Contains(out, "MB/s") {
		if strings.Contains(errs, "no O_DIRECT") {
			t.Skip(errs)
		}
		t.Errorf("status %d: %s%s", exit, out, errs)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("the file was left behind")
	}
}

func TestPrinter(t *testing.T) {
	out, errs, exit := run(t, ours(t, "printer", "--rate", "0", "--count", "5", "--stderr", "2", "x"))
	if exit != 0 || out != "1 x\n3 x\n5 x\n" || errs != "2 x (on standard error)\n4 x (on standard error)\n" {
		t.Errorf("status %d: %q %q", exit, out, errs)
	}
}

// TestTryRoot must not try anything on the machine itself.
func TestTryRoot(t *testing.T) {
	if ns, _ := os.Readlink("/proc/self/ns/pid"); ns != "pid:[4026531836]" {
		t.Skip("the tests themselves run in a container")
	}
	out, errs, exit := run(t, ours(t, "tryroot"))
	if exit != 1 || out != "" || !strings.Contains(errs, "not a container") {
		t.Errorf("status %d: %q %q", exit, out, errs)
	}
}

// TestHelp has each program say what it is for.
func TestHelp(t *testing.T) {
	for _, name := range Names() {
		switch name {
		case "[", "test", "echo": // These take the word for an operand, as they must.
			continue
		}
		out, _, exit := run(t, ours(t, name, "--help"))
		if exit != 0 || !strings.HasPrefix(out, name+": ") || strings.Count(out, "\n") != 2 {
			t.Errorf("%s --help: status %d, %q", name, exit, out)
		}
	}
	if _, ok := Main("nosuchprogram", nil); ok {
		t.Error("a program that there isn't was found")
	}
}
