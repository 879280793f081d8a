package observe

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

func byFact(values []journal.Value) map[string]journal.Value {
	m := map[string]journal.Value{}
	for _, v := range values {
		m[v.Fact] = v
	}
	return m
}

func text(t *testing.T, m map[string]journal.Value, fact string) string {
	t.Helper()
	v, ok := m[fact]
	if !ok || v.Err != "" {
		t.Fatalf("%s is not there: %+v", fact, v)
	}
	return string(v.Bytes())
}

func root(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it makes namespaces")
	}
}

// TestOutside observes a process of its own making, and compares with what the files
// say.
func TestOutside(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sleep 60 & sleep 60 & read x")
	cmd.Env = []string{"SECRET=of the container", "PATH=" + os.Getenv("PATH")}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	defer func() {
		for _, p := range strings.Fields(read(t, fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))) {
			_ = exec.Command("kill", p).Run()
		}
		_ = in.Close()
		_ = cmd.Wait()
	}()
	waitFor(t, func() bool {
		kids := strings.Fields(read(t, fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)))
		for _, k := range kids {
			if !strings.HasPrefix(read(t, "/proc/"+k+"/status"), "Name:\tsleep\n") {
				return false
			}
		}
		return len(kids) == 2
	})

	m := byFact(Outside(Target{Pid: pid}))
	for fact, file := range map[string]string{
		"proc.mountinfo": "mountinfo", "proc.cgroup": "cgroup", "proc.uid_map": "uid_map", "proc.cmdline": "cmdline",
		"proc.environ": "environ", "proc.limits": "limits", "proc.gid_map": "gid_map", "proc.oom_score_adj": "oom_score_adj",
	} {
		path := fmt.Sprintf("/proc/%d/%s", pid, file)
		if got, want := text(t, m, fact), read(t, path); got != want {
			t.Errorf("%s:\n got %q\nwant %q", fact, got, want)
		}
		if m[fact].Source != path || m[fact].Side != journal.Outside {
			t.Errorf("%s: source %s, side %s", fact, m[fact].Source, m[fact].Side)
		}
	}
	s := proc.ParseStatus([]byte(text(t, m, "proc.status")))
	if s.Pid != pid || s.Name != "sh" {
		t.Errorf("status of %d %s", s.Pid, s.Name)
	}
	for _, kind := range []string{"mnt", "pid", "net", "user"} {
		link, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
		if err != nil {
			t.Fatal(err)
		}
		if got := text(t, m, "proc.ns."+kind); got != link || text(t, m, "host.ns."+kind) != link {
			t.Errorf("ns %s: %s, the link says %s", kind, got, link)
		}
	}
	tree := strings.Split(strings.TrimSpace(text(t, m, "proc.tree")), "\n")
	if len(tree) != 3 || !strings.HasSuffix(tree[0], " sh") || !strings.Contains(tree[1], fmt.Sprintf(" %d ", pid)) ||
		!strings.HasSuffix(tree[2], " sleep") {
		t.Errorf("tree:\n%s", strings.Join(tree, "\n"))
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for !done() {
		if t.Context().Err() != nil {
			t.Fatal("it did not happen")
		}
		_ = unix.Nanosleep(&unix.Timespec{Nsec: 1e6}, nil) // no event tells that a shell has forked
	}
}

// TestOutsideOfNothing: a process that is gone leaves no values.
func TestOutsideOfNothing(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	for _, v := range Outside(Target{
		Pid: cmd.Process.Pid, Cgroups: map[string]string{"": "/sys/fs/cgroup/no-such-group"},
		Merged: "/no/such/dir", Upper: "/no/such/dir", Bridge: "gbnone",
	}) {
		if !strings.HasPrefix(v.Fact, "host.ns.") && !strings.HasPrefix(v.Fact, "net.") && v.Fact != "uts.hostname" {
			t.Errorf("%s is there: %+v", v.Fact, v)
		}
	}
}

// TestEnvironStaysHome: no environment but the container's gets into a recording.
func TestEnvironStaysHome(t *testing.T) {
	t.Setenv("GLASSBOX_TEST_SECRET", "hunter2")
	cmd := exec.Command("sleep", "60")
	cmd.Env = []string{"OWN=1"}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	// Start returns in the midst of execve(2): what is there may still be this test's own environment, then none.
	waitFor(t, func() bool {
		proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
		return read(t, proc+"comm") == "sleep\n" && read(t, proc+"environ") != ""
	})
	b, err := json.Marshal(Outside(Target{Pid: cmd.Process.Pid}))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "hunter2") {
		t.Error("the observer's own environment got out")
	}
	if !strings.Contains(string(b), "OWN=1") {
		t.Error("the container's environment is missing")
	}
}

