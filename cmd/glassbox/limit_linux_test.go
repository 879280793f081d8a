package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// flat reads a number of a flat keyed fact, the last that was seen.
func flat(s *journal.State, fact, key string) uint64 {
	f := s.Facts[journal.Key{Fact: fact, Side: journal.Outside}]
	n, _ := proc.ParseFlat(f.Value.Bytes()).Get(key)
	return n
}

// TestMemoryLimit: the eater is killed at the limit, and the exit says so.
func TestMemoryLimit(t *testing.T) {
	needGroup(t)
	list, r := events(t, "--network", "none", "--limits", "cpu=1,memory=64Mi", "demo", "eat", "200Mi")
	if r.code != 137 {
		t.Errorf("status %d, want 137\n%s%v", r.code, r.err, fold(list).Errors)
	}
	s := fold(list)
	if s.Exit == nil || s.Exit.OOMKills == 0 || s.Exit.OOMSource == "" {
		t.Fatalf("the exit does not tell of it: %+v", s.Exit)
	}
	written := false
	for _, e := range list {
		if e.Kind == journal.KindWrite && strings.Contains(e.Write.Path, "memory.") && e.Write.Value == fmt.Sprint(64<<20) {
			written = true
		}
	}
	if !written {
		t.Error("64 MiB was written nowhere")
	}
}

// TestTooLittleMemory: a limit in which not even the first process can live is named.
func TestTooLittleMemory(t *testing.T) {
	needGroup(t)
	dir := filepath.Join(t.TempDir(), "bundle")
	mustRun(t, program, "run", "--quiet", "--network", "none", "--oci-bundle", dir, "demo", "true")
	edit(t, dir, func(spec map[string]any) {
		part(part(spec, "linux"), "resources")["memory"] = map[string]any{"limit": 4096}
	})
	for _, view := range []string{"--quiet", "--plain"} {
		if r := run(t, "run", view, "--network", "none", "bundle:"+dir); r.code != 125 || !strings.Contains(r.err, "want of memory") {
			t.Errorf("%s: status %d, and it says %q", view, r.code, r.err)
		}
	}
}

// TestCPULimit: the burner is throttled. It gets its share of each period in which
// it wanted to run, however busy or slow the machine is.
func TestCPULimit(t *testing.T) {
	needGroup(t)
	list, r := events(t, "--network", "none", "--cpus", "0.2", "demo", "burn", "2", "4s")
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	s := fold(list)
	periods, throttled := flat(s, "cgroup.cpu.stat", "nr_periods"), flat(s, "cgroup.cpu.stat", "nr_throttled")
	if throttled == 0 {
		t.Error("cpu.stat says that it was never throttled")
	}
	used := time.Duration(flat(s, "cgroup.cpu.stat", "usage_usec")) * time.Microsecond
	if used == 0 { // version 1
		f := s.Facts[journal.Key{Fact: "cgroup.cpuacct.usage", Side: journal.Outside}]
		n, err := strconv.Atoi(strings.TrimSpace(string(f.Value.Bytes())))
		must(t, err)
		used = time.Duration(n)
	}
	allowed := time.Duration(periods) * 20 * time.Millisecond
	t.Logf("%v of %v in %d periods, throttled in %d", used, allowed, periods, throttled)
	if used > allowed*3/2 {
		t.Errorf("a fifth of a CPU was %v in %d periods of 100 ms", used, periods)
	}
}

// TestPidsLimit: the forker is refused.
func TestPidsLimit(t *testing.T) {
	needGroup(t)
	r := run(t, "run", "--quiet", "--network", "none", "--pids-limit", "20", "demo", "forker")
	if !strings.Contains(r.out, "refused: Resource temporarily unavailable (EAGAIN)") || r.code != 1 {
		t.Errorf("the forker says %q, status %d", r.out, r.code)
	}
}

// TestNewParent: --cgroup-root names a group that is not there yet. With version 1 its
// cpuset is empty, and no process could join a group below it.
func TestNewParent(t *testing.T) {
	needRoot(t)
	r := run(t, "run", "--quiet", "--network", "none", "--cgroup-root", "/gb-test-new/deep", "--cpuset-cpus", "0", "demo", "grep", "Cpus_allowed_list", "/proc/self/status")
	if r.code != 0 || r.out != "Cpus_allowed_list:\t0\n" {
		t.Errorf("status %d, %q: %s", r.code, r.out, r.err)
	}
	if left, _ := filepath.Glob("/sys/fs/cgroup/*/gb-test-new"); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

// TestWriteLimit: a writer with O_DIRECT on a volume is slowed by io.max or blkio.throttle.
func TestWriteLimit(t *testing.T) {
	needGroup(t)
	dir := t.TempDir()
	disk, ok := diskOf(dir)
	if !ok {
		t.Skip("needs disk: " + dir + " is on no block device")
	}
	out := quiet(t, "-u", "root", "-v", dir+":/data", "--device-write-bps", disk+":2mb", "demo", "writer", "--for", "3s", "/data/file")
	var best float64
	for line := range strings.Lines(out) {
		var mb float64
		f := strings.Fields(line)
		if len(f) > 1 && f[len(f)-1] == "MB/s" {
			_, _ = fmt.Sscanf(f[len(f)-2], "%f", &mb)
			best = max(best, mb)
		}
	}
	if best == 0 || best > 4 {
		t.Errorf("2 MB/s were allowed; the writer says:\n%s", out)
	}
}

// diskOf is the block device that a directory is on.
func diskOf(dir string) (string, bool) {
	var st unix.Stat_t
	if unix.Stat(dir, &st) != nil {
		return "", false
	}
	name, err := os.Readlink(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)))
	if err != nil {
		return "", false
	}
	dev := "/dev/" + filepath.Base(name)
	_, err = os.Stat(dev)
	return dev, err == nil
}
