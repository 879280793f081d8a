package kernel

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"unsafe"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Trial is one thing that is tried to see whether this machine can do it. It is
// made by a process in namespaces of its own that are thrown away, below a
// directory that is removed: nothing of it lasts.
type Trial struct {
	Name  string // "overlay"
	Tried string // what is done, as a person says it
	Do    func(s Scratch) error
}

// Scratch is where trials are made.
type Scratch struct {
	Dir  string // an empty directory on the file system of the store
	User bool   // in a user namespace
}

// Trials are in the order in which they must be made: a later one may build on
// an earlier one, and the last takes rights away.
func Trials() []Trial {
	return []Trial{
		{"mount", "mount a tmpfs", func(s Scratch) error { return unix.Mount("tmpfs", s.make("tmpfs"), "tmpfs", 0, "") }},
		{"whiteout", "make a whiteout, a character device 0/0", func(s Scratch) error {
			return unix.Mknod(filepath.Join(s.Dir, "whiteout"), unix.S_IFCHR, 0)
		}},
		{"xattr", "note in an attribute that a directory is opaque", tryXattr},
		{"overlay", "mount an overlay", tryOverlay},
		{"fuse", "mount an overlay with fuse-overlayfs", tryFuse},
		{"openat2", "open a path within a root, with openat2(2)", tryOpenat2},
		{"mountapi", "copy a mount and make it read-only, with open_tree(2) and mount_setattr(2)", tryMountAPI},
		{"idmap", "mount a directory with mapped ids", tryIdmap},
		{"uts", "unshare the UTS namespace", unshareTrial(unix.CLONE_NEWUTS)},
		{"ipc", "unshare the IPC namespace", unshareTrial(unix.CLONE_NEWIPC)},
		{"net", "unshare the network namespace", unshareTrial(unix.CLONE_NEWNET)},
		{"cgroupns", "unshare the cgroup namespace", unshareTrial(unix.CLONE_NEWCGROUP)},
		{"sysfs", "mount a sysfs", func(s Scratch) error { return unix.Mount("sysfs", s.make("sys"), "sysfs", unix.MS_RDONLY, "") }},
		{"bridge", "make a bridge in a network namespace", func(Scratch) error {
			return netlink.LinkAdd(&netlink.Bridge{LinkAttrs: named("gbtry0")})
		}},
		{"veth", "make a veth pair in a network namespace", func(Scratch) error {
			v := netlink.NewVeth(named("gbtry1"))
			v.PeerName = "gbtry2"
			return netlink.LinkAdd(v)
		}},
		{"nftables", "make an nftables table with NAT in a network namespace", tryNft},
		{"tun", "make a tap interface, as slirp4netns and pasta do", tryTun},
		{"seccomp", "load a seccomp filter", trySeccomp},
	}
}

func (s Scratch) make(name string) string {
	p := filepath.Join(s.Dir, name)
	_ = os.Mkdir(p, 0o755) // refused, what comes next says so
	return p
}

func unshareTrial(flag int) func(Scratch) error {
	return func(Scratch) error { return unix.Unshare(flag) }
}

func named(name string) netlink.LinkAttrs {
	a := netlink.NewLinkAttrs()
	a.Name = name
	return a
}

// TryStore tells whether overlays can be built on the file system of the store. On
// another overlay they can't: the trials that follow are made in memory then, as
// runs keep their layers there. See Ramdisk.
func TryStore(s Scratch) error {
	if !OnOverlay(s.Dir) {
		return nil
	}
	err := unix.Mknod(filepath.Join(s.Dir, "whiteout"), unix.S_IFCHR, 0)
	if err == nil {
		return nil
	}
	if e := unix.Mount("tmpfs", s.Dir, "tmpfs", 0, ""); e != nil {
		return fmt.Errorf("it lies on an overlay (%w), and a tmpfs can't stand in: %w", err, e)
	}
	return fmt.Errorf("it lies on an overlay: %w", err)
}

func tryXattr(s Scratch) error {
	name := "trusted.overlay.opaque"
	if s.User {
		name = "user.overlay.opaque"
	}
	return unix.Setxattr(s.make("opaque"), name, []byte("y"), 0)
}

