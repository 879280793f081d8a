package image

import (
	"archive/tar"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// directory makes a directory, or takes the one that is there.
func (l *layer) directory(d *dir, base string, h *tar.Header) error {
	path := joinPath(d.path, base)
	hides := false
	err := unix.Mkdirat(d.fd, base, 0o700)
	if errors.Is(err, unix.EEXIST) {
		var st unix.Stat_t
		if err := unix.Fstatat(d.fd, base, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return err
		}
		if st.Mode&unix.S_IFMT == unix.S_IFDIR {
			got, err := l.dirs.at(path)
			if err != nil {
				return err
			}
			if err := l.listed(got); err != nil {
				return err
			}
			return l.dirAttrs(got, h)
		}
		hides = isWhiteout(&st)
		err = l.place(d, base, func() error { return unix.Mkdirat(d.fd, base, 0o700) })
	} else if err == nil {
		d.dirty = true
		l.added++
		err = l.notes.put(noteName, path)
	}
	if err != nil {
		return err
	}
	// What comes next in a tar lies in this directory as a rule: keep it open.
	fd, err := openDirAt(d.fd, base)
	if err != nil {
		return err
	}
	made, err := l.dirs.add(path, fd)
	if err != nil {
		return err
	}
	if hides {
		if err := l.setOpaque(made); err != nil {
			return err
		}
	}
	return l.dirAttrs(made, h)
}

// listed takes the mark off a directory that was implied and now is listed.
func (l *layer) listed(d *dir) error {
	if l.implied == 0 {
		return nil
	}
	err := unix.Fremovexattr(d.fd, l.xattr+markImplied)
	if err == nil {
		l.implied--
	}
	if errors.Is(err, unix.ENODATA) {
		return nil
	}
	return err
}

// rootEntry gives the root its attributes.
func (l *layer) rootEntry(h *tar.Header) error {
	if h.Typeflag != tar.TypeDir {
		return refuse(nil, "", "the root of the layer is no directory")
	}
	l.rootSeen = true
	return l.dirAttrs(l.dirs.root, h)
}

func (l *layer) dirAttrs(d *dir, h *tar.Header) error {
	d.times, d.dirty = entryTimes(h), true
	return l.attrs(d.fd, h)
}

// attrs sets owner, mode and extended attributes of a file or directory, in the
// order that keeps them: chown(2) clears setuid and setgid bits and
// capabilities, and a write clears capabilities.
func (l *layer) attrs(fd int, h *tar.Header) error {
	uid, gid, err := l.owner(h)
	if err != nil {
		return err
	}
	if err := unix.Fchown(fd, uid, gid); err != nil {
		return unowned(err, h)
	}
	if err := unix.Fchmod(fd, uint32(h.Mode&0o7777)); err != nil {
		return err
	}
	return l.xattrs(h, func(name string, value []byte) error { return unix.Fsetxattr(fd, name, value, 0) })
}

// attrsAt does the same, times included, for what should not be opened: a link, a
// device or a FIFO. base was made just now, so it is what we made.
func (l *layer) attrsAt(d *dir, base string, h *tar.Header) error {
	uid, gid, err := l.owner(h)
	if err != nil {
		return err
	}
	if err := unix.Fchownat(d.fd, base, uid, gid, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return unowned(err, h)
	}
	if h.Typeflag != tar.TypeSymlink {
		if err := unix.Fchmodat(d.fd, base, uint32(h.Mode&0o7777), 0); err != nil {
			return err
		}
	}
	err = l.xattrs(h, func(name string, value []byte) error {
		// There is no setxattrat(2) before 6.13; the descriptor stands for the
		// directory, and lsetxattr does not follow the last component.
		return unix.Lsetxattr(procFD(d.fd)+"/"+base, name, value, 0)
	})
	if err != nil {
		return err
	}
	times := entryTimes(h)
	return unix.UtimesNanoAt(d.fd, base, times[:], unix.AT_SYMLINK_NOFOLLOW)
}

func procFD(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

// owner maps the header's owner. -1 leaves what is there: see chown(2).
func (l *layer) owner(h *tar.Header) (uid, gid int, err error) {
	ids := [2]int{h.Uid, h.Gid}
	lost := false
	for i, id := range ids {
		if id < 0 || id >= math.MaxUint32 {
			return 0, 0, refuse(nil, "", "there is no user or group with the ID %d", id)
		}
		if l.mapID != nil {
			to, ok := l.mapID(id)
			if !ok {
				to, lost = -1, true
			}
			ids[i] = to
		}
	}
	if lost {
		l.lostOwner++
	}
	return ids[0], ids[1], nil
}

func unowned(err error, h *tar.Header) error {
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.EPERM) {
		return refuse(err, "give this user more subordinate IDs in /etc/subuid and /etc/subgid, or run as root; see glassbox doctor",
			"it belongs to %d:%d, which this user namespace does not have", h.Uid, h.Gid)
	}
	return err
}

// paxXattr is the prefix of extended attributes in PAX records, as star began it
// and docker, GNU tar and libarchive write it.
const paxXattr = "SCHILY.xattr."

// xattrs sets the extended attributes that the header lists. Those that the file
// system or our privileges don't allow are counted, as docker passes over them.
func (l *layer) xattrs(h *tar.Header, set func(string, []byte) error) error {
	for key, value := range h.PAXRecords {
		name, ok := strings.CutPrefix(key, paxXattr)
		if !ok {
			continue
		}
		if name = l.attrName(name); name == "" {
			continue
		}
		err := set(name, []byte(value))
		switch {
		case errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.EPERM), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ERANGE):
			l.lostXattr++
		case err != nil:
			return err
		}
	}
	return nil
}

// attrName is the name under which an attribute of the tar is kept; "" drops it.
//
// Overlayfs obeys attributes with its prefix (redirect, metacopy, opaque): a layer
// could plant one. It escapes those of files that lie on it by a second
// "overlay.", and since 6.7 takes that off again, so the container sees what the
// image holds and the kernel does not act on it. See overlayfs.rst, "Nesting
// overlayfs mounts". SELinux labels are the host's to give.
func (l *layer) attrName(name string) string {
	if name == "security.selinux" {
		return ""
	}
	if rest, ok := strings.CutPrefix(name, l.xattr); ok {
		return l.xattr + "overlay." + rest
	}
	return name
}

// noXattr explains why a file system does not do for a store.
func noXattr(err error) error {
	if errors.Is(err, unix.ENOTSUP) {
		return refuse(err, "choose a directory on ext4, xfs, btrfs or (Linux 6.6 or newer) tmpfs with --root",
			"the file system of the store has no extended attributes, which overlayfs needs")
	}
	return err
}

// entryTimes are access and modification time as the header has them. A tar
// without access times stands for "when it was modified".
func entryTimes(h *tar.Header) [2]unix.Timespec {
	atime := h.AccessTime
	if atime.IsZero() {
		atime = h.ModTime
	}
	return [2]unix.Timespec{timespec(atime), timespec(h.ModTime)}
}

func timespec(t time.Time) unix.Timespec {
	if t.IsZero() {
		return unix.Timespec{}
	}
	return unix.Timespec{Sec: t.Unix(), Nsec: int64(t.Nanosecond())}
}

// futimens is utimensat(2) without a path: x/sys has no such call, and a path
// would have to be looked up.
func futimens(fd int, times *[2]unix.Timespec) error {
	_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(fd), 0, uintptr(unsafe.Pointer(times)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
