package tui

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"glassbox/runtime/journal"
)

// realRun is a recording that glassbox run --record wrote of a real container, as
// root, on a host with hybrid control groups, packed with gzip:
//
//	glassbox run --record FILE --plain --auto=0s -m 64m --cpus 0.5 --pids-limit 64 -p 8099:80 IMAGE sh -c …
//
// where the program writes /root/a, removes /etc/motd and spins for a while.
const realRun = "testdata/picture/run.jsonl.gz"

// realAt is its state at the moment that a stage was done.
func realAt(t *testing.T, stage string) *journal.State {
	t.Helper()
	in, err := os.Open(realRun)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "run.jsonl")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := journal.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := journal.NewState(r.Header)
	for {
		e, err := r.Next()
		if err != nil {
			t.Fatalf("the recording ends before %s is done: %v", stage, err)
		}
		s.Apply(e)
		if e.Stage == stage && e.Step != nil && e.Step.State != journal.Begin {
			return s
		}
	}
}

// TestPictureOfARealRun: what stands in the recording stands in the pictures, and
// nothing is a gap where the run had something to show.
func TestPictureOfARealRun(t *testing.T) {
	want := map[string][]string{
		"pull":    {"oci:img:latest", "layer 0", "layer 1", "1.0 MiB"},
		"unpack":  {"layer 1", "+1", "-1", "RUN rm /bin/dd", "COPY busybox /bin", "base"},
		"overlay": {"merged", "/upper", "read-only", "RUN rm /bin/dd", "nothing written yet"},
		"clone":   {"the same process", "PID 1 ", "NSpid:"},
		// The control group's namespace comes a stage later.
		"namespaces": {"the host's", "user", "cgroup", "lo"},
		"cgroups":    {"hybrid", "memory · cpu", "of 64 MiB", "0.5 CPU", "of 64", "/ for the container"},
		"rootfs":     {"overlay", "/proc", "masked", "read-only", "/etc/resolv.conf", "private"},
		"network":    {"gb0", "masquerade 10.66.160.0/24", "8099/tcp", "10.66.160.2:80", "default via 10.66.160.1"},
		"exec":       {"PID 1", "sh -c", "14 effective", "seccomp", "filter", "sh → pipe"},
		"exit":       {"status 0", "oom_kill 0", "undone", "rmcgroup", "umount"},
	}
	for _, stage := range journal.Stages() {
		s := realAt(t, stage)
		text := ansi.Strip(strings.Join(Picture(stage, s, 100, 40, NewTheme("dark", false), EN), "\n"))
		for _, w := range want[stage] {
			if !strings.Contains(text, w) {
				t.Errorf("%s has no %q:\n%s", stage, w, text)
			}
		}
		if strings.Contains(text, "?") || strings.Contains(text, "not known") {
			t.Errorf("%s has a gap:\n%s", stage, text)
		}
		if got := Sentence(stage, s, EN); strings.Contains(got, "nothing to be seen") || strings.Contains(got, "not begun") {
			t.Errorf("%s: %q", stage, got)
		}
		for _, size := range [][2]int{{24, 3}, {45, 9}, {72, 14}, {120, 40}} {
			check(t, Picture(stage, s, size[0], size[1], NewTheme("dark", false), KO), size[0], size[1], stage)
		}
	}
	// The pids of the picture are those of the kernel's own line.
	s := realAt(t, "clone")
	for _, line := range strings.Split(s.Text(factStatus, journal.Outside), "\n") {
		if pids, ok := strings.CutPrefix(line, "NSpid:\t"); ok {
			text := ansi.Strip(strings.Join(Picture("clone", s, 100, 30, NewTheme("dark", false), EN), "\n"))
			if !strings.Contains(text, "NSpid: "+strings.ReplaceAll(pids, "\t", " ")) {
				t.Errorf("the kernel says %q:\n%s", line, text)
			}
		}
	}
	// When all is over, what was read of the process is gone, and that is said.
	s = realAt(t, "exit")
	for _, stage := range []string{"clone", "namespaces", "rootfs", "exec"} {
		if text := strings.Join(Picture(stage, s, 100, 30, NewTheme("none", false), EN), "\n"); !strings.Contains(text, "has ended") {
			t.Errorf("%s after the exit:\n%s", stage, text)
		}
	}
}