func (s Scratch) layers(name string) (opts, merged string) {
	dir := s.make(name)
	for _, d := range []string{"lower", "upper", "work", "merged"} {
		_ = os.Mkdir(filepath.Join(dir, d), 0o755)
	}
	return fmt.Sprintf("lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", dir, dir, dir), filepath.Join(dir, "merged")
}

func tryOverlay(s Scratch) error {
	opts, merged := s.layers("overlay")
	if s.User {
		opts += ",userxattr"
	}
	if err := unix.Mount("overlay", merged, "overlay", 0, opts); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(merged, "file"), nil, 0o644) // a full or odd file system shows here
}

func tryFuse(s Scratch) error {
	program, err := exec.LookPath("fuse-overlayfs")
	if err != nil {
		return err
	}
	f, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_ = f.Close()
	opts, merged := s.layers("fuse")
	out, err := exec.Command(program, "-o", opts, merged).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
	}
	return unix.Unmount(merged, unix.MNT_DETACH) // ends the program
}

func tryOpenat2(s Scratch) error {
	dir, err := unix.Open(s.Dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(dir)
	fd, err := unix.Openat2(dir, "../..", &unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT})
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

func tryMountAPI(s Scratch) error {
	fd, err := unix.OpenTree(unix.AT_FDCWD, s.make("tree"), unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
}

func tryIdmap(s Scratch) error {
	k := New(deaf{}, "")
	ns, err := k.UserNS("0 1073741824 65536\n", "0 1073741824 65536\n")
	if err != nil {
		return err
	}
	defer ns.Close()
	return k.Idmap(s.make("plain"), s.make("mapped"), ns)
}

// tryNft makes what Firewall makes: a chain for NAT with a masquerading rule.
func tryNft(Scratch) error {
	return nft(func(c *nftables.Conn) error {
		t := c.AddTable(&nftables.Table{Name: "gbtry", Family: nftables.TableFamilyIPv4})
		ch := c.AddChain(&nftables.Chain{Name: "out", Table: t, Type: nftables.ChainTypeNAT, Hooknum: nftables.ChainHookPostrouting, Priority: nftables.ChainPriorityNATSource})
		c.AddRule(&nftables.Rule{Table: t, Chain: ch, Exprs: []expr.Any{&expr.Masq{}}})
		return c.Flush()
	})
}

func tryTun(Scratch) error {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open /dev/net/tun: %w", err)
	}
	defer unix.Close(fd)
	r, err := unix.NewIfreq("gbtry3")
	if err != nil {
		return err
	}
	r.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	return unix.IoctlIfreq(fd, unix.TUNSETIFF, r)
}

func trySeccomp(Scratch) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	allow := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}}
	prog := unix.SockFprog{Len: 1, Filter: &allow[0]}
	_, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&prog)))
	return errnoOrNil(e)
}

// TryProc is made by the first process of a pid namespace: it mounts that one's proc.
func TryProc(dir string) error {
	return unix.Mount("proc", Scratch{Dir: dir}.make("proc"), "proc", 0, "")
}

// Apart keeps the mounts of the calling process's namespace to itself.
func Apart() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") }

// TryGroup makes a group, moves a process into it and removes it again: the
// process goes back to where it was.
func TryGroup(dir string, pid int, back string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	defer func() { _ = unix.Rmdir(dir) }()
	for _, f := range []string{"cpuset.cpus", "cpuset.mems"} { // version 1's: nobody may join before they are filled
		if b := peek(filepath.Join(dir, f)); b == "\n" {
			_ = put(filepath.Join(dir, f), peek(filepath.Join(filepath.Dir(dir), f))) // refused, joining says so
		}
	}
	err := put(filepath.Join(dir, "cgroup.procs"), itoa(pid))
	if e := put(filepath.Join(back, "cgroup.procs"), itoa(pid)); err == nil {
		err = e
	}
	return err
}

// Writes tells whether a kernel file can be opened for writing: nothing is written.
func Writes(path string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Close(fd)
}

// deaf takes events and forgets them.
type deaf struct{}

// Emit implements journal.Emitter.
func (deaf) Emit(journal.Event) uint64 { return 0 }
