package userland

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// act is something that needs a privilege. do tries it and undoes it. Where the
// real thing would do harm, the call is made so that it must fail for another
// reason once the permission was checked: fine is that reason.
type act struct {
	what, needs string
	do          func(tmp string) error
	fine        error
}

// tryroot tries what only root may do, and prints what the kernel answers. It
// refuses to run in the machine's own pid namespace: on a host, as root, all of
// it would come true.
func tryroot(args []string) int {
	if len(args) > 0 {
		return misuse("tryroot", nil)
	}
	// The initial pid namespace has the inode PROC_PID_INIT_INO: linux/proc_ns.h.
	if ns, err := os.Readlink("/proc/self/ns/pid"); err != nil || ns == "pid:[4026531836]" {
		return complain("tryroot", "this is not a container with a pid namespace of its own (%s): not trying anything here", ns)
	}
	tmp, err := os.MkdirTemp("", "tryroot")
	if err != nil {
		if tmp, err = os.MkdirTemp("/dev/shm", "tryroot"); err != nil {
			return fail("tryroot", err)
		}
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	printf("tryroot: uid %d\n", os.Geteuid())
	for _, a := range acts() {
		err := a.do(tmp)
		answer := "allowed"
		if err != nil && (a.fine == nil || !errors.Is(err, a.fine)) {
			answer = errName(unwrapped(err))
		}
		printf("%-8s %s (%s)\n", answer, a.what, strings.Trim(a.needs, "()"))
	}
	return 0
}

// unwrapped is the error number within an error.
func unwrapped(err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// lowPort is what the kernel asks of who listens on port 80: nothing, where the network
// namespace has the port for every user, as docker's and a Pod's do.
func lowPort() string {
	const file = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
	if b, err := os.ReadFile(file); err == nil {
		if n, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && n <= 80 {
			return "every user: " + filepath.Base(file) + " " + strconv.Itoa(n)
		}
	}
	return "cap_net_bind_service"
}

func acts() []act {
	return append([]act{
		{"mount a tmpfs", "cap_sys_admin", func(tmp string) error {
			if err := unix.Mount("tryroot", tmp, "tmpfs", 0, ""); err != nil {
				return err
			}
			return unix.Unmount(tmp, unix.MNT_DETACH)
		}, nil},
		{"make a device node (null)", "cap_mknod", func(tmp string) error {
			return unix.Mknod(filepath.Join(tmp, "null"), unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3)))
		}, nil},
		{"set the host name (to what it is)", "cap_sys_admin", func(string) error {
			name, err := os.Hostname()
			if err != nil {
				return err
			}
			return unix.Sethostname([]byte(name))
		}, nil},
		{"set the clock's rate (to what it is)", "cap_sys_time", func(string) error {
			var t unix.Timex
			if _, err := unix.Adjtimex(&t); err != nil {
				return err
			}
			t.Modes = unix.ADJ_FREQUENCY
			_, err := unix.Adjtimex(&t)
			return err
		}, nil},
		{"chroot to /", "cap_sys_chroot", func(string) error { return unix.Chroot("/") }, nil},
		{"give a file to another user", "cap_chown", func(tmp string) error {
			path := filepath.Join(tmp, "owned")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				return err
			}
			return os.Chown(path, 12345, 12345)
		}, nil},
		{"listen on port 80", lowPort(), func(string) error {
			l, err := net.Listen("tcp4", "127.0.0.1:80")
			if err != nil {
				return err
			}
			return l.Close()
		}, unix.EADDRINUSE},
		{"open a raw network socket", "cap_net_raw", func(string) error {
			fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMP)
			if err != nil {
				return err
			}
			return unix.Close(fd)
		}, nil},
	}, kernelActs()...)
}

// kernelActs reach for the kernel itself.
func kernelActs() []act {
	opening := func(path string) func(string) error {
		return func(string) error {
			fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0) // Nothing is written.
			if err != nil {
				return err
			}
			return unix.Close(fd)
		}
	}
	call := func(nr uintptr, a, b, c uintptr) func(string) error {
		return func(string) error {
			_, _, errno := unix.Syscall(nr, a, b, c)
			if errno != 0 {
				return errno
			}
			return nil
		}
	}
	return []act{
		{"make a mount namespace", "cap_sys_admin", inThread(func() error { return unix.Unshare(unix.CLONE_NEWNS) }), nil},
		{"trace a process of one's own", "(seccomp, yama)", inThread(seize), nil},
		{"make a bpf map", "cap_bpf", bpfMap, nil},
		{"load a kernel module (from no file)", "cap_sys_module", call(unix.SYS_FINIT_MODULE, ^uintptr(0), 0, 0), unix.EBADF},
		{"turn swap on (on nothing)", "cap_sys_admin", func(string) error {
			empty := []byte{0}
			_, _, errno := unix.Syscall(unix.SYS_SWAPON, uintptr(unsafe.Pointer(&empty[0])), 0, 0)
			if errno != 0 {
				return errno
			}
			return nil
		}, unix.ENOENT},
		{"reboot (with a wrong magic number)", "cap_sys_boot", call(unix.SYS_REBOOT, 0, 0, 0), unix.EINVAL},
		{"ask for the session's keyring", "(seccomp)", call(unix.SYS_KEYCTL, unix.KEYCTL_GET_KEYRING_ID, ^uintptr(2), 0), unix.ENOKEY},
		{"open /proc/sysrq-trigger for writing", "(read-only path)", opening("/proc/sysrq-trigger"), nil},
		{"open /proc/sys/kernel/core_pattern for writing", "(read-only path)", opening("/proc/sys/kernel/core_pattern"), nil},
		{"read the kernel's messages", "cap_syslog", func(string) error {
			_, err := unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, make([]byte, 64))
			return err
		}, nil},
	}
}

// inThread runs f on a thread that ends with it: what f changes, changes nothing
// else.
func inThread(f func() error) func(string) error {
	return func(string) error {
		done := make(chan error, 1)
		go func() {
			runtime.LockOSThread() // Never unlocked: the thread goes.
			done <- f()
		}()
		return <-done
	}
}

// seize attaches to a child, and kills it.
func seize() error {
	pid, err := fork(true)
	if err != nil {
		return err
	}
	defer func() {
		_ = unix.Kill(pid, unix.SIGKILL)
		_, _ = unix.Wait4(pid, nil, unix.WALL, nil)
	}()
	return unix.PtraceSeize(pid)
}

// bpfMap makes an array of one number: bpf(2).
func bpfMap(string) error {
	attr := struct{ kind, key, value, entries uint32 }{2, 4, 4, 1} // BPF_MAP_TYPE_ARRAY
	fd, _, errno := unix.Syscall(unix.SYS_BPF, 0, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	if errno != 0 {
		return errno
	}
	return unix.Close(int(fd))
}
