package kernel

import (
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Caps are the five sets of a thread, as bit masks: capabilities(7).
type Caps struct {
	Effective, Permitted, Inheritable, Bounding, Ambient uint64
}

// Setgroups is setgroups(2).
func (k *Kernel) Setgroups(gids []int) error {
	var list []string
	for _, g := range gids {
		list = append(list, itoa(g))
	}
	c := journal.Call{Name: "setgroups", Man: "setgroups(2)", Args: args("size", itoa(len(gids)), "list", strings.Join(list, " "))}
	if len(gids) > 0 {
		c.Sh = "setpriv --groups=" + strings.Join(list, ",")
	} else {
		c.Sh = "setpriv --clear-groups"
	}
	return k.do(c, "set the supplementary groups", func() error {
		// The thread's own: golang.org/x/sys/unix leaves the other threads alone, and execve(2) ends them.
		return unix.Setgroups(gids)
	})
}

// Setresgid is setresgid(2) with one number three times.
func (k *Kernel) Setresgid(gid int) error {
	c := journal.Call{Name: "setresgid", Man: "setresgid(2)", Args: args("rgid", itoa(gid), "egid", itoa(gid), "sgid", itoa(gid)), Sh: "setpriv --regid=" + itoa(gid)}
	return k.do(c, "become group "+itoa(gid), func() error {
		_, _, e := unix.RawSyscall(unix.SYS_SETRESGID, uintptr(gid), uintptr(gid), uintptr(gid))
		return errnoOrNil(e)
	})
}

// Setresuid is setresuid(2) with one number three times.
func (k *Kernel) Setresuid(uid int) error {
	c := journal.Call{Name: "setresuid", Man: "setresuid(2)", Args: args("ruid", itoa(uid), "euid", itoa(uid), "suid", itoa(uid)), Sh: "setpriv --reuid=" + itoa(uid)}
	return k.do(c, "become user "+itoa(uid), func() error {
		_, _, e := unix.RawSyscall(unix.SYS_SETRESUID, uintptr(uid), uintptr(uid), uintptr(uid))
		return errnoOrNil(e)
	})
}

func errnoOrNil(e unix.Errno) error {
	if e != 0 {
		return e
	}
	return nil
}

// Prctl is prctl(2); option and value are the names that are shown.
func (k *Kernel) Prctl(option string, op int, value string, arg2, arg3 uintptr, sh string) error {
	c := journal.Call{Name: "prctl", Man: "prctl(2)", Args: args("option", option, "arg", value), Sh: sh}
	return k.do(c, "prctl "+option, func() error { return unix.Prctl(op, arg2, arg3, 0, 0) })
}

// DropBounding takes the named capability out of the bounding set.
func (k *Kernel) DropBounding(name string, bit int) error {
	return k.Prctl("PR_CAPBSET_DROP", unix.PR_CAPBSET_DROP, name, uintptr(bit), 0, "setpriv --bounding-set=-"+strings.ToLower(strings.TrimPrefix(name, "CAP_")))
}

// RaiseAmbient puts the named capability into the ambient set.
func (k *Kernel) RaiseAmbient(name string, bit int) error {
	return k.Prctl("PR_CAP_AMBIENT", unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT_RAISE "+name, unix.PR_CAP_AMBIENT_RAISE, uintptr(bit), "setpriv --ambient-caps=+"+strings.ToLower(strings.TrimPrefix(name, "CAP_")))
}

// Capset is capset(2) of the effective, permitted and inheritable sets; shown
// tells them by name.
func (k *Kernel) Capset(s Caps, shown func(uint64) string) error {
	c := journal.Call{
		Name: "capset", Man: "capset(2)",
		Args: args("effective", shown(s.Effective), "permitted", shown(s.Permitted), "inheritable", shown(s.Inheritable)),
		Sh:   "capsh --caps=" + Quote(strings.ToLower(strings.ReplaceAll(shown(s.Permitted), " ", ","))+"+ep"),
	}
	return k.do(c, "set the capabilities", func() error {
		h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var d [2]unix.CapUserData
		for i := range d {
			shift := 32 * i
			d[i] = unix.CapUserData{
				Effective: uint32(s.Effective >> shift), Permitted: uint32(s.Permitted >> shift), Inheritable: uint32(s.Inheritable >> shift),
			}
		}
		return unix.Capset(&h, &d[0])
	})
}

// Setrlimit is prlimit(2) of the calling process; res and its name are of getrlimit(2).
func (k *Kernel) Setrlimit(name string, res int, soft, hard uint64) error {
	c := journal.Call{
		Name: "prlimit64", Man: "prlimit(2)", Args: args("resource", name, "rlim_cur", limit(soft), "rlim_max", limit(hard)),
		Sh: sprint("prlimit --pid $$ --%s=%s:%s", strings.ToLower(strings.TrimPrefix(name, "RLIMIT_")), limit(soft), limit(hard)),
	}
	_, err := k.Do(c, "set "+name, func() (int64, error) {
		if res == unix.RLIMIT_NOFILE {
			// Go raised the soft limit when it started, and puts the old one back at
			// execve(2) unless it is told, here, that somebody chose a new one.
			return 0, syscall.Setrlimit(res, &syscall.Rlimit{Cur: soft, Max: hard})
		}
		return 0, unix.Prlimit(0, res, &unix.Rlimit{Cur: soft, Max: hard}, nil)
	})
	return err
}

func limit(v uint64) string {
	if v == unix.RLIM_INFINITY {
		return "unlimited"
	}
	return sprint("%d", v)
}

// Seccomp is seccomp(2) with SECCOMP_SET_MODE_FILTER; about tells the profile in words.
func (k *Kernel) Seccomp(flags uint, filter []unix.SockFilter, about string) error {
	c := journal.Call{
		Name: "seccomp", Man: "seccomp(2)",
		Args: args("operation", "SECCOMP_SET_MODE_FILTER", "flags", itoa(int(flags)), "len", itoa(len(filter)), "profile", about),
	}
	return k.do(c, "load the seccomp filter", func() error {
		prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
		_, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, uintptr(flags), uintptr(unsafe.Pointer(&prog)))
		runtime.KeepAlive(filter)
		return errnoOrNil(e)
	})
}

// Setsid is setsid(2).
func (k *Kernel) Setsid() error {
	c := journal.Call{Name: "setsid", Man: "setsid(2)", Sh: "setsid"}
	return k.do(c, "begin a session", func() error { _, err := unix.Setsid(); return err })
}

// ControllingTTY is ioctl(2) TIOCSCTTY.
func (k *Kernel) ControllingTTY(fd int, path string) error {
	c := journal.Call{Name: "ioctl", Man: "ioctl_tty(2)", Args: args("fd", itoa(fd), "op", "TIOCSCTTY", "at", path), Sh: "setsid --ctty"}
	return k.do(c, "make "+path+" the controlling terminal", func() error { return unix.IoctlSetInt(fd, unix.TIOCSCTTY, 0) })
}

// Dup3 is dup3(2): to becomes another name of from.
func (k *Kernel) Dup3(from, to int, shown string) error {
	c := journal.Call{Name: "dup3", Man: "dup(2)", Args: args("oldfd", itoa(from), "newfd", itoa(to), "flags", "0"), Sh: sprint("exec %d<>%s", to, Quote(shown))}
	return k.do(c, "make descriptor "+itoa(to)+" "+shown, func() error { return unix.Dup3(from, to, 0) })
}

// Umask is umask(2).
func (k *Kernel) Umask(mask int) error {
	c := journal.Call{Name: "umask", Man: "umask(2)", Args: args("mask", octal(uint32(mask))), Sh: "umask " + octal(uint32(mask))}
	return k.do(c, "set the umask", func() error { unix.Umask(mask); return nil })
}

// NewKeyring is keyctl(2) KEYCTL_JOIN_SESSION_KEYRING: a session keyring of its own.
func (k *Kernel) NewKeyring(name string) error {
	c := journal.Call{Name: "keyctl", Man: "keyctl_join_session_keyring(3)", Args: args("operation", "KEYCTL_JOIN_SESSION_KEYRING", "name", name), Sh: "keyctl session " + Quote(name)}
	return k.do(c, "make a session keyring", func() error { _, err := unix.KeyctlJoinSessionKeyring(name); return err })
}

// Executing is told, in the container's first process, of an execve(2) that is
// about to be made: when it succeeds, nobody is left there to tell.
type Executing interface {
	Executing(c journal.Call, t time.Time)
}

// Execve is execve(2). It returns only when it failed.
func (k *Kernel) Execve(path string, argv, env []string) error {
	c := journal.Call{
		Name: "execve", Man: "execve(2)", Args: args("pathname", path, "argv", words(quoted(argv)...), "envp", sprint("%d variables", len(env))),
		Sh: words("exec", words(quoted(argv)...)),
	}
	return k.do(c, "execute "+path, func() error {
		if x, ok := k.emit.(Executing); ok {
			x.Executing(c, time.Now())
		}
		return unix.Exec(path, argv, env)
	})
}

func quoted(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Quote(s)
	}
	return out
}
