package main

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

	"glassbox/runtime/journal"
)

// traced are the calls whose every use during a start must be in the journal.
var traced = []string{"mount", "umount2", "pivot_root", "unshare", "setns", "sethostname", "clone", "clone3", "chroot", "mknodat", "seccomp", "capset", "bpf", "open_tree", "mount_setattr", "move_mount"}

// TestJournalIsWhatStraceSaw runs whole starts under strace(1): each call of the
// container's start is in the journal with the same arguments, and the journal
// has none that strace has not.
func TestJournalIsWhatStraceSaw(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	vol := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
	}{
		{"demo", []string{"demo", "true"}},
		{"volumes", []string{"-v", vol + ":/data:ro", "--tmpfs", "/run:size=1m", "--read-only", "-m", "64m", "--cpus", "0.5", "demo", "true"}},
		{"privileged", []string{"--privileged", "-u", "root", "demo", "true"}},
		{"userns", []string{"--userns", "private", "-v", vol + ":/data", "-m", "64m", "-u", "root", "demo", "true"}},
		{"without", []string{"--without", "uts,pivot_root", "demo", "true"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			told, saw := watched(t, strace, program, c.args...)
			for _, d := range difference(told, saw) {
				t.Errorf("only in the journal: %s", d)
			}
			for _, d := range difference(saw, told) {
				t.Errorf("only strace saw: %s", d)
			}
			if len(told) < 30 { // 34 of a privileged one on version 2
				t.Errorf("the journal tells of %d calls only", len(told))
			}
		})
	}
}

// watched runs a container under strace, and returns the calls of its start as the
// journal tells them, and as strace saw them.
func watched(t *testing.T, strace, program string, args ...string) (told, saw []string) {
	t.Helper()
	dir := t.TempDir()
	args = append([]string{"-ff", "-y", "-s", "4096", "-o", filepath.Join(dir, "st"), "-e", "trace=" + strings.Join(traced, ",") + ",write", program, "run", "--json", "--network", "none"}, args...)
	r := runCmd(t, exec.Command(strace, args...))
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	threads, _ := filepath.Glob(filepath.Join(dir, "st.*"))
	for _, f := range threads {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		saw = append(saw, fromStrace(string(b))...)
	}
	return fromJournal(parse(t, []byte(r.out))), saw
}

