package userland

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// reap waits for the orphans that PID 1 gets. What a shell has started itself is
// left to those who wait for it.
func (s *shell) reap() {
	for range on(syscall.SIGCHLD) {
		for s.reapOne() {
			time.Sleep(time.Millisecond)
		}
	}
}

// reapOne looks at one child that has ended; again is true when there may be
// more.
func (s *shell) reapOne() (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var info unix.Siginfo
	if err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil); err != nil || info.Signo == 0 {
		return false
	}
	pid := childOf(&info)
	if !s.known[pid] {
		_, _ = unix.Wait4(pid, nil, unix.WNOHANG, nil)
	}
	return true
}

// childOf is si_pid of a SIGCHLD's siginfo_t: sigaction(2). On 64-bit machines the
// union begins at byte 16.
func childOf(info *unix.Siginfo) int {
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(info), 16)))
}
