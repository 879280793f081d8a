package kernel

import (
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Program says how to make a process.
type Program struct {
	Path    string // what execve(2) gets: a path, or /proc/self/fd/N of an open file
	Shown   string // what a person calls it
	Argv    []string
	Env     []string
	Files   []*os.File // its descriptors 0, 1, 2 …
	Flags   uintptr    // CLONE_NEW…
	Ambient []uintptr  // capabilities to keep over execve(2) where the user is not root yet
	Dies    bool       // it is killed when the calling thread ends: lock that thread
	Group   *os.File   // the cgroup of version 2 that it is born in: its directory; nil = the caller's
}

// Clone is clone(2) and, in the new process, execve(2) of a program. The
// process is killed at the end of the run if it is still there.
func (k *Kernel) Clone(p Program) (*os.Process, error) {
	// The flags beside CLONE_NEW… are those with which Go's os package forks: the
	// parent's memory is lent until execve(2), unless there is a new user namespace,
	// and a pidfd comes back.
	all := uint64(p.Flags) | unix.CLONE_PIDFD
	if p.Flags&unix.CLONE_NEWUSER == 0 {
		all |= unix.CLONE_VM | unix.CLONE_VFORK
	}
	typed, _, _ := strings.Cut(p.Shown, " (") // what stands in brackets is no word for a shell
	c := journal.Call{
		Name: "clone", Man: "clone(2)",
		Args: args("flags", names(cloneFlags, all)+"|SIGCHLD", "program", p.Shown),
		Sh:   words("unshare --fork", unshareFlags(p.Flags), "--kill-child", typed),
	}
	if p.Group != nil { // which is among the flags that only clone3(2) has
		c.Name = "clone3"
		c.Args = args("flags", names(cloneFlags, all|unix.CLONE_INTO_CGROUP), "exit_signal", "SIGCHLD", "cgroup", p.Group.Name(), "program", p.Shown)
		c.Sh = words("sh -c", Quote("echo $$ > "+p.Group.Name()+"/cgroup.procs; exec "+c.Sh))
	}
	var proc *os.Process
	_, err := k.Do(c, "make the container's first process", func() (int64, error) {
		attr := &os.ProcAttr{Env: p.Env, Files: p.Files, Sys: &syscall.SysProcAttr{Cloneflags: p.Flags, AmbientCaps: p.Ambient}}
		if p.Dies {
			attr.Sys.Pdeathsig = syscall.SIGKILL
		}
		if p.Group != nil {
			attr.Sys.UseCgroupFD, attr.Sys.CgroupFD = true, int(p.Group.Fd())
		}
		var err error
		if proc, err = os.StartProcess(p.Path, p.Argv, attr); err != nil {
			return -1, err
		}
		return int64(proc.Pid), nil
	})
	if err != nil || proc == nil {
		return nil, err
	}
	k.kept(p.Ambient)
	if start, err := StartTime(proc.Pid); err == nil {
		k.Plan("kill", sprint("%d:%d", proc.Pid, start))
	}
	return proc, nil
}

// kept records what the new process did before execve(2), so that it keeps its
// capabilities though it is not root yet: they must be inheritable to be ambient.
// See capabilities(7).
func (k *Kernel) kept(ambient []uintptr) {
	if len(ambient) == 0 {
		return
	}
	all := sprint("%d capabilities: all that there are", len(ambient))
	for _, c := range []journal.Call{
		{Name: "capset", Man: "capset(2)", Args: args("inheritable", all)},
		{Name: "prctl", Man: "PR_CAP_AMBIENT(2const)", Args: args("option", "PR_CAP_AMBIENT", "arg", "PR_CAP_AMBIENT_RAISE "+all)},
	} {
		k.Emit(journal.Event{Kind: journal.KindCall, Side: journal.Child, Call: &c})
	}
}

// unshareFlags are the options of unshare(1) for CLONE_NEW… flags.
func unshareFlags(flags uintptr) string {
	var list []string
	for _, f := range []struct {
		bit  uintptr
		name string
	}{
		{unix.CLONE_NEWUSER, "--user"},
		{unix.CLONE_NEWPID, "--pid"},
		{unix.CLONE_NEWNS, "--mount --propagation unchanged"}, // else unshare(1) makes all mounts private, which the call does not
		{unix.CLONE_NEWUTS, "--uts"},
		{unix.CLONE_NEWIPC, "--ipc"},
		{unix.CLONE_NEWNET, "--net"},
		{unix.CLONE_NEWCGROUP, "--cgroup"},
	} {
		if flags&f.bit != 0 {
			list = append(list, f.name)
		}
	}
	return words(list...)
}

// Unshare is unshare(2). It moves the calling thread alone: see doc.go of child.
func (k *Kernel) Unshare(flags int) error {
	n := names(cloneFlags, uint64(flags))
	c := journal.Call{Name: "unshare", Man: "unshare(2)", Args: args("flags", n), Sh: words("unshare", unshareFlags(uintptr(flags)))}
	return k.do(c, "unshare "+n, func() error { return unix.Unshare(flags) })
}

// Setns is setns(2): the calling thread joins the namespace that ns is open on.
func (k *Kernel) Setns(ns At, flag int) error {
	n := names(cloneFlags, uint64(flag))
	c := journal.Call{
		Name: "setns", Man: "setns(2)", Args: args("fd", itoa(ns.FD), "nstype", n, "at", ns.Path),
		Sh: words("nsenter", nsenterFlag(flag)+"="+Quote(ns.Path)),
	}
	return k.do(c, "join the namespace "+ns.Path, func() error { return unix.Setns(ns.FD, flag) })
}

func nsenterFlag(flag int) string {
	return map[int]string{
		unix.CLONE_NEWUSER: "--user", unix.CLONE_NEWPID: "--pid", unix.CLONE_NEWNS: "--mount", unix.CLONE_NEWUTS: "--uts",
		unix.CLONE_NEWIPC: "--ipc", unix.CLONE_NEWNET: "--net", unix.CLONE_NEWCGROUP: "--cgroup",
	}[flag]
}

// Sethostname is sethostname(2).
func (k *Kernel) Sethostname(name string) error {
	c := journal.Call{Name: "sethostname", Man: "sethostname(2)", Args: args("name", name, "len", itoa(len(name))), Sh: "hostname " + Quote(name)}
	return k.do(c, "set the host name "+name, func() error { return unix.Sethostname([]byte(name)) })
}

// Setdomainname is setdomainname(2), the NIS domain's name.
func (k *Kernel) Setdomainname(name string) error {
	c := journal.Call{Name: "setdomainname", Man: "setdomainname(2)", Args: args("name", name, "len", itoa(len(name))), Sh: "domainname " + Quote(name)}
	return k.do(c, "set the domain name "+name, func() error { return unix.Setdomainname([]byte(name)) })
}

// Kill sends a signal to a process that p names for good.
func (k *Kernel) Kill(p *os.Process, sig unix.Signal) error {
	n := unix.SignalName(sig)
	c := journal.Call{
		Name: "pidfd_send_signal", Man: "pidfd_send_signal(2)", Args: args("pid", itoa(p.Pid), "sig", n),
		Sh: sprint("kill -%s %d", n[min(3, len(n)):], p.Pid),
	}
	return k.do(c, sprint("send %s to %d", n, p.Pid), func() error { return p.Signal(sig) })
}
