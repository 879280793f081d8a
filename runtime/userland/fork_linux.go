package userland

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// fork makes a child that is one thread and runs no Go: it ends at once, or with
// wait it waits for a signal, and dies with the thread that made it (lock it). A
// child that a Go program starts in the usual way would have five threads, which
// a pids cgroup counts each.
//
// The child shares nothing but copies everything, as fork(2): until it makes its
// system calls it runs on this function's stack, and touches nothing else.
//
//go:norace
func fork(wait bool) (pid int, err error) {
	parent := uintptr(0)
	if wait {
		parent = uintptr(os.Getpid())
	}
	child, _, errno := child(parent)
	if errno != 0 {
		return 0, errno
	}
	return int(child), nil
}

//go:noinline
//go:norace
//go:nosplit
func child(parent uintptr) (pid, zero uintptr, errno syscall.Errno) {
	pid, zero, errno = syscall.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 || pid != 0 {
		return pid, zero, errno
	}
	if parent != 0 {
		_, _, _ = syscall.RawSyscall6(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0, 0)
		for {
			// The parent may have died before it was asked to tell.
			if now, _, _ := syscall.RawSyscall6(unix.SYS_GETPPID, 0, 0, 0, 0, 0, 0); now != parent {
				break
			}
			_, _, _ = syscall.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
		}
	}
	for {
		_, _, _ = syscall.RawSyscall6(unix.SYS_EXIT_GROUP, 0, 0, 0, 0, 0, 0)
	}
}