// TestBypassIsSeen plants a mount(2) that goes past runtime/kernel into a glassbox
// of its own: the comparison above must find it.
func TestBypassIsSeen(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	needTool(t, "go")
	file, err := filepath.Abs("../../stages/inside/rootfs.go")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Skip("needs source: the tests were carried here without it")
	}
	const door = "func populate("
	bypass := "var past = func() { _ = unix.Mount(\"\", \"/\", \"\", unix.MS_REC|unix.MS_SLAVE, \"\") }\n\n"
	planted := strings.Replace(string(b), door, bypass+door, 1)
	planted = strings.Replace(planted, "\town := false", "\tpast()\n\town := false", 1)
	if strings.Count(planted, "past()") != 1 {
		t.Fatal("stages/inside/rootfs.go has no place to plant the bypass: populate begins otherwise now")
	}
	dir := t.TempDir()
	other, overlay, bin := filepath.Join(dir, "rootfs.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "glassbox")
	if err := os.WriteFile(other, []byte(planted), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := json.Marshal(map[string]any{"Replace": map[string]string{file: other}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(overlay, j, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("go", "build", "-overlay", overlay, "-o", bin, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("build the planted glassbox: %v\n%s", err, out)
	}
	told, saw := watched(t, strace, bin, "demo", "true")
	if only := difference(saw, told); len(only) != 1 || !strings.HasPrefix(only[0], "mount") {
		t.Errorf("of one planted mount strace alone saw %q", only)
	}
}

func difference(a, b []string) []string {
	left := slices.Clone(b)
	var only []string
	for _, s := range a {
		if i := slices.Index(left, s); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		only = append(only, s)
	}
	return only
}

var straceLine = regexp.MustCompile(`^(\w+)\((.*)\) += (.*)$`)

// fromStrace reads what strace wrote of one thread into the form of fromJournal.
func fromStrace(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		m := straceLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		if m[1] != "write" {
			if s := call(m[1], m[2]); s != "" {
				list = append(list, s)
			}
			continue
		}
		if w := written.FindStringSubmatch(m[2]); w != nil && (strings.HasPrefix(w[1], "/sys/fs/cgroup/") || strings.HasSuffix(w[1], "_map")) {
			list = append(list, fmt.Sprintf("write %s %s", w[1], unquote(w[2])))
		}
	}
	return list
}

// written is a write's arguments, the descriptor with its path (strace -y).
var written = regexp.MustCompile(`^\d+<([^>]*)>, (".*"), \d+$`)

// call is one call of strace's in the form of fromJournal; "" for those that are not the container's.
func call(name, args string) string {
	f := split(args)
	switch name {
	case "mount":
		// strace prints an address for an empty type, since the flags make it unused.
		if f[2] != "NULL" && !strings.HasPrefix(f[2], `"`) {
			f[2] = `""`
		}
		return fmt.Sprintf("mount %s %s %s %s %s", unquote(f[0]), unquote(f[1]), unquote(f[2]), flagset(f[3]), unquote(f[4]))
	case "umount2":
		if unquote(f[0]) != "." {
			return "" // the way back, which the journal tells as undo
		}
		return fmt.Sprintf("umount2 %s %s", unquote(f[0]), flagset(f[1]))
	case "pivot_root", "chroot":
		return name + " " + strings.Join(unquoted(f), " ")
	case "sethostname":
		return "sethostname " + unquote(f[0])
	case "unshare":
		if f[0] == "CLONE_FS" || f[0] == "CLONE_FILES" {
			return "" // the observer's own
		}
		return "unshare " + flagset(f[0])
	case "clone", "clone3":
		if !strings.Contains(args, "CLONE_NEW") {
			return "" // threads, and the kernel being asked whether it has pidfds
		}
		i := strings.Index(args, "flags=")
		flags, _, _ := strings.Cut(args[i+len("flags="):], ",")
		return "clone " + flagset(strings.TrimSuffix(strings.Fields(flags + " ")[0], "|SIGCHLD"))
	case "mknodat":
		if strings.Contains(args, "makedev(0, 0)") {
			return "" // a whiteout in a layer: the store's progress, no call
		}
		return fmt.Sprintf("mknodat %s %s %s", unquote(f[1]), strings.ReplaceAll(f[2], "|0", "|00"), device(args))
	case "bpf":
		return ""
	case "setns":
		return "" // the observer's own: TestJoinIsWhatStraceSaw has the others
	case "open_tree":
		if p := unquote(f[1]); p == "/" || p == "/proc/self/exe" {
			return "" // may we mount? and the program itself, sealed: no effect on the container
		}
		return fmt.Sprintf("open_tree %s %s", unquote(f[1]), flagset(f[2]))
	case "mount_setattr":
		if strings.Contains(args, "AT_RECURSIVE") {
			return "mount_setattr MOUNT_ATTR_RDONLY"
		}
		if !strings.Contains(args, "MOUNT_ATTR_IDMAP") {
			return "" // the program itself, sealed
		}
		return "mount_setattr MOUNT_ATTR_IDMAP"
	case "move_mount":
		return fmt.Sprintf("move_mount %s %s", unquote(f[3]), flagset(f[4]))
	case "seccomp":
		if !strings.Contains(args, "SECCOMP_SET_MODE_FILTER") {
			return ""
		}
		return "seccomp"
	}
	return name
}

func device(args string) string {
	m := regexp.MustCompile(`makedev\((\w+), (\w+)\)`).FindStringSubmatch(args)
	if m == nil {
		return ""
	}
	var a, b int
	_, _ = fmt.Sscanf(m[1]+" "+m[2], "%v %v", &a, &b)
	return fmt.Sprintf("%d:%d", a, b)
}

// fromJournal spells the journal's calls as fromStrace spells strace's.
func fromJournal(list []journal.Event) []string {
	var out []string
	for _, e := range list {
		switch {
		case e.Kind == journal.KindWrite && e.Write.Held == "":
			if p := e.Write.Path; strings.HasPrefix(p, "/sys/fs/cgroup/") || strings.HasSuffix(p, "_map") {
				out = append(out, fmt.Sprintf("write %s %s", p, e.Write.Value))
			}
		case e.Kind == journal.KindCall && e.Call.Held == "" && slices.Contains(traced, e.Call.Name):
			if s := told(e.Call); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

func told(c *journal.Call) string {
	a := map[string]string{}
	for _, x := range c.Args {
		a[x.Name] = x.Value
	}
	switch c.Name {
	case "mount":
		return fmt.Sprintf("mount %s %s %s %s %s", a["source"], a["target"], a["filesystemtype"], flagset(a["mountflags"]), a["data"])
	case "umount2":
		return fmt.Sprintf("umount2 %s %s", a["target"], flagset(a["flags"]))
	case "pivot_root":
		return "pivot_root " + a["new_root"] + " " + a["put_old"]
	case "chroot":
		return "chroot " + a["path"]
	case "sethostname":
		return "sethostname " + a["name"]
	case "unshare":
		return "unshare " + flagset(a["flags"])
	case "clone", "clone3":
		return "clone " + flagset(strings.TrimSuffix(a["flags"], "|SIGCHLD"))
	case "mknodat":
		return fmt.Sprintf("mknodat %s %s %s", a["pathname"], strings.ReplaceAll(a["mode"], "|0", "|00"), a["dev"])
	case "bpf":
		return ""
	case "setns":
		return "" // see call
	case "open_tree":
		return fmt.Sprintf("open_tree %s %s", a["pathname"], flagset(a["flags"]))
	case "mount_setattr":
		return "mount_setattr " + a["attr_set"]
	case "move_mount":
		return fmt.Sprintf("move_mount %s %s", a["to_pathname"], flagset(a["flags"]))
	}
	return c.Name
}

// flagset sorts flags, so that their order does not count.
func flagset(s string) string {
	if i := strings.Index(s, " /*"); i >= 0 {
		s = s[:i]
	}
	f := strings.Split(s, "|")
	slices.Sort(f)
	return strings.Join(f, "|")
}

// split cuts arguments at their commas, strings kept whole.
func split(s string) []string {
	var list []string
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			list = append(list, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	return append(list, strings.TrimSpace(s[start:]))
}

func unquote(s string) string {
	if s == "NULL" {
		return ""
	}
	i, j := strings.IndexByte(s, '"'), strings.LastIndexByte(s, '"')
	if i < 0 || j <= i {
		return s
	}
	var out string
	if json.Unmarshal([]byte(s[i:j+1]), &out) != nil {
		return s[i+1 : j]
	}
	return out
}

func unquoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = unquote(s)
	}
	return out
}
