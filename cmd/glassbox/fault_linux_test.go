package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// stride is how many events apart a run is killed: each one where
// GLASSBOX_FAULTS=all (make test-faults).
func stride() int {
	switch {
	case os.Getenv("GLASSBOX_FAULTS") == "all":
		return 1
	case testing.Short():
		return 60
	}
	return 15
}

// killed is one run of which something was killed after its n-th line.
type killed struct {
	id    string
	lines int // that were read until then
	code  int
	err   string
}

// victim is whom killAt kills.
type victim int

const (
	starter victim = iota // the process that was started; without root it starts the engine in namespaces
	engine                // whoever makes the container
	pidOne                // the container's first process, once there is one
)

// killAt starts a container, reads n lines of its journal, and kills one of its
// processes. ok is false if the run was shorter.
func killAt(t *testing.T, root string, n int, who victim) (k killed, ok bool) {
	t.Helper()
	args := []string{"run", "--json", "--root", root, "-p", "8080:80"}
	if os.Geteuid() != 0 {
		args[5] = "127.0.0.1::80" // others are in this network, too
	}
	c := exec.Command(program, slices.Concat(args, limits("-m", "64m"), []string{"-u", "root", "demo", "sh", "-c", "echo out; sleep 0.1"})...)
	out, err := c.StdoutPipe()
	must(t, err)
	var errs strings.Builder
	c.Stderr = &errs
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	must(t, c.Start())
	in := bufio.NewScanner(out)
	in.Buffer(nil, journal.MaxLine)
	pids := map[victim]int{}
	for ; k.lines < n && in.Scan(); k.lines++ {
		if k.lines == 0 {
			var h journal.Header
			must(t, json.Unmarshal(in.Bytes(), &h))
			k.id, pids[engine] = h.ID, h.Pid
			continue
		}
		var e journal.Event
		must(t, json.Unmarshal(in.Bytes(), &e))
		if e.Undo != nil && e.Undo.Op == "kill" && pids[pidOne] == 0 {
			pid := 0
			_, _ = fmt.Sscanf(e.Undo.Target, "%d:", &pid)
			pids[pidOne] = pid
		}
	}
	ok = k.lines == n
	if pids[starter] = c.Process.Pid; pids[who] != 0 {
		_ = unix.Kill(pids[who], unix.SIGKILL)
	}
	for in.Scan() { // else it would wait for a reader
	}
	_ = c.Wait()
	k.code, k.err = c.ProcessState.ExitCode(), errs.String()
	return k, ok
}

// TestFaultEngineKilled kills the engine after its n-th event, for every n.
// `glassbox clean` brings the machine back; the next run works.
func TestFaultEngineKilled(t *testing.T) {
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	before, ids, points := host(t, root, nil), map[string]bool{}, 0
	for n := 1; ; n += stride() {
		k, ok := killAt(t, root, n, engine)
		ids[k.id] = true
		if !ok {
			break
		}
		points++
		if r := run(t, "clean", "--root", root); r.code != 0 {
			t.Errorf("clean after event %d: status %d\n%s", n, r.code, r.err)
		}
		asBefore(t, fmt.Sprintf("engine killed after event %d", n), root, before, ids)
		if t.Failed() {
			return
		}
		if points%10 == 0 {
			if r := run(t, "run", "--quiet", "--root", root, "demo", "true"); r.code != 0 {
				t.Fatalf("the run after that: %d %s", r.code, r.err)
			}
		}
	}
	t.Logf("FIGURE the engine was killed at %d points of a run: 0 traces after clean", points)
}

// TestFaultChildKilled kills the container's first process after the engine's n-th
// event. The engine says so, and leaves nothing, without a clean.
func TestFaultChildKilled(t *testing.T) {
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	if _, ok := killAt(t, root, 1<<20, pidOne); ok {
		t.Fatal("the run has no end")
	}
	before, ids, points := host(t, root, nil), map[string]bool{}, 0
	for n := 40; ; n += stride() {
		k, ok := killAt(t, root, n, pidOne)
		ids[k.id] = true
		if !ok {
			break
		}
		points++
		if k.code != 125 && k.code != 137 && k.code != 0 {
			t.Errorf("first process killed after event %d: status %d %s", n, k.code, k.err)
		}
		asBefore(t, fmt.Sprintf("first process killed after event %d", n), root, before, ids)
		if t.Failed() {
			return
		}
	}
	t.Logf("FIGURE the first process was killed at %d points of a run: 0 traces", points)
}

// TestFaultFirstKilled kills the process that a user has started, which waits for
// the engine in its namespaces. The engine notices, and leaves nothing, without a clean.
func TestFaultFirstKilled(t *testing.T) {
	needUser(t)
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	before, points := host(t, root, nil), 0
	for n := 1; ; n += stride() {
		if _, ok := killAt(t, root, n, starter); !ok {
			break
		}
		points++
		asBefore(t, fmt.Sprintf("first self killed after event %d", n), root, before, nil)
		if t.Failed() {
			return
		}
	}
	t.Logf("FIGURE the engine's first self was killed at %d points of a run: 0 traces", points)
}

