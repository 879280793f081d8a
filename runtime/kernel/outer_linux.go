package kernel

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// initUser is the inode of the user namespace that the machine began with: PROC_USER_INIT_INO.
const initUser = 0xEFFFFFFD

// Nested tells whether this process is in another user namespace than the machine's first.
func Nested() bool {
	var st unix.Stat_t
	return unix.Stat("/proc/self/ns/user", &st) == nil && st.Ino != initUser
}

// MayMount tells whether this process may mount where it is: CAP_SYS_ADMIN in the
// owner of its mount namespace. It tries, with a copy of a mount that nobody sees.
func MayMount() bool {
	fd, err := unix.OpenTree(unix.AT_FDCWD, "/", unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	switch {
	case err == nil:
		go unix.Close(fd) //nolint:errcheck // a mount's end waits for the kernel's other readers (namespace_unlock): nobody waits for that here
		return true
	case errors.Is(err, unix.EINVAL): // allowed, but for what is mounted below and locked: mount_namespaces(7)
		return true
	case errors.Is(err, unix.ENOSYS): // before Linux 5.2
		return Capable(unix.CAP_SYS_ADMIN)
	}
	return false
}

// Capable tells whether the calling thread has a capability in effect: capabilities(7).
func Capable(bit int) bool {
	h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var d [2]unix.CapUserData
	return unix.Capget(&h, &d[0]) == nil && d[bit/32].Effective&(1<<(bit%32)) != 0
}

// MapBy has newuidmap(1) or newgidmap(1), which are set-uid root, write a map of
// the process pid: ranges beyond one's own id are root's to give, and
// /etc/subuid says to whom they are given. Lines are "inside outside count".
func (k *Kernel) MapBy(program string, pid int, file string, lines []string) error {
	argv := append([]string{itoa(pid)}, strings.Fields(strings.Join(lines, " "))...)
	w := journal.Write{
		Path: file, Value: strings.Join(lines, "\n") + "\n", Man: "newuidmap(1)",
		Sh: words(append([]string{program[strings.LastIndexByte(program, '/')+1:]}, argv...)...),
	}
	w.Before = peek(file)
	t := time.Now()
	out, err := exec.Command(program, argv...).CombinedOutput()
	w.DurUS, w.After = time.Since(t).Microseconds(), peek(file)
	if err != nil {
		w.Errno = "EPERM"
	}
	k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w, T: t})
	if err != nil {
		return fmt.Errorf("%s: %w: %s", w.Sh, err, bytes.TrimSpace(out))
	}
	return nil
}

// Rise makes the whole process, which has just been born in a user namespace of
// its own, root there, once its maps are written. It must be called from main's
// goroutine before there are others. When the process's parent ends, it is
// asked to end too (SIGTERM).
func Rise(parent int) error {
	// Go changes the ids of all threads together. The capabilities stay: user 0 has them.
	if err := syscall.Setresgid(0, 0, 0); err != nil {
		return fmt.Errorf("become group 0 of the engine's user namespace: %w", err)
	}
	if err := syscall.Setresuid(0, 0, 0); err != nil {
		return fmt.Errorf("become user 0 of the engine's user namespace: %w", err)
	}
	// The ambient capabilities brought it through execve(2); none of its own children is to get them.
	if _, _, e := syscall.AllThreadsSyscall6(syscall.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0, 0); e != 0 {
		if e == syscall.ENOTSUP {
			return errors.New("this glassbox was built with cgo, with which a Go program can't change all its threads: build it with CGO_ENABLED=0, as `make build` does")
		}
		return fmt.Errorf("clear the ambient capabilities: %w", e)
	}
	name := [16]byte{'g', 'l', 'a', 's', 's', 'b', 'o', 'x'} // executed as /proc/self/exe it would be called exe
	_ = unix.Prctl(unix.PR_SET_NAME, uintptr(unsafe.Pointer(&name[0])), 0, 0, 0)
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGTERM), 0, 0, 0); err != nil {
		return fmt.Errorf("be told of the parent's end: %w", err)
	}
	if os.Getppid() != parent {
		return errors.New("the process that started this one has ended")
	}
	runtime.KeepAlive(&name)
	return nil
}
