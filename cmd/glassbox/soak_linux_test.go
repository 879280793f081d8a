package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"glassbox/stages"
)

// rounds is how often a soak does something: fully where GLASSBOX_SOAK=all (make soak).
func rounds(all, usual, short int) int {
	switch {
	case os.Getenv("GLASSBOX_SOAK") == "all":
		return all
	case testing.Short():
		return short
	}
	return usual
}

// TestSoakStarts starts many containers in a row, then many at once, each with a
// network and a published port. Nothing is left, and the machine's memory is as before.
func TestSoakStarts(t *testing.T) {
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll(stages.Default().State, 0o700))
	before := host(t, root, nil)
	start := func(port int) {
		published, inside := fmt.Sprintf("%d:80", port), ":/\n"
		if os.Geteuid() != 0 {
			published = "127.0.0.1::80" // others are in this network, too
		}
		if !grouped() {
			inside = "::/" // it stays in the engine's group
		}
		c := exec.Command(program, slices.Concat([]string{"run", "--quiet", "--root", root, "-p", published}, limits("-m", "32m"), []string{"demo", "cat", "/proc/self/cgroup"})...)
		if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), inside) {
			t.Errorf("%v\n%s", err, out)
		}
	}
	start(9000)
	row, began := rounds(1000, 20, 5), time.Now()
	dying, slab := dyingGroups(), kernelKiB(t)
	for i := range row {
		start(9000 + i%50)
		if t.Failed() {
			return
		}
	}
	each := time.Since(began) / time.Duration(row)
	asBefore(t, fmt.Sprintf("%d starts in a row", row), root, before, nil)
	many := rounds(50, 10, 4)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { start(9000 + i) })
	}
	all.Wait()
	asBefore(t, fmt.Sprintf("%d at once", many), root, before, nil)
	t.Logf("FIGURE %d starts in a row (%v each), %d at once: 0 traces; groups that the kernel still holds %+d, unreclaimable kernel memory %+d KiB",
		row, each.Round(time.Millisecond), many, dyingGroups()-dying, kernelKiB(t)-slab)
	if grown := kernelKiB(t) - slab; grown > 64<<10+row*16 {
		t.Errorf("the kernel holds %d KiB more than before", grown)
	}
}

// dyingGroups are removed groups that something still holds: cgroup.stat, where there is version 2.
func dyingGroups() int {
	for _, p := range []string{"/sys/fs/cgroup/cgroup.stat", "/sys/fs/cgroup/unified/cgroup.stat"} {
		b, err := os.ReadFile(p)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(b), "nr_dying_descendants ")
		n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
		return n
	}
	return 0
}

// kernelKiB is the memory that the kernel can't give back: proc_meminfo(5), SUnreclaim.
func kernelKiB(t *testing.T) int {
	t.Helper()
	return field(t, "/proc/meminfo", "SUnreclaim:")
}

// field is the first number behind a name in a file of /proc.
func field(t *testing.T, path, name string) int {
	t.Helper()
	for line := range strings.Lines(mustRead(t, path)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == name {
			n, err := strconv.Atoi(f[1])
			must(t, err)
			return n
		}
	}
	t.Fatalf("%s has no %s", path, name)
	return 0
}

// waitForGuard waits until an engine has its second child beside PID 1, the guard
// that joins a while after the start: it takes descriptors of its own.
func waitForGuard(t *testing.T, engine int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if len(childrenOf(engine)) >= 2 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the engine has made no guard")
		}
	}
}

// TestSoakExec has many programs join one container: its engine grows no thread,
// no descriptor and no memory by it.
func TestSoakExec(t *testing.T) {
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	c := exec.Command(program, "run", "--quiet", "--root", root, "--network", "none", "--name", "soak", "demo", "sh", "-c", "echo ready; sleep 3600")
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	defer func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Process.Signal(os.Interrupt) // the second one does not wait
		_ = c.Wait()
	}()
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	found, err := stages.Find(stages.Default().State, "soak")
	must(t, err)
	status := fmt.Sprintf("/proc/%d/status", found.Header.Pid)
	measure := func() (threads, files, kib int) {
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", found.Header.Pid))
		must(t, err)
		return field(t, status, "Threads:"), len(fds), field(t, status, "RssAnon:")
	}
	join := func(n int) {
		for range n {
			if r := run(t, "exec", "soak", "echo", "here"); r.out != "here\n" {
				t.Fatalf("%+v", r)
			}
		}
	}
	waitForGuard(t, found.Header.Pid)
	join(rounds(100, 20, 10)) // until its pools are filled
	threads, files, kib := measure()
	n := rounds(1000, 60, 10)
	join(n)
	threads2, files2, kib2 := measure()
	t.Logf("FIGURE %d programs joined one container: its engine has %+d threads, %+d descriptors, %+d KiB", n, threads2-threads, files2-files, kib2-kib)
	if threads2 > threads+4 || files2 > files+2 || kib2 > kib+8<<10 {
		t.Errorf("the engine had %d threads, %d descriptors, %d KiB; now %d, %d, %d", threads, files, kib, threads2, files2, kib2)
	}
}
