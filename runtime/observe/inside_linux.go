package observe

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// Inside reads what a program in the container would read. Without pids the caller is
// the container's first process, before execve(2), and reads /proc/self. Else it has
// joined the container's namespaces except that of PIDs, and reads that process's
// directory in the /proc that is there: pids are its numbers, the engine's first, as
// NSpid has them. The thread that calls has to be locked to its goroutine.
//
// A file system that the container itself serves (FUSE) can make a reader wait for
// ever: whoever calls Inside for a running container sets a time limit.
func Inside(pids []int) []journal.Value {
	return observe(journal.Inside, func(r *reader) {
		dir := r.place(pids)
		if err := r.process(dir); err != nil {
			r.fail("proc.status", dir+"/status", fmt.Errorf("%w: nothing is mounted on /proc, or not the container's", err))
		}
		r.own(dir)
		r.hostname()
		r.network()
		for _, name := range []string{"resolv.conf", "hosts", "hostname"} {
			r.untrusted("etc."+name, "/etc/"+name)
		}
		r.list("fs.root", "/", false)
	})
}

// place is the directory of the process that has these numbers. Which of them this
// /proc goes by depends on who mounted it: where the reader finds itself it is the
// engine's, else that of the container's pid namespace, in which no reader is.
func (r *reader) place(pids []int) string {
	switch {
	case len(pids) == 0:
		return "/proc/self"
	case len(pids) == 1 || unix.Access("/proc/self/status", unix.F_OK) == nil:
		return "/proc/" + strconv.Itoa(pids[0])
	}
	return "/proc/" + strconv.Itoa(pids[len(pids)-1])
}

// own adds what needs other values of the process: its control groups, and the
// processes beside it.
func (r *reader) own(dir string) {
	mountinfo, group := r.value("proc.mountinfo"), r.value("proc.cgroup")
	if mountinfo != nil && group != nil {
		r.ownGroups(mountinfo, group)
	}
	status := r.value("proc.status")
	if status == nil {
		return
	}
	// Until the container has its own /proc, a program in it sees the host's processes there.
	if s := proc.ParseStatus(status); dir == "/proc/self" && len(s.NSpid) > 1 {
		r.fail(treeFact, "/proc/*/status", errors.New("this /proc is still that of the host, with all of its processes"))
		return
	}
	r.processes()
}

// value is the text of a value that was read in this round, or nil.
func (r *reader) value(fact string) []byte {
	for _, v := range r.values {
		if v.Fact == fact && v.Text != nil {
			return []byte(*v.Text)
		}
	}
	return nil
}

// untrusted adds a file that belongs to the container. A link in it is followed
// within the container's root, but not one of those of /proc that lead anywhere; a
// FIFO or a device is not opened at all: the first would wait, the second may act.
func (r *reader) untrusted(fact, path string) {
	b, err := r.regular(path)
	switch {
	case err == nil:
		r.bytes(fact, path, b)
	case !gone(err):
		r.fail(fact, path, err)
	}
}

var errKind = errors.New("it is no regular file: not opened")

func (r *reader) regular(path string) ([]byte, error) {
	how := unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	}
	before, err := r.look(path, how, nil)
	if err != nil {
		return nil, err
	}
	how.Flags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC
	var b []byte
	_, err = r.look(path, how, func(fd int, st unix.Stat_t) error {
		if st.Dev != before.Dev || st.Ino != before.Ino {
			return errors.New("it was replaced while it was opened")
		}
		b, err = r.drain(fd)
		return err
	})
	return b, err
}

// look opens a path in the root, makes sure that it is a regular file and lets use
// have it.
func (r *reader) look(path string, how unix.OpenHow, use func(fd int, st unix.Stat_t) error) (unix.Stat_t, error) {
	var st unix.Stat_t
	root, err := openat(unix.AT_FDCWD, "/", unix.O_PATH|unix.O_DIRECTORY)
	if err != nil {
		return st, err
	}
	defer unix.Close(root) //nolint:errcheck // it was only a place to begin at
	fd, err := unix.Openat2(root, path, &how)
	if err != nil {
		return st, err
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	if err := unix.Fstat(fd, &st); err != nil {
		return st, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return st, errKind
	}
	if use == nil {
		return st, nil
	}
	return st, use(fd, st)
}
