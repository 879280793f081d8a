package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/image"
	"glassbox/stages"
)

// aloneEnv names the test that this process runs alone.
const aloneEnv = "GLASSBOX_ALONE"

// alone runs the calling test once more in a mount, network and pid namespace of
// its own, where nobody else starts containers: what is there afterwards, and was
// not before, was left behind. It is true in that process. An ordinary user's
// containers are in directories and under ids of that user's alone.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Geteuid() != 0 {
		must(t, os.MkdirAll(stages.Default().State, 0o700))
		return true
	}
	if os.Getenv(aloneEnv) == t.Name() {
		must(t, unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""))
		must(t, unix.Mount("proc", "/proc", "proc", 0, ""))
		must(t, unix.Mount("run", "/run", "tmpfs", 0, "mode=755"))
		mustRun(t, "ip", "link", "set", "lo", "up")
		must(t, os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("0"), 0))
		return true
	}
	args := []string{"-test.run=^" + t.Name() + "$", "-test.v", "-test.timeout=60m"}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	c := exec.Command("/proc/self/exe", args...)
	c.Env = append(os.Environ(), aloneEnv+"="+t.Name(), "GLASSBOX="+program)
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWIPC, Pdeathsig: syscall.SIGKILL}
	out, err := c.CombinedOutput()
	text := string(out)
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, text)
	case strings.Contains(text, "--- SKIP"):
		t.Skip(text)
	default:
		t.Log(text)
	}
	return false
}

// host is what a container changes on a host, as lines. ids are the runs whose
// groups are looked for: the trees of groups are shared with everybody.
func host(t *testing.T, root string, ids map[string]bool) []string {
	t.Helper()
	if os.Geteuid() != 0 {
		return ownTraces(t, root)
	}
	reapOrphans()
	var list []string
	for line := range strings.Lines(mustRead(t, "/proc/self/mountinfo")) {
		list = append(list, "mount "+strings.Fields(line)[4])
	}
	for line := range strings.Lines(mustRun(t, "ip", "-o", "link")) {
		list = append(list, "link "+strings.Fields(line)[1])
	}
	list = append(list, "nft "+mustRun(t, "nft", "list", "ruleset"), "ip_forward "+mustRead(t, "/proc/sys/net/ipv4/ip_forward"))
	for _, g := range []string{"/run/*", "/run/*/*", "/run/*/*/*", root + "/containers/*"} {
		m, _ := filepath.Glob(g)
		for _, p := range m {
			list = append(list, "file "+p)
		}
	}
	for id := range ids {
		for _, g := range []string{"/sys/fs/cgroup/glassbox-" + id, "/sys/fs/cgroup/*/glassbox-" + id, "/sys/fs/cgroup/*/*/glassbox-" + id + "*"} {
			m, _ := filepath.Glob(g)
			for _, p := range m {
				list = append(list, "group "+p)
			}
		}
	}
	pids, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, p := range pids {
		b, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		if pid, _, _ := strings.Cut(string(b), " "); pid != fmt.Sprint(os.Getpid()) {
			list = append(list, "process "+strings.TrimSpace(string(b)[:min(len(b), 60)]))
		}
	}
	slices.Sort(list)
	return list
}

// reapOrphans reaps what was given to this process, which is PID 1 here.
func reapOrphans() {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		if err != nil || pid <= 0 {
			return
		}
	}
}

// left is what is there and was not before.
func left(t *testing.T, root string, before []string, ids map[string]bool) []string {
	t.Helper()
	return slices.DeleteFunc(host(t, root, ids), func(l string) bool { return slices.Contains(before, l) })
}

// asBefore asserts that nothing is there that was not before, and that the store is whole.
func asBefore(t *testing.T, when, root string, before []string, ids map[string]bool) {
	t.Helper()
	found := left(t, root, before, ids)
	// The kernel kills a process whose parent was killed, in its own time.
	for end := time.Now().Add(patience); len(found) > 0 && os.Geteuid() != 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		found = slices.DeleteFunc(found, func(l string) bool { return !slices.Contains(host(t, root, ids), l) })
	}
	for _, l := range found {
		t.Errorf("%s: left behind: %s", when, l)
	}
	s, err := image.Open(root)
	if err != nil {
		return // it could not even be made
	}
	if err := s.Verify(); err != nil {
		t.Errorf("%s: the store: %v", when, err)
	}
}
