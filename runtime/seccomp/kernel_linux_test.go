package seccomp

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestMain lets the test binary put docker's profile on itself: it can't be taken off
// again.
func TestMain(m *testing.M) {
	if os.Getenv("GLASSBOX_TEST_SECCOMP") == "" {
		os.Exit(m.Run())
	}
	if err := confined(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func confined() error {
	runtime.LockOSThread()
	p, err := Default(nil)
	if err != nil {
		return err
	}
	f, err := Compile(p)
	if err != nil {
		return err
	}
	if err := install(f); err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		nr   uintptr
		args [3]uintptr
		want unix.Errno
	}{
		{"getpid", unix.SYS_GETPID, [3]uintptr{}, 0},
		{"socket of AF_UNIX", unix.SYS_SOCKET, [3]uintptr{unix.AF_UNIX, unix.SOCK_STREAM | unix.SOCK_CLOEXEC}, 0},
		{"socket of AF_ALG", unix.SYS_SOCKET, [3]uintptr{unix.AF_ALG, unix.SOCK_SEQPACKET}, unix.EPERM},
		{"socket of AF_VSOCK", unix.SYS_SOCKET, [3]uintptr{unix.AF_VSOCK, unix.SOCK_STREAM}, unix.EPERM},
		{"mount", unix.SYS_MOUNT, [3]uintptr{}, unix.EPERM},
		{"unshare", unix.SYS_UNSHARE, [3]uintptr{0}, unix.EPERM},
		{"keyctl", unix.SYS_KEYCTL, [3]uintptr{}, unix.EPERM},
		{"clone3", unix.SYS_CLONE3, [3]uintptr{}, unix.ENOSYS},
		{"clone(CLONE_NEWUSER)", unix.SYS_CLONE, [3]uintptr{unix.CLONE_NEWUSER}, unix.EPERM},
		{"personality(0)", unix.SYS_PERSONALITY, [3]uintptr{0}, 0},
		{"personality(ADDR_NO_RANDOMIZE)", unix.SYS_PERSONALITY, [3]uintptr{0x40000}, unix.EPERM},
		{"a call of the future", 5000, [3]uintptr{}, unix.ENOSYS},
	} {
		_, _, errno := unix.RawSyscall(c.nr, c.args[0], c.args[1], c.args[2])
		if errno != c.want {
			return fmt.Errorf("%s: %w, not %w", c.name, errno, c.want)
		}
	}
	fmt.Println("as docker's")
	return nil
}

func install(f *Filter) error {
	prog := unix.SockFprog{Len: uint16(len(f.Program)), Filter: &f.Program[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("set no_new_privs: %w", err)
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, uintptr(f.Flags), uintptr(unsafe.Pointer(&prog))); errno != 0 {
		return fmt.Errorf("seccomp(2): %w", errno)
	}
	return nil
}

// TestKernel loads docker's profile and makes calls under it.
func TestKernel(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "GLASSBOX_TEST_SECCOMP=1")
	out, err := cmd.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "as docker's" {
		t.Errorf("%v: %s", err, out)
	}
}

// TestFlags: a profile that says nothing of flags gets runc's.
func TestFlags(t *testing.T) {
	for _, c := range []struct {
		list []specs.LinuxSeccompFlag
		want uint
	}{
		{nil, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW},
		{[]specs.LinuxSeccompFlag{}, 0},
		{[]specs.LinuxSeccompFlag{"SECCOMP_FILTER_FLAG_TSYNC", specs.LinuxSeccompFlagLog}, unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_LOG},
	} {
		f, err := Compile(&specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Flags: c.list})
		if err != nil || f.Flags != c.want {
			t.Errorf("%v: %v %v", c.list, f, err)
		}
	}
	if _, err := Compile(&specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Flags: []specs.LinuxSeccompFlag{"X"}}); err == nil {
		t.Error("a flag that nobody knows was taken")
	}
}

