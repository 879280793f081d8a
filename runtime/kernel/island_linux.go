package kernel

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// OwnsNet tells whether this process's network namespace belongs to its user
// namespace: then it may make interfaces there. See ioctl_ns(2).
func OwnsNet() bool {
	f, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return false
	}
	defer f.Close()
	owner, err := unix.IoctlRetInt(int(f.Fd()), unix.NS_GET_USERNS)
	if err != nil {
		return false // EPERM: the owner is above ours
	}
	defer unix.Close(owner)
	var a, b unix.Stat_t
	return unix.Fstat(owner, &a) == nil && unix.Stat("/proc/self/ns/user", &b) == nil && a.Ino == b.Ino
}

// NewNet makes a network namespace, in which only a thread is that ends, and
// opens it.
func (k *Kernel) NewNet() (*os.File, error) {
	c := journal.Call{Name: "unshare", Man: "unshare(2)", Args: args("flags", "CLONE_NEWNET"), Sh: "unshare --net"}
	var f *os.File
	err := k.do(c, "make a network namespace", func() error {
		done := make(chan error)
		go func() {
			runtime.LockOSThread() // never unlocked: the thread is not what it was, and ends
			err := unix.Unshare(unix.CLONE_NEWNET)
			if err == nil {
				f, err = os.Open("/proc/thread-self/ns/net")
			}
			done <- err
		}()
		return <-done
	})
	return f, err
}

// JoinNet moves the whole process, with all its threads, into a network
// namespace. Sockets stay where they were made.
func (k *Kernel) JoinNet(ns *os.File, shown string) error {
	c := journal.Call{
		Name: "setns", Man: "setns(2)", Args: args("fd", itoa(int(ns.Fd())), "nstype", "CLONE_NEWNET", "threads", "all of the engine's", "at", shown),
		Sh: words("nsenter", "--net="+Quote(shown)),
	}
	return k.do(c, "move the engine into its network namespace", func() error {
		_, _, e := syscall.AllThreadsSyscall(unix.SYS_SETNS, ns.Fd(), unix.CLONE_NEWNET, 0)
		return errnoOrNil(e)
	})
}

// Helper is a program that serves the container from outside, for as long as it runs.
type Helper struct {
	Program string
	Args    []string
	Man     string
}

// Helping is a helper that was started.
type Helping struct {
	Ended <-chan struct{} // closed when it has ended
	said  bytes.Buffer
}

// Said is the last line that a helper that has ended wrote to its standard error.
func (h *Helping) Said() string {
	<-h.Ended
	lines := strings.Split(strings.TrimSpace(h.said.String()), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// Start starts a helper. It is killed at the end of the run, and when the engine ends.
func (k *Kernel) Start(h Helper) (*Helping, error) {
	argv := words(quoted(append([]string{h.Program}, h.Args...))...)
	c := journal.Call{Name: "execve", Man: h.Man, Args: args("pathname", h.Program, "argv", argv), Sh: argv + " &"}
	ended := make(chan struct{})
	out := &Helping{Ended: ended}
	_, err := k.Do(c, "start "+h.Program, func() (int64, error) {
		cmd := exec.Command(h.Program, h.Args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true} // a Ctrl-C at the terminal is not meant for it
		cmd.Stderr = &out.said
		started := make(chan error)
		go func() {
			runtime.LockOSThread() // Pdeathsig is about the thread
			err := cmd.Start()
			started <- err
			if err == nil {
				_ = cmd.Wait()
				close(ended)
			}
		}()
		if err := <-started; err != nil {
			return -1, err
		}
		if start, err := StartTime(cmd.Process.Pid); err == nil {
			k.Plan("kill", fmt.Sprintf("%d:%d", cmd.Process.Pid, start))
		}
		return int64(cmd.Process.Pid), nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
