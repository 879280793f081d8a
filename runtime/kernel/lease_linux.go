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

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// forwarding is the one sysctl that is changed. See ip-sysctl of the kernel's
// documentation. It is the network namespace's of the thread that opens it.
const forwarding = "/proc/sys/net/ipv4/ip_forward"

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

// leaving is the second line of such a lease.
const leaving = "leaving"

// NetDir is where the leases of the calling thread's network namespace lie:
// base/net/INODE. A namespace has its own bridge, so it has its own leases.
func NetDir(base string) (string, error) {
	n, err := netInode()
	if err != nil {
		return "", err
	}
	return filepath.Join(base, "net", strconv.FormatUint(n, 10)), nil
}

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
		Sh: words("echo ADDRESS >", quote(path)),
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
	err = locked(filepath.Join(dir, "any"), func() error {
		list, err = leases(dir)
		return err
	})
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

// Forward lets the host forward packets between its interfaces, which a
// container's way out needs, and remembers for the last lease to leave what the
// sysctl said before. It tells whether it changed it.
func (k *Kernel) Forward(lease string) (bool, error) {
	k.Plan("forwardback", lease)
	before := strings.TrimSpace(peek(forwarding))
	if before != "0" {
		return false, nil
	}
	kept := filepath.Join(filepath.Dir(lease), "ip_forward")
	c := journal.Call{
		Name: "open", Man: "open(2)", Args: args("pathname", kept, "flags", "O_WRONLY|O_CREAT|O_CLOEXEC", "mode", "0600", "content", before),
		Sh: words("cp", forwarding, quote(kept)),
	}
	err := k.do(c, "remember what ip_forward was", func() error {
		return locked(lease, func() error { return os.WriteFile(kept, []byte(before+"\n"), 0o600) })
	})
	if err != nil {
		return false, err
	}
	return true, k.Write(forwarding, "1", "ip(7)")
}

// restoreForward is the inverse of Forward: the last one to leave puts the
// sysctl back, whoever changed it.
func restoreForward(lease string) error {
	if elsewhere(lease) {
		return nil
	}
	return locked(lease, func() error {
		kept := filepath.Join(filepath.Dir(lease), "ip_forward")
		b, err := os.ReadFile(kept)
		if err != nil {
			return gone(err)
		}
		if used, err := leave(lease); used || err != nil {
			return err
		}
		if err := put(forwarding, strings.TrimSpace(string(b))); err != nil {
			return err
		}
		return gone(unix.Unlink(kept))
	})
}

// deleteBridge is the inverse of Bridge: target is NAME:LEASE. The bridge goes
// when no other run has a lease, and nobody else has put a port of theirs on it.
func deleteBridge(target string) error {
	name, lease, ok := strings.Cut(target, ":")
	if !ok || !strings.HasPrefix(name, Prefix) {
		return errors.New("that is no bridge of glassbox")
	}
	if elsewhere(lease) {
		return nil
	}
	return locked(lease, func() error {
		if used, err := leave(lease); used || err != nil {
			return err
		}
		b, err := netlink.LinkByName(name)
		if err != nil {
			return gone(noLink(err))
		}
		all, err := netlink.LinkList()
		if err != nil {
			return err
		}
		for _, l := range all {
			if a := l.Attrs(); a.MasterIndex == b.Attrs().Index && !strings.HasPrefix(a.Name, Prefix) {
				return nil // somebody's own: the bridge is theirs now
			}
		}
		return deleteLink(name)
	})
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
		fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.ENOENT) {
			continue
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
