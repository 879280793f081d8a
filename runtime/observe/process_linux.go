package observe

import (
	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// files of /proc/PID; those that not every kernel has are optional.
var files = []struct {
	fact, name string
	optional   bool
}{
	{"proc.status", "status", false},
	{"proc.mountinfo", "mountinfo", false},
	{"proc.cgroup", "cgroup", false},
	{"proc.uid_map", "uid_map", false},
	{"proc.gid_map", "gid_map", false},
	{"proc.cmdline", "cmdline", false},
	{"proc.environ", "environ", false},
	{"proc.limits", "limits", false},
	{"proc.oom_score_adj", "oom_score_adj", true},
	{"proc.attr.current", "attr/current", true},
}

// process adds the files and links of one process. Its directory is opened once:
// a PID that is used anew meanwhile does not mix two processes.
func (r *reader) process(dir string) error {
	// With the slash the link /proc/self is followed, without it is not.
	fd, err := opendir(dir + "/")
	if err != nil {
		return err
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	for _, f := range files {
		r.file(f.fact, fd, f.name, dir+"/"+f.name, f.optional)
	}
	r.namespaces("proc.ns.", fd, dir)
	return nil
}

func (r *reader) namespaces(prefix string, fd int, dir string) {
	for _, kind := range proc.Namespaces() {
		r.link(prefix+kind, fd, "ns/"+kind, dir+"/ns/"+kind)
	}
}

// hostname adds the name that the reader's UTS namespace has.
func (r *reader) hostname() {
	const source = "/proc/sys/kernel/hostname"
	if b, err := r.read(unix.AT_FDCWD, source); err == nil {
		r.bytes("uts.hostname", source, b)
		return
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		r.fail("uts.hostname", "uname(2)", err)
		return
	}
	r.text("uts.hostname", "uname(2)", unix.ByteSliceToString(u.Nodename[:])+"\n")
}