// TestErrors: each fault is named, with its rule.
func TestErrors(t *testing.T) {
	one := func(s specs.LinuxSyscall) *specs.LinuxSeccomp {
		return &specs.LinuxSeccomp{DefaultAction: specs.ActErrno, Syscalls: []specs.LinuxSyscall{s}}
	}
	arg := func(index uint, op specs.LinuxSeccompOperator) specs.LinuxSyscall {
		return specs.LinuxSyscall{Names: []string{"read"}, Action: specs.ActAllow, Args: []specs.LinuxSeccompArg{{Index: index, Op: op}}}
	}
	for want, p := range map[string]*specs.LinuxSeccomp{
		"no action":         {DefaultAction: "SCMP_ACT_PLEASE"},
		"another program":   one(specs.LinuxSyscall{Names: []string{"read"}, Action: specs.ActNotify}),
		"rule 0":            one(specs.LinuxSyscall{Names: []string{"read"}, Action: "x"}),
		"no system call":    one(specs.LinuxSyscall{Action: specs.ActAllow}),
		"0 to 5":            one(arg(6, specs.OpEqualTo)),
		"no comparison":     one(arg(0, "SCMP_CMP_ABOUT")),
		`"SCMP_ARCH_Z80" i`: {DefaultAction: specs.ActAllow, Architectures: []specs.Arch{"SCMP_ARCH_Z80"}},
	} {
		if _, err := Compile(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if _, err := Compile(&specs.LinuxSeccomp{DefaultAction: specs.ActNotify}); !errors.Is(err, errNotify) {
		t.Errorf("%v", err)
	}
	if _, err := compile(&specs.LinuxSeccomp{DefaultAction: specs.ActAllow}, "mips"); err == nil {
		t.Error("mips was taken")
	}
}

// TestUnknownNames: as in runc, a name that this table does not know is no fault.
func TestUnknownNames(t *testing.T) {
	p := &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow,
		Syscalls:      []specs.LinuxSyscall{{Names: []string{"no_such_call", "mount"}, Action: specs.ActErrno}},
	}
	vm := ours(t, p, "amd64")
	if got := ask(t, vm, event{nr: uint32(calls[0].nr[amd64]), audit: auditAMD64}); got != retAllow {
		t.Errorf("%#x", got)
	}
	if got := ask(t, vm, event{nr: 165, audit: auditAMD64}); got != retErrno|eperm {
		t.Errorf("mount: %#x", got)
	}
}

// TestLong: a profile that compares arguments of every call is too long for short jumps
// and for the kernel: the first is no fault, the second is one.
func TestLong(t *testing.T) {
	p := &specs.LinuxSeccomp{DefaultAction: specs.ActErrno}
	for _, c := range calls {
		p.Syscalls = append(p.Syscalls, specs.LinuxSyscall{
			Names: []string{c.name}, Action: specs.ActAllow,
			Args: []specs.LinuxSeccompArg{{Index: 1, Value: uint64(c.nr[amd64]), Op: specs.OpEqualTo}},
		})
	}
	vm := ours(t, p, "amd64")
	for nr := range uint32(330) {
		for arg, want := range map[uint64]uint32{uint64(nr): retAllow, uint64(nr) + 1: retErrno | eperm} {
			e := event{nr: nr, audit: auditAMD64, args: [6]uint64{0, arg}}
			if got := ask(t, vm, e); got != want {
				t.Fatalf("call %d of %d: %#x, not %#x", nr, arg, got, want)
			}
		}
	}
	for i := range p.Syscalls {
		for j := range uint(5) { // each call another value: what is the same as its neighbour takes no room
			p.Syscalls[i].Args = append(p.Syscalls[i].Args, specs.LinuxSeccompArg{Index: (j + 2) % 6, Value: uint64(i), Op: specs.OpGreaterThan})
		}
	}
	if _, err := Compile(p); err == nil || !strings.Contains(err.Error(), "4096") {
		t.Errorf("%v", err)
	}
}

// BenchmarkDefault is all of it: docker's profile for a container, compiled.
func BenchmarkDefault(b *testing.B) {
	var f *Filter
	for b.Loop() {
		p, err := Default([]string{"CAP_CHOWN", "CAP_KILL"})
		if err != nil {
			b.Fatal(err)
		}
		if f, err = Compile(p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(f.Program)), "instructions")
}

// BenchmarkLoad is what the kernel takes for it, in a process each: filters add up.
func BenchmarkLoad(b *testing.B) {
	p, err := Default(nil)
	if err != nil {
		b.Fatal(err)
	}
	f, err := Compile(p)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		done := make(chan error)
		go func() { // the thread ends with its goroutine, and the filter with it
			runtime.LockOSThread()
			done <- install(f)
		}()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzCompile makes programs of any profile that JSON can say, and runs them.
func FuzzCompile(f *testing.F) {
	f.Add("SCMP_ACT_ERRNO", "read", "SCMP_ACT_ALLOW", uint(0), uint64(1), uint64(2), "SCMP_CMP_EQ", uint32(0))
	f.Add("SCMP_ACT_ALLOW", "socket", "SCMP_ACT_KILL", uint(5), uint64(1<<40), uint64(1), "SCMP_CMP_MASKED_EQ", uint32(102))
	f.Fuzz(func(t *testing.T, def, name, act string, index uint, value, two uint64, op string, nr uint32) {
		p := &specs.LinuxSeccomp{
			DefaultAction: specs.LinuxSeccompAction(def),
			Architectures: []specs.Arch{specs.ArchX86, specs.ArchX32, specs.ArchARM},
			Syscalls: []specs.LinuxSyscall{{
				Names: []string{name}, Action: specs.LinuxSeccompAction(act),
				Args: []specs.LinuxSeccompArg{{Index: index, Value: value, ValueTwo: two, Op: specs.LinuxSeccompOperator(op)}},
			}},
		}
		for _, goarch := range []string{"amd64", "arm64"} {
			if _, err := assemble(p, goarch); err != nil {
				continue
			}
			vm := ours(t, p, goarch)
			for _, a := range audits[goarch] {
				ask(t, vm, event{nr: nr, audit: a.audit, args: [6]uint64{value, two}})
			}
		}
	})
}