// starved runs the demo under a shell's command, and asserts that it works or says
// in one sentence why not, and that nothing is left.
func starved(t *testing.T, what, root string, before []string, shell string) (worked bool) {
	t.Helper()
	words := []string{"sh", "-c", shell + ` exec "$0" run --quiet --root "$1" -u root demo true`, program, root}
	if os.Geteuid() != 0 && strings.HasPrefix(shell, "mount ") {
		words = append([]string{"unshare", "-rm"}, words...)
	}
	c := exec.Command(words[0], words[1:]...)
	var hangs atomic.Bool
	timer := time.AfterFunc(90*time.Second, func() {
		hangs.Store(true)
		_ = c.Process.Kill()
	})
	r := runCmd(t, c)
	timer.Stop()
	if strings.Contains(r.err, "goroutine ") || strings.Contains(r.err, "panic:") {
		t.Errorf("%s: it crashed:\n%.2000s", what, r.err)
	}
	if hangs.Load() {
		t.Errorf("%s: it hangs", what)
	}
	if r.code != 0 && r.code != 137 && r.code != -1 && (r.code != 125 && r.code != 126 || r.err == "") {
		t.Errorf("%s: status %d, says %q", what, r.code, r.err)
	}
	if cl := run(t, "clean", "--root", root); cl.code != 0 && !strings.Contains(cl.err, "no space") {
		t.Errorf("%s: clean: %d %s", what, cl.code, cl.err)
	}
	asBefore(t, what, root, before, nil)
	return r.code == 0
}

// small mounts a disk of so many KiB on a directory. An ordinary user's is mounted
// in namespaces of its own, by the command that is returned.
func small(t *testing.T, dir string, kib int) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return fmt.Sprintf("mount -t tmpfs -o size=%dk,mode=700 small %s &&", kib, dir)
	}
	must(t, unix.Mount("small", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)))
	return ""
}

// TestFaultDiskFull lets the store's disk, then the disk of the runs' directories, be too small by more and more.
func TestFaultDiskFull(t *testing.T) {
	if !alone(t) {
		return
	}
	dir := t.TempDir()
	store := filepath.Join(dir, "disk")
	must(t, os.Mkdir(store, 0o755))
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	worked, tried := 0, 0
	for _, place := range []struct {
		dir   string
		sizes []int // KiB
	}{{store, []int{16, 64, 512, 4096, 12288, 20480, 40960}}, {stages.Default().State, []int{4, 16, 28, 40, 52, 64, 96, 128, 160}}} {
		for _, size := range place.sizes {
			root, shell := filepath.Join(store, "root"), small(t, place.dir, size)
			before := host(t, root, nil)
			if starved(t, fmt.Sprintf("%d KiB on %s", size, place.dir), root, before, shell) {
				worked++
			}
			tried++
			if os.Geteuid() == 0 {
				must(t, unix.Unmount(place.dir, unix.MNT_DETACH))
			}
		}
	}
	t.Logf("FIGURE %d disks too small: %d runs failed in one sentence, 0 traces", tried, tried-worked)
}

// TestFaultDescriptors runs with too few descriptors.
func TestFaultDescriptors(t *testing.T) {
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	before, worked, tried := host(t, root, nil), 0, 0
	for n := 5; n < 180; n += min(stride(), 12) {
		if starved(t, fmt.Sprintf("%d descriptors", n), root, before, fmt.Sprintf("ulimit -n %d;", n)) {
			worked++
		}
		tried++
	}
	if worked == 0 || worked == tried {
		t.Errorf("%d of %d worked: the limits were not where it hurts", worked, tried)
	}
	t.Logf("FIGURE %d limits of descriptors: %d runs failed in one sentence, 0 traces", tried, tried-worked)
}

// TestFaultMemory runs the engine in a group with too little memory.
func TestFaultMemory(t *testing.T) {
	if !alone(t) {
		return
	}
	needGroup(t)
	dir, limit := "/sys/fs/cgroup/memory/gbtest", "memory.limit_in_bytes"
	if _, err := os.Stat("/sys/fs/cgroup/memory"); err != nil {
		dir, limit = "/sys/fs/cgroup/gbtest", "memory.max"
		_ = os.WriteFile("/sys/fs/cgroup/cgroup.subtree_control", []byte("+memory"), 0)
	}
	if os.Geteuid() != 0 { // beside our own group: who delegated it hands memory on to there
		_, own, _ := strings.Cut(strings.TrimSpace(mustRead(t, "/proc/self/cgroup")), "::")
		dir = filepath.Join("/sys/fs/cgroup", filepath.Dir(own), "gbtest")
	}
	dir += fmt.Sprint(time.Now().UnixNano())
	must(t, os.Mkdir(dir, 0o755))
	defer func() { _ = os.Remove(dir) }()
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	before, worked, tried := host(t, root, nil), 0, 0
	for _, mib := range []int{4, 8, 12, 16, 20, 24, 32, 40, 48, 256} {
		if err := os.WriteFile(filepath.Join(dir, limit), []byte(fmt.Sprint(mib<<20)), 0); err != nil {
			t.Fatal(err)
		}
		if starved(t, fmt.Sprintf("%d MiB of memory", mib), root, before, "echo $$ > "+dir+"/cgroup.procs;") {
			worked++
		}
		tried++
	}
	if worked == 0 {
		t.Error("none worked")
	}
	t.Logf("FIGURE %d limits of memory around the engine: %d runs died or failed in one sentence, 0 traces after clean", tried, tried-worked)
}
