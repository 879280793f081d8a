package kernel

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Join says which namespaces of a running process a new process is to join, and
// what it executes then.
type Join struct {
	Process *os.Process // whose namespaces are joined
	Kinds   []string    // of /proc/PID/ns, in the order of joining: user first
	Exe     *os.File    // what to execute
	Argv    []string
	Files   []*os.File // its descriptors 0, 1, 2 …
	Group   []string   // cgroup.procs files to enter before
	Quiet   bool       // the observer's own moves, which are no events
}

var nsFlags = map[string]int{
	"user": unix.CLONE_NEWUSER, "pid": unix.CLONE_NEWPID, "mnt": unix.CLONE_NEWNS, "uts": unix.CLONE_NEWUTS,
	"ipc": unix.CLONE_NEWIPC, "net": unix.CLONE_NEWNET, "cgroup": unix.CLONE_NEWCGROUP, "time": unix.CLONE_NEWTIME,
}

// NamespaceFlag is the flag of unshare(2) and setns(2) for a name in /proc/PID/ns.
func NamespaceFlag(kind string) (flag int, ok bool) {
	flag, ok = nsFlags[kind]
	return flag, ok
}

// Enter makes a process that joins the namespaces and then executes a program.
// setns(2) into a user namespace refuses a process with threads, which every Go
// program is: so the new process makes raw system calls alone until execve(2).
// Joining a pid namespace moves only children: then there is a second clone, with
// CLONE_PARENT, and its process is the one returned.
func (k *Kernel) Enter(j Join) (*os.Process, error) {
	in, err := prepare(&j)
	if err != nil {
		return nil, err
	}
	defer in.close()
	pid, step, errno := fork(in)
	runtime.KeepAlive(in)
	if errno != 0 {
		what := "clone"
		if step >= 0 && step < len(in.kinds) {
			what = "setns " + in.kinds[step]
		}
		return nil, &Error{Tried: fmt.Sprintf("join process %d (%s)", j.Process.Pid, what), Err: errno, Mend: mend("setns", errno)}
	}
	if !j.Quiet {
		k.tell(j, in)
	}
	return os.FindProcess(pid)
}

// tell records the joins that the new process made.
func (k *Kernel) tell(j Join, in *joining) {
	for i, kind := range in.kinds {
		path := fmt.Sprintf("/proc/%d/ns/%s", j.Process.Pid, kind)
		k.Emit(journal.Event{Kind: journal.KindCall, Call: &journal.Call{
			Name: "setns", Man: "setns(2)", Args: args("fd", itoa(in.ns[i]), "nstype", names(cloneFlags, uint64(in.flags[i])), "at", path),
			Sh: words("nsenter", nsenterFlag(in.flags[i])+"="+path),
		}})
	}
}

// joining is all that the forked process needs, prepared: it may not allocate.
type joining struct {
	kinds []string
	ns    []int
	flags []int
	group []int
	fds   []int // what becomes 0, 1, 2 …; numbers above those
	pid   bool
	exe   int
	argv  []*byte
	envv  []*byte
	zero  [2]byte
	pipe  [2]int // the process tells here what failed, or its child's PID
}

func prepare(j *Join) (*joining, error) {
	in := &joining{exe: int(j.Exe.Fd()), zero: [2]byte{'0', 0}, pipe: [2]int{-1, -1}}
	self := func(kind string) string { s, _ := os.Readlink("/proc/self/ns/" + kind); return s }
	for _, kind := range j.Kinds {
		p := fmt.Sprintf("/proc/%d/ns/%s", j.Process.Pid, kind)
		theirs, err := os.Readlink(p)
		if err != nil {
			in.close()
			return nil, fmt.Errorf("look at the namespaces of process %d: %w", j.Process.Pid, err)
		}
		if theirs == self(kind) && kind != "mnt" {
			continue // it is ours too
		}
		fd, err := unix.Open(p, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			in.close()
			return nil, fmt.Errorf("open %s: %w", p, err)
		}
		in.kinds, in.ns, in.flags = append(in.kinds, kind), append(in.ns, fd), append(in.flags, nsFlags[kind])
		in.pid = in.pid || kind == "pid"
	}
	if err := j.Process.Signal(syscall.Signal(0)); err != nil { // else the files may be those of another with its number
		in.close()
		return nil, fmt.Errorf("join process %d: %w", j.Process.Pid, err)
	}
	for _, g := range j.Group {
		fd, err := unix.Open(g, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			in.close()
			return nil, fmt.Errorf("open %s, to enter the group: %w", g, err)
		}
		in.group = append(in.group, fd)
	}
	for _, f := range j.Files {
		fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 64)
		if err != nil {
			in.close()
			return nil, fmt.Errorf("prepare the descriptors: %w", err)
		}
		in.fds = append(in.fds, fd)
	}
	var err error
	if in.argv, err = syscall.SlicePtrFromStrings(j.Argv); err != nil {
		return nil, err
	}
	if in.envv, err = syscall.SlicePtrFromStrings([]string{"GOGC=off", "GOMAXPROCS=1"}); err != nil {
		return nil, err
	}
	return in, unix.Pipe2(in.pipe[:], unix.O_CLOEXEC)
}

