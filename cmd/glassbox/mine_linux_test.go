package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// grouped tells whether a container gets a cgroup here: root's does, and that of
// an ordinary user to whom one is delegated.
var grouped = sync.OnceValue(func() bool {
	if os.Geteuid() == 0 {
		return true
	}
	out, _ := exec.Command(program, "doctor", "--json").Output() // its status tells of other lacks, too
	var r stages.Report
	if json.Unmarshal(out, &r) != nil {
		return false
	}
	found := false
	for _, f := range r.Findings {
		if f.Name == "cgroup" || f.Name == "cgroup.memory" {
			found = f.State == stages.Have
			if !found {
				return false
			}
		}
	}
	return found
})

func needGroup(t *testing.T) {
	t.Helper()
	if !grouped() {
		t.Skip("needs root: or a cgroup that is delegated to this user")
	}
}

// limits are these flags where there is a group to hold them.
func limits(flags ...string) []string {
	if grouped() {
		return flags
	}
	return nil
}

// ownStore is a store for real images. An ordinary user's files of subordinate ids
// can't be removed by that user's own hands: they stay, as images do.
func ownStore(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return stages.Default().Root
	}
	return t.TempDir()
}

// ownGroups are the containers' groups that belong to this user.
func ownGroups() (found []string) {
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // gone meanwhile, or somebody else's
		}
		if !d.IsDir() || !strings.HasPrefix(d.Name(), "glassbox-") {
			return nil
		}
		if i, err := d.Info(); err == nil {
			if st, ok := i.Sys().(*syscall.Stat_t); ok && int(st.Uid) == os.Geteuid() {
				found = append(found, path)
			}
		}
		return nil
	})
	return found
}

// ownTraces are what containers of an ordinary user leave behind, as lines: that
// user's directories, groups, and processes, those of subordinate ids, too.
func ownTraces(t *testing.T, root string) []string {
	t.Helper()
	p := stages.Default()
	var list []string
	for _, g := range []string{p.State + "/*", root + "/containers/*", root + "/*.tmp"} {
		m, _ := filepath.Glob(g)
		for _, f := range m {
			list = append(list, "file "+f)
		}
	}
	for _, g := range ownGroups() {
		list = append(list, "group "+g)
	}
	for line := range strings.Lines(mustRead(t, "/proc/self/mountinfo")) {
		if f := strings.Fields(line)[4]; strings.HasPrefix(f, root) || strings.HasPrefix(f, p.Root) || strings.HasPrefix(f, p.State) {
			list = append(list, "mount "+f)
		}
	}
	first, count := subordinate(t)
	pids, _ := filepath.Glob("/proc/[0-9]*")
	for _, pid := range pids {
		var st unix.Stat_t
		if unix.Stat(pid, &st) != nil {
			continue
		}
		name, _ := os.ReadFile(pid + "/comm")
		if stat, _ := os.ReadFile(pid + "/stat"); strings.Contains(string(stat), ") Z ") {
			continue // it has ended; to reap it is for PID 1 of this machine
		}
		uid := int(st.Uid)
		if uid >= first && uid < first+count || uid == os.Geteuid() && ours(strings.TrimSpace(string(name))) {
			list = append(list, "process "+filepath.Base(pid)+" "+strings.TrimSpace(string(name)))
		}
	}
	return list
}

// ours tells whether a process of that name was started by glassbox, or is it.
func ours(name string) bool {
	switch name {
	case "glassbox", "sh", "sleep", "pasta", "pasta.avx2", "slirp4netns", "fuse-overlayfs", "newuidmap", "newgidmap":
		return true
	}
	return strings.HasPrefix(name, "glassbox")
}

// subordinate is this user's range in /etc/subuid; nothing where there is none.
func subordinate(t *testing.T) (first, count int) {
	t.Helper()
	u, err := user.Current()
	must(t, err)
	b, _ := os.ReadFile("/etc/subuid")
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) == 3 && f[0] == u.Username {
			first, _ = strconv.Atoi(f[1])
			count, _ = strconv.Atoi(f[2])
		}
	}
	return first, count
}