// TestGroup compares with the files of the group that this process is in.
func TestGroup(t *testing.T) {
	dirs := ownDirs(t)
	m := byFact(Outside(Target{Pid: os.Getpid(), Cgroups: dirs}))
	n := 0
	for fact, v := range m {
		if !strings.HasPrefix(fact, "cgroup.") || v.Err != "" {
			continue
		}
		n++
		if fact != GroupFact(filepath.Base(v.Source)) {
			t.Errorf("%s comes from %s", fact, v.Source)
		}
	}
	procs := strings.Fields(text(t, m, "cgroup.procs"))
	if n < 5 || !slices.Contains(procs, fmt.Sprint(os.Getpid())) {
		t.Errorf("%d files; cgroup.procs has not %d among %d", n, os.Getpid(), len(procs))
	}
	if v, ok := m["cgroup.kill"]; ok {
		t.Errorf("a file to be written was read: %+v", v)
	}
}

func ownDirs(t testing.TB) map[string]string {
	t.Helper()
	own := proc.ParseCgroup(slurp("/proc/self/cgroup"))
	dirs := map[string]string{}
	for c, m := range hierarchies() {
		path, _ := proc.PathOf(own, c)
		if dir, ok := below(m, path); ok {
			dirs[c] = dir
		}
	}
	if len(dirs) == 0 {
		t.Skip("needs control groups: none are mounted here")
	}
	return dirs
}

// hierarchies are the mounts of control groups by controller; "" is version 2's.
func hierarchies() map[string]proc.Mount {
	mounts, _ := proc.ParseMountinfo(slurp("/proc/self/mountinfo"))
	own := proc.ParseCgroup(slurp("/proc/self/cgroup"))
	all := map[string]proc.Mount{}
	for _, m := range mounts {
		switch m.FSType {
		case "cgroup2":
			all[""] = m
		case "cgroup":
			for _, o := range m.Super {
				if _, ok := proc.PathOf(own, o); ok && o != "" {
					all[o] = m
				}
			}
		}
	}
	return all
}

// TestListing looks at a directory that a container may have left: links out, a
// FIFO, a device, names that would break a screen.
func TestListing(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(dir+"/a/b", 0o755))
	must(os.WriteFile(dir+"/a/b/file", []byte("12345"), 0o640))
	must(os.Symlink("/etc", dir+"/a/out"))
	must(unix.Mkfifo(dir+"/fifo", 0o600))
	must(os.WriteFile(dir+"/evil\n\x1b[2J", nil, 0o600))
	must(os.Chmod(dir+"/a/b/file", 0o640|os.ModeSetuid))
	must(os.Chmod(dir+"/a", 0o755|os.ModeSticky))
	// The sizes of directories differ between file systems.
	got := dirSize.ReplaceAllString(text(t, byFact(Outside(Target{Upper: dir})), "fs.upper"), "$1 # ")
	want := "drwxr-xr-t # a\ndrwxr-xr-x # a/b\n-rwSr----- 5 a/b/file\nlrwxrwxrwx 4 a/out -> /etc\n" +
		`-rw------- 0 evil\n\x1b[2J` + "\nprw------- 0 fifo\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	flat := text(t, byFact(Outside(Target{Merged: dir})), "fs.root")
	if strings.Contains(flat, "b/file") || len(strings.Split(strings.TrimSpace(flat), "\n")) != 3 {
		t.Errorf("the root's entries:\n%s", flat)
	}
}

// TestListingIsBounded: neither depth nor number of entries can make it long.
func TestListingIsBounded(t *testing.T) {
	dir := t.TempDir()
	deep := dir + strings.Repeat("/d", maxDepth+10)
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	v := byFact(Outside(Target{Upper: dir}))["fs.upper"]
	if !strings.Contains(v.Err, "deep") || strings.Count(string(v.Bytes()), "\n") != maxDepth+1 {
		t.Errorf("%q, %d lines", v.Err, strings.Count(string(v.Bytes()), "\n"))
	}
	for i := range maxEntries + 10 {
		if err := os.WriteFile(fmt.Sprintf("%s/%d", dir, i), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v = byFact(Outside(Target{Upper: dir}))["fs.upper"]
	if !strings.Contains(v.Err, "cut") || strings.Count(string(v.Bytes()), "\n") != maxEntries {
		t.Errorf("%q, %d lines", v.Err, strings.Count(string(v.Bytes()), "\n"))
	}
}

var dirSize = regexp.MustCompile(`(?m)^(d\S+) \d+ `)