func (in *joining) close() {
	for _, list := range [][]int{in.ns, in.group, in.fds, in.pipe[:]} {
		for _, fd := range list {
			if fd >= 0 {
				_ = unix.Close(fd)
			}
		}
	}
}

// report is what the forked process writes into the pipe: the step that failed
// and its errno, or the PID of the process that goes on.
type report struct{ step, errno, pid int32 }

// fork makes the process and waits until it has executed the program or failed.
func fork(in *joining) (pid, step int, errno syscall.Errno) {
	syscall.ForkLock.Lock()
	pid, errno = forkRaw(in)
	syscall.ForkLock.Unlock()
	if errno != 0 {
		return 0, -1, errno
	}
	_ = unix.Close(in.pipe[1])
	in.pipe[1] = -1
	first := pid
	for {
		var rep report
		b := unsafe.Slice((*byte)(unsafe.Pointer(&rep)), unsafe.Sizeof(rep))
		n, err := unix.Read(in.pipe[0], b)
		if err == unix.EINTR {
			continue
		}
		if n != len(b) {
			break // closed by execve(2)
		}
		if rep.errno != 0 {
			_, _ = unix.Wait4(first, nil, 0, nil)
			return 0, int(rep.step), syscall.Errno(rep.errno)
		}
		pid = int(rep.pid)
	}
	if pid != first {
		_, _ = unix.Wait4(first, nil, 0, nil)
	}
	return pid, 0, 0
}

//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

//go:linkname afterForkInChild syscall.runtime_AfterForkInChild
func afterForkInChild()

// forkRaw is clone(2) without sharing memory. In the new process nothing but raw
// system calls may happen: other threads, and their locks, are not there.
//
//go:norace
//go:nosplit
//go:noinline
func forkRaw(in *joining) (int, syscall.Errno) {
	beforeFork()
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if e != 0 || pid != 0 {
		afterFork()
		return int(pid), e
	}
	afterForkInChild()
	inChild(in)
	return 0, 0
}

// inChild joins and executes; it never returns.
//
//go:norace
//go:nosplit
//go:noinline
func inChild(in *joining) {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0, 0)
	// Not dumpable: nobody inside may open /proc/PID of this process before it is the program.
	_, _, _ = syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0, 0, 0, 0, 0)
	for i := 0; i < len(in.group); i++ {
		if _, _, e := syscall.RawSyscall(syscall.SYS_WRITE, uintptr(in.group[i]), uintptr(unsafe.Pointer(&in.zero[0])), 1); e != 0 {
			give(in, -1, e, 0)
		}
	}
	for i := 0; i < len(in.ns); i++ {
		if _, _, e := syscall.RawSyscall(unix.SYS_SETNS, uintptr(in.ns[i]), uintptr(in.flags[i]), 0); e != 0 {
			give(in, i, e, 0)
		}
		if in.flags[i] == unix.CLONE_NEWUSER {
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETRESGID, 0, 0, 0)
			_, _, _ = syscall.RawSyscall(syscall.SYS_SETRESUID, 0, 0, 0)
		}
	}
	if in.pid {
		pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, unix.CLONE_PARENT|uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
		if e != 0 {
			give(in, -1, e, 0)
		}
		if pid != 0 {
			give(in, 0, 0, int(pid))
		}
		_, _, _ = syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL), 0, 0, 0, 0)
	}
	for i := 0; i < len(in.fds); i++ {
		if _, _, e := syscall.RawSyscall(unix.SYS_DUP3, uintptr(in.fds[i]), uintptr(i), 0); e != 0 {
			give(in, -1, e, 0)
		}
	}
	// By descriptor: in the mount namespace that was joined /proc/self is nobody.
	_, _, e := syscall.RawSyscall6(unix.SYS_EXECVEAT, uintptr(in.exe), uintptr(unsafe.Pointer(&in.zero[1])),
		uintptr(unsafe.Pointer(&in.argv[0])), uintptr(unsafe.Pointer(&in.envv[0])), unix.AT_EMPTY_PATH, 0)
	give(in, -1, e, 0)
}

// give writes the report and ends the process.
//
//go:norace
//go:nosplit
//go:noinline
func give(in *joining, step int, e syscall.Errno, pid int) {
	r := report{int32(step), int32(e), int32(pid)}
	_, _, _ = syscall.RawSyscall(syscall.SYS_WRITE, uintptr(in.pipe[1]), uintptr(unsafe.Pointer(&r)), unsafe.Sizeof(r))
	for {
		_, _, _ = syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)
	}
}
