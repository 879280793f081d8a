package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// leaving is the second line of such a lease.
const leaving = "leaving"

func netInode() (uint64, error) {
	var st unix.Stat_t
	if err := unix.Stat("/proc/thread-self/ns/net", &st); err != nil {
		return 0, fmt.Errorf("ask which network namespace this is: %w", err)
	}
	return st.Ino, nil
}

// elsewhere tells whether a lease belongs to another network namespace than the
// calling thread's. What a run made there ended with it, or is out of reach.
func elsewhere(path string) bool {
	n, err := netInode()
	return err == nil && filepath.Base(filepath.Dir(path)) != strconv.FormatUint(n, 10)
}

// leave marks a lease as leaving, and tells whether another run in its network
// namespace still needs what they share. Of many that leave at once, the last to
// ask hears no, whatever the order in which each undoes its part.
func leave(lease string) (needed bool, err error) {
	f, err := os.OpenFile(lease, os.O_WRONLY|os.O_APPEND, 0)
	if err == nil {
		_, err = f.WriteString(leaving + "\n")
		err = errors.Join(err, f.Close())
	}
	if gone(err) != nil {
		return false, fmt.Errorf("give the lease up: %w", err)
	}
	list, err := leases(filepath.Dir(lease))
	for _, l := range list {
		if l.Live && !l.Leaving && l.ID != filepath.Base(lease) {
			return true, nil
		}
	}
	return false, err
}

// locked runs f while no other glassbox changes what the containers of a
// network namespace share. The lock is flock(2) on the directory of the leases,
// which comes with the first one and goes with the last.
func locked(lease string, f func() error) error {
	dir := filepath.Dir(lease)
	for {
		err := os.MkdirAll(dir, 0o700)
		if errors.Is(err, unix.ENOENT) { // the one before us took its parent away
			continue
		}
		if err != nil {
			return fmt.Errorf("make the directory of the leases: %w", err)
		}
		if err = lockedThere(dir, f); !errors.Is(err, errNotThere) {
			return err
		}
	}
}

// errNotThere says that there are no leases.
var errNotThere = errors.New("there is no directory of leases")

// lockedThere is locked for who only looks: it makes nothing that would stay if the
// engine were killed just then.
func lockedThere(dir string, f func() error) error {
	for {
		fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.ENOENT) {
			return errNotThere
		}
		if err != nil {
			return fmt.Errorf("open the directory of the leases: %w", err)
		}
		if err := flock(fd, unix.LOCK_EX); err != nil {
			_ = unix.Close(fd)
			return fmt.Errorf("lock %s: %w", dir, err)
		}
		if !same(fd, dir) { // the one before us took it away
			_ = unix.Close(fd)
			continue
		}
		err = f()
		_ = unix.Rmdir(dir)               // refused unless it is empty
		_ = unix.Rmdir(filepath.Dir(dir)) // base/net
		_ = flock(fd, unix.LOCK_UN)       // a process that is just being made may hold a copy of fd
		_ = unix.Close(fd)
		return err
	}
}

func same(fd int, path string) bool {
	var a, b unix.Stat_t
	return unix.Fstat(fd, &a) == nil && unix.Stat(path, &b) == nil && a.Ino == b.Ino && a.Dev == b.Dev
}

func flock(fd, how int) error {
	for {
		if err := unix.Flock(fd, how); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
