package cgroup

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// machine detects the hierarchies of this machine, or skips.
func machine(t *testing.T) Tree {
	t.Helper()
	tree, err := Detect(slurp(t, "/proc/self/mountinfo"), slurp(t, "/proc/self/cgroup"))
	if err != nil {
		t.Skipf("needs control groups: %v", err)
	}
	if u := tree.Unified; u != nil {
		tree.Have(slurp(t, u.Mount+"/cgroup.controllers"))
	}
	return tree
}

func slurp(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip(err)
	}
	return b
}

// group makes a new group in the hierarchy of a controller ("" is version 2's).
func group(t *testing.T, tree Tree, controller string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: it makes control groups")
	}
	dirs, err := tree.Dirs("/", fmt.Sprintf("glassbox-test-%d-%s", os.Getpid(), strings.ReplaceAll(t.Name(), "/", "-")))
	if err != nil {
		t.Fatal(err)
	}
	dir, ok := ByController(dirs)[controller]
	if !ok {
		t.Skipf("this machine has no hierarchy with %q", controller)
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skipf("can't make a control group: %v", err)
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestKernelTakesFiles writes limits of every controller here and reads them back.
func TestKernelTakesFiles(t *testing.T) {
	tree := machine(t)
	r := &specs.LinuxResources{
		Memory: &specs.LinuxMemory{Limit: p(int64(64 << 20)), Swap: p(int64(128 << 20)), Reservation: p(int64(32 << 20))},
		CPU:    &specs.LinuxCPU{Quota: p(int64(50000)), Period: p(uint64(100000)), Shares: p(uint64(512)), Cpus: "0", Mems: "0"},
		Pids:   &specs.LinuxPids{Limit: p(int64(10))},
	}
	files, err := tree.Files(r, nil)
	if err != nil {
		t.Skip(err)
	}
	dirs := map[string]string{}
	for _, f := range files {
		key := f.Controller
		if tree.Version(f.Controller) == 2 {
			key = ""
		}
		if dirs[key] == "" {
			dirs[key] = group(t, tree, key)
			if key == "" {
				letDown(t, tree.Unified.Mount, SubtreeControl(files))
			}
		}
		dirs[f.Controller] = dirs[key]
		path := filepath.Join(dirs[f.Controller], f.Name)
		err := os.WriteFile(path, []byte(f.Value), 0)
		if errors.Is(err, os.ErrNotExist) && strings.Contains(f.Name, "memsw") {
			continue // swap is not counted here
		}
		if err != nil {
			t.Fatalf("write %s to %s: %v", f.Value, path, err)
		}
		if got := strings.TrimSpace(string(slurp(t, path))); got != f.Value {
			t.Errorf("%s says %s, not %s", path, got, f.Value)
		}
	}
}

// letDown lets controllers down from the top, those that are not yet, until the test ends.
func letDown(t *testing.T, top, want string) {
	t.Helper()
	path := top + "/cgroup.subtree_control"
	have := strings.Fields(string(slurp(t, path)))
	for _, c := range strings.Fields(want) {
		if slices.Contains(have, c[1:]) {
			continue
		}
		if err := os.WriteFile(path, []byte(c), 0); err != nil {
			t.Skipf("can't let %s down from %s: %v", c[1:], top, err)
		}
		t.Cleanup(func() { _ = os.WriteFile(path, []byte("-"+c[1:]), 0) })
	}
}

// TestKernelTakesDevices writes the lines to a group of version 1: devices.list then has
// what the table has.
func TestKernelTakesDevices(t *testing.T) {
	dir := group(t, machine(t), "devices")
	table, err := Devices(append([]specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}, DefaultDevices()...))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range table.Files() {
		if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Value), 0); err != nil {
			t.Fatalf("%s: %v", f.Value, err)
		}
		if f.Name == "devices.allow" {
			want = append(want, f.Value)
		}
	}
	got := strings.Split(strings.TrimSpace(string(slurp(t, dir+"/devices.list"))), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("devices.list has\n%q, not\n%q", got, want)
	}
}

// TestKernelRunsProgram loads the program with bpf(2), attaches it to a group of version
// 2 and uses devices there.
func TestKernelRunsProgram(t *testing.T) {
	tree := machine(t)
	dir := group(t, tree, "")
	table, err := Devices([]specs.LinuxDeviceCgroup{
		{Allow: false, Type: "a", Access: "rwm"},
		{Allow: true, Type: "c", Major: p(int64(1)), Minor: p(int64(3)), Access: "rwm"},
		{Allow: true, Type: "c", Major: p(int64(1)), Minor: p(int64(5)), Access: "r"},
	})
	if err != nil {
		t.Fatal(err)
	}
	prog := load(t, Encode(table.Program()))
	defer unix.Close(prog)
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	attach := struct{ target, prog, kind, flags uint32 }{uint32(fd), uint32(prog), unix.BPF_CGROUP_DEVICE, 0}
	if _, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_ATTACH, uintptr(unsafe.Pointer(&attach)), unsafe.Sizeof(attach)); errno != 0 {
		t.Fatalf("attach: %v", errno)
	}
	out, err := exec.Command("sh", "-c", "echo $$ > "+dir+`/cgroup.procs || exit 1
		t() { if eval "$2" 2>/dev/null; then echo "$1 yes"; else echo "$1 no"; fi; }
		t null.rw 'head -c1 /dev/null >/dev/null'
		t zero.r 'head -c1 /dev/zero >/dev/null'
		t zero.w 'true >/dev/zero'
		t full.r 'head -c1 /dev/full >/dev/null'
		t mknod.null 'mknod $0.null c 1 3 && rm $0.null'
		t mknod.mem 'mknod $0.mem c 1 1 && rm $0.mem'`, filepath.Join(t.TempDir(), "node")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if want := "null.rw yes\nzero.r yes\nzero.w no\nfull.r no\nmknod.null yes\nmknod.mem no\n"; string(out) != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

func load(t *testing.T, insns []byte) int {
	t.Helper()
	license, log := []byte(License+"\x00"), make([]byte, 64<<10)
	attr := struct {
		kind, n    uint32
		insns      uint64
		license    uint64
		level, len uint32
		log        uint64
		version    uint32
		flags      uint32
	}{
		kind: unix.BPF_PROG_TYPE_CGROUP_DEVICE, n: uint32(len(insns) / 8), insns: uint64(uintptr(unsafe.Pointer(&insns[0]))),
		license: uint64(uintptr(unsafe.Pointer(&license[0]))), level: 1, len: uint32(len(log)), log: uint64(uintptr(unsafe.Pointer(&log[0]))),
	}
	fd, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_PROG_LOAD, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	if errors.Is(errno, unix.EPERM) || errors.Is(errno, unix.ENOSYS) {
		t.Skipf("bpf(2): %v", errno)
	}
	if errno != 0 {
		t.Fatalf("bpf(2): %v\n%s", errno, unix.ByteSliceToString(log))
	}
	return int(fd)
}
