package kernel

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Lease is one container's claim to an address, and to the bridge, the table and
// the sysctl that the containers of a network namespace share: a file named by
// the run's id. It is live while the engine holds flock(2) on it, so that a
// killed run's claim ends by itself.
type Lease struct {
	ID      string
	Address netip.Prefix
	Live    bool
	Leaving bool // it is on its way back, and needs nothing shared any more
}

// NetDir is where the leases of the calling thread's network namespace lie:
// base/net/INODE. A namespace has its own bridge, so it has its own leases.
func NetDir(base string) (string, error) {
	n, err := netInode()
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "net", strconv.FormatUint(n, 10)), nil
}

// Lease takes an address: choose gets the others' leases and picks one, under
// the lock of the directory. The file that comes back must stay open for as
// long as the container needs the address. Held, nothing is taken, and the file is nil.
func (k *Kernel) Lease(path string, choose func(others []Lease) (netip.Prefix, error)) (*os.File, netip.Prefix, error) {
	var p netip.Prefix
	if k.gate != nil || k.held != "" { // what the gate shows: it may be another's by the time it opens
		others, err := leases(filepath.Dir(path))
		if err == nil {
			p, err = choose(others)
		}
		if err != nil {
			return nil, p, err
		}
	}
	c := journal.Call{
		Name: "open", Man: "open(2)", Args: args("pathname", path, "flags", "O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC", "mode", "0600", "content", p.String()),
		Sh: words("echo ADDRESS >", Quote(path)),
	}
	var f *os.File
	err := k.do(c, "take an address for the container", func() error {
		k.Plan("leasedel", path)
		var err error
		f, p, err = take(path, choose)
		c.Args[3].Value = p.String()
		return err
	})
	return f, p, err
}

func take(path string, choose func([]Lease) (netip.Prefix, error)) (*os.File, netip.Prefix, error) {
	var f *os.File
	var p netip.Prefix
	err := locked(path, func() error {
		others, err := leases(filepath.Dir(path))
		if err != nil {
			return err
		}
		if p, err = choose(others); err != nil {
			return err
		}
		if f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return err
		}
		_, err = f.WriteString(p.String() + "\n")
		return errors.Join(err, flock(int(f.Fd()), unix.LOCK_EX))
	})
	if err != nil && f != nil {
		_ = f.Close()
		f = nil
	}
	return f, p, err
}

// Leases reads the leases in a directory, under its lock: one that is being
// taken must not look as if its owner were dead.
func Leases(dir string) (list []Lease, err error) {
	err = lockedThere(dir, func() error {
		list, err = leases(dir)
		return err
	})
	if errors.Is(err, errNotThere) {
		return nil, nil
	}
	return list, err
}

// leases is Leases for who has the lock; a directory that is not there has none.
func leases(dir string) ([]Lease, error) {
	list, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the leases: %w", err)
	}
	var out []Lease
	for _, e := range list {
		if !hexadecimal(e.Name()) {
			continue
		}
		if l, ok := readLease(filepath.Join(dir, e.Name())); ok {
			out = append(out, l)
		}
	}
	return out, nil
}

func readLease(path string) (Lease, bool) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return Lease{}, false
	}
	defer unix.Close(fd)
	var b [64]byte
	n, _ := unix.Read(fd, b[:])
	l := Lease{ID: filepath.Base(path)}
	address, rest, _ := bytes.Cut(b[:max(n, 0)], []byte("\n"))
	l.Address, _ = netip.ParsePrefix(string(address))
	l.Leaving = bytes.HasPrefix(rest, []byte(leaving))
	// Shared, so that two who ask at once don't take each other for the owner.
	l.Live = errors.Is(flock(fd, unix.LOCK_SH|unix.LOCK_NB), unix.EWOULDBLOCK)
	return l, true
}

func hexadecimal(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdef") == ""
}

// deleteLease is the inverse of Lease.
func deleteLease(path string) error {
	return locked(path, func() error { return gone(unix.Unlink(path)) })
}
