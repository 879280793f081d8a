package inside

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// mountBind binds a file or directory of the host, then sets the flags that
// mount(2) ignores while binding, then the propagation.
func mountBind(k *kernel.Kernel, t *tree, m specs.Mount, flags, prop uintptr) error {
	fd, handed := t.sources[m.Destination]
	if !handed {
		var err error
		if fd, err = unix.Open(m.Source, unix.O_PATH|unix.O_CLOEXEC, 0); err != nil {
			return fmt.Errorf("open %s, to bind it on %s: %w", m.Source, m.Destination, err)
		}
		defer unix.Close(fd)
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return fmt.Errorf("look at %s: %w", m.Source, err)
	}
	at, err := t.make(m.Destination, st.Mode&unix.S_IFMT == unix.S_IFDIR)
	if err != nil {
		return err
	}
	switch err = uncovered(at, m); {
	case err != nil:
	case handed:
		err = k.MoveMountAt(fd, at, m.Source)
	default:
		err = k.BindAt(kernel.At{FD: fd, Path: m.Source}, at, flags&unix.MS_REC)
	}
	_ = unix.Close(at.FD)
	extra := flags &^ (unix.MS_BIND | unix.MS_REC)
	if err != nil || extra == 0 && prop == 0 {
		return err
	}
	on, err := t.look(m.Destination, 0)
	if err != nil {
		return err
	}
	defer unix.Close(on.FD)
	if !k.IsHeld() { // else nothing was bound: the calls to come are only shown
		if err := bound(on, m.Destination, &st); err != nil {
			return err
		}
	}
	if extra != 0 {
		if err := k.MountAt("", on, "", unix.MS_REMOUNT|unix.MS_BIND|extra|lockedFlags(on.Proc()), ""); err != nil {
			return err
		}
	}
	if slices.Contains(m.Options, "rro") {
		// Before Linux 5.12 what is mounted below stays as it is, as docker leaves it there.
		if err := k.ReadonlyAll(on); err != nil && !errors.Is(err, unix.ENOSYS) {
			return err
		}
	}
	if prop != 0 {
		return k.MountAt("", on, "", prop, "")
	}
	return nil
}

// bound refuses what is no longer what was just bound at a path. In a volume that
// another container shares, that one may have put a link in its way since; then the
// flags would go to another mount (CVE-2021-30465).
func bound(at kernel.At, p string, source *unix.Stat_t) error {
	var st unix.Stat_t
	if err := unix.Fstat(at.FD, &st); err != nil || st.Dev != source.Dev || st.Ino != source.Ino {
		return fmt.Errorf("%s was moved while it was being mounted: another container shares the directory that it is in", p)
	}
	return nil
}

// stand are the files of /proc that something else may stand for, as lxcfs does: runc's list.
var stand = []string{"cpuinfo", "diskstats", "loadavg", "meminfo", "net/dev", "slabinfo", "stat", "swaps", "sys/kernel/ns_last_pid", "uptime"}

// uncovered refuses to mount on the kernel's files in /proc: what covers them
// could lie to whoever reads or writes there (CVE-2019-16884, CVE-2023-28642).
// A link in the image may lead there too.
func uncovered(at kernel.At, m specs.Mount) error {
	var fs unix.Statfs_t
	if m.Type == "proc" || unix.Fstatfs(at.FD, &fs) != nil || fs.Type != unix.PROC_SUPER_MAGIC {
		return nil //nolint:nilerr // what can't be looked at is no /proc
	}
	if in, ok := strings.CutPrefix(path.Clean(m.Destination), "/proc/"); ok && slices.Contains(stand, in) {
		return nil
	}
	return fmt.Errorf("mount on %s: it leads into /proc, where the kernel's own files must not be covered: choose another place, or another image", m.Destination)
}
