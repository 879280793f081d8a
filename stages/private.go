package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/moby/sys/user"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// idCount is how many ids a container of its own user namespace gets: those of
// 16 bits, as Kubernetes gives a Pod with hostUsers: false.
const idCount = 1 << 16

// idFirst is where ranges begin that no file gives to anybody: above what
// useradd(8) and systemd-nspawn(1) hand out by default, below 2^31.
const idFirst = 1 << 30

// private prepares a user namespace for the container of an engine that is the
// machine's root: a range of ids that no other container has, and lower
// directories whose files belong to that range. It returns the lowers to mount.
// Upper and work, which are made empty, are given to the range's first id.
func (r *Run) private(lowers []string, dir string) ([]string, error) {
	p := r.Plan
	if p.Ask.Userns != "private" || p.Rootless {
		if p.Ask.Userns == "private" {
			r.k.Note("info", "userns-rootless", "--userns private changes nothing without root: the engine's own user namespace is the container's already.")
		}
		return lowers, nil
	}
	if err := r.claimIDs(); err != nil {
		return nil, err
	}
	l := p.Spec.Linux
	l.UIDMappings, l.GIDMappings = p.IDs, p.IDs
	base := int(p.IDs[0].HostID)
	r.k.Note("info", "userns", fmt.Sprintf("User 0 of the container will be user %d of the host, which owns nothing there. Kubernetes does the same for a Pod with hostUsers: false.", base),
		"base", itoa(base), "count", itoa(idCount))
	if len(p.Ask.Volumes) > 0 {
		r.k.Note("warning", "userns-volumes", "Files in volumes keep their owners on the host: those of ids outside of the range show up as nobody, and can be read only where others may.")
	}
	at, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	defer unix.Close(at)
	for _, d := range []string{"upper", "work"} {
		if err := r.k.Chown(kernel.At{FD: at, Path: dir}, d, base, base); err != nil {
			return nil, err
		}
	}
	return r.idmapLowers(lowers, filepath.Join(dir, "lower"))
}

// idmapLowers mounts a copy of each lower directory with the range's owners.
func (r *Run) idmapLowers(lowers []string, dir string) ([]string, error) {
	text := mapText(r.Plan.IDs)
	ns, err := r.k.UserNS(text, text)
	if err != nil {
		return nil, err
	}
	if ns == nil {
		return lowers, nil // held
	}
	defer ns.Close()
	if err := r.k.Mkdir(dir, 0o711, true); err != nil {
		return nil, err
	}
	out := make([]string, len(lowers))
	for i, l := range lowers {
		out[i] = filepath.Join(dir, itoa(i))
		if err := r.k.Mkdir(out[i], 0o711, true); err != nil {
			return nil, err
		}
		err := r.k.Idmap(l, out[i], ns)
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP) {
			return nil, fmt.Errorf("%w: this kernel, or the file system of %s, can't show files with other owners (it takes Linux 5.19 for an overlay on ext4, xfs or btrfs, "+
				"6.3 for tmpfs): use --userns host, or choose another disk with --root", err, l)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// claimIDs takes a range of ids: of those that /etc/subuid and /etc/subgid give
// to glassbox or to root, else one that they give to nobody.
func (r *Run) claimIDs() error {
	given, taken, err := subordinates()
	if err != nil {
		return err
	}
	dir := filepath.Join(filepath.Dir(r.Plan.State), "ids")
	for base := range candidateIDs(given, taken) {
		path := filepath.Join(dir, strconv.FormatInt(base, 10))
		if claimed(path) {
			continue
		}
		f, err := r.k.Claim(path)
		if errors.Is(err, kernel.ErrClaimed) {
			continue
		}
		if err != nil {
			return err
		}
		r.ids = f
		r.Plan.IDs = []specs.LinuxIDMapping{{ContainerID: 0, HostID: uint32(base), Size: idCount}}
		return nil
	}
	return errors.New("no range of 65536 ids is free for the container: give root one in /etc/subuid and /etc/subgid (root:1073741824:65536)")
}

// claimed tells whether a live run holds a claim, so that trying to take it is no event.
func claimed(path string) bool {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Flock(fd, unix.LOCK_SH|unix.LOCK_NB) != nil
}

// subordinates are the ranges of /etc/subuid that are ours, and all of both files.
func subordinates() (given, taken []user.SubID, err error) {
	for _, file := range []string{subuidPath, subgidPath} {
		all, err := user.ParseSubIDFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, nil, fmt.Errorf("read %s: %w", file, err)
		}
		taken = append(taken, all...)
		if file != subuidPath {
			continue
		}
		for _, s := range all {
			if s.Name == "glassbox" || s.Name == "root" {
				given = append(given, s)
			}
		}
	}
	return given, taken, nil
}

// candidateIDs are the beginnings of the ranges to try.
func candidateIDs(given, taken []user.SubID) func(yield func(int64) bool) {
	return func(yield func(int64) bool) {
		for _, g := range given {
			for base := g.SubID; base+idCount <= g.SubID+g.Count; base += idCount {
				if inGroups(g, taken) && !yield(base) {
					return
				}
			}
		}
		for base := int64(idFirst); base < 1<<31-idCount; base += idCount {
			if !overlapping(base, taken) && !yield(base) {
				return
			}
		}
	}
}

// inGroups tells whether a range is given twice to the same name: as users and as groups.
func inGroups(g user.SubID, all []user.SubID) bool {
	n := 0
	for _, s := range all {
		if s == g {
			n++
		}
	}
	return n > 1
}

func overlapping(base int64, list []user.SubID) bool {
	for _, s := range list {
		if s.SubID < base+idCount && base < s.SubID+s.Count {
			return true
		}
	}
	return false
}

// hostRoot is the id outside that the container's root is, for what it must own; 0 without a namespace of its own.
func (r *Run) hostRoot() int {
	if !r.Plan.has(specs.UserNamespace) {
		return 0
	}
	id, _ := idsOf(r.Plan.Spec.Linux.UIDMappings).outer(0)
	return id
}
