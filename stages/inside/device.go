package inside

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// nodes are the devices that every container has: config-linux.md, "Default Devices".
var nodes = []specs.LinuxDevice{
	{Path: "/dev/null", Type: "c", Major: 1, Minor: 3},
	{Path: "/dev/zero", Type: "c", Major: 1, Minor: 5},
	{Path: "/dev/full", Type: "c", Major: 1, Minor: 7},
	{Path: "/dev/random", Type: "c", Major: 1, Minor: 8},
	{Path: "/dev/urandom", Type: "c", Major: 1, Minor: 9},
	{Path: "/dev/tty", Type: "c", Major: 5, Minor: 0},
}

// devLinks lead from /dev to where a process finds its own.
var devLinks = [][2]string{
	{"/proc/self/fd", "fd"},
	{"/proc/self/fd/0", "stdin"},
	{"/proc/self/fd/1", "stdout"},
	{"/proc/self/fd/2", "stderr"},
	{"pts/ptmx", "ptmx"},
}

// makeDevices fills a fresh /dev: k makes, mounts binds what k may not make.
func makeDevices(k, mounts *kernel.Kernel, t *tree, a *Rootfs) error {
	asked := func(d specs.LinuxDevice) bool {
		return slices.ContainsFunc(a.Devices, func(o specs.LinuxDevice) bool { return o.Path == d.Path })
	}
	for _, d := range append(slices.DeleteFunc(slices.Clone(nodes), asked), a.Devices...) {
		if err := makeDevice(k, mounts, t, d, a.User); err != nil {
			return err
		}
	}
	dev, err := t.dir("/dev")
	if err != nil {
		return err
	}
	defer unix.Close(dev.FD)
	list := devLinks
	if at, err := t.look("/proc/kcore", 0); err == nil {
		_ = unix.Close(at.FD)
		list = append(list[:len(list):len(list)], [2]string{"/proc/kcore", "core"})
	}
	for _, l := range list {
		if err := k.SymlinkAt(l[0], dev, l[1]); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
	}
	return nil
}

func makeDevice(k, mounts *kernel.Kernel, t *tree, d specs.LinuxDevice, bind bool) error {
	kind := map[string]uint32{"c": unix.S_IFCHR, "u": unix.S_IFCHR, "b": unix.S_IFBLK, "p": unix.S_IFIFO}[d.Type]
	if kind == 0 {
		return fmt.Errorf("the device %s: its type is %q; c, b, u or p are", d.Path, d.Type)
	}
	if bind {
		return bindDevice(mounts, t, d, kind)
	}
	mode := uint32(0o666)
	if d.FileMode != nil {
		mode = uint32(d.FileMode.Perm())
	}
	dir, err := t.dir(path.Dir(d.Path))
	if err != nil {
		return err
	}
	defer unix.Close(dir.FD)
	name := path.Base(d.Path)
	err = k.MknodAt(dir, name, kind|mode, uint32(d.Major), uint32(d.Minor))
	switch {
	case errors.Is(err, unix.EEXIST) && isDevice(dir.FD, name, d, kind):
		return nil
	case errors.Is(err, unix.EEXIST):
		return fmt.Errorf("the device %s: something else is there", d.Path)
	case errors.Is(err, unix.EPERM):
		return bindDevice(mounts, t, d, kind)
	case err != nil || d.UID == nil && d.GID == nil:
		return err
	}
	return k.Chown(dir, name, int(val(d.UID)), int(val(d.GID)))
}

// isDevice tells whether a name in a directory, or without a name the open file
// itself, is that device.
func isDevice(fd int, name string, d specs.LinuxDevice, kind uint32) bool {
	var st unix.Stat_t
	if unix.Fstatat(fd, name, &st, unix.AT_SYMLINK_NOFOLLOW|unix.AT_EMPTY_PATH) != nil || st.Mode&unix.S_IFMT != kind {
		return false
	}
	return kind == unix.S_IFIFO || unix.Major(st.Rdev) == uint32(d.Major) && unix.Minor(st.Rdev) == uint32(d.Minor)
}

func val(p *uint32) uint32 {
	if p == nil {
		return 0
	}
	return *p
}

// bindDevice binds the host's node, where making one is not allowed.
func bindDevice(k *kernel.Kernel, t *tree, d specs.LinuxDevice, kind uint32) error {
	p := d.Path
	fd, err := unix.Open(p, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the host's %s, to bind it: %w", p, err)
	}
	defer unix.Close(fd)
	if !isDevice(fd, "", d, kind) {
		return fmt.Errorf("bind the device %s: the host's of that name is another one", p)
	}
	at, err := t.file(p)
	if err != nil {
		return err
	}
	defer unix.Close(at.FD)
	return k.BindAt(kernel.At{FD: fd, Path: p}, at, 0)
}

// console opens a new terminal in the container's own devpts, shows it as
// /dev/console, and sends its master to the engine, as runc does over its console
// socket.
func console(in *child.In, k *kernel.Kernel, t *tree) error {
	master, peer, err := newTerminal(t.at.FD)
	if err != nil {
		return err
	}
	defer unix.Close(master)
	// The peer stays open until execve(2): were the last one closed before the
	// program has its own, the engine would read from the master that it is over.
	place, err := t.look("/dev/console", unix.RESOLVE_NO_SYMLINKS)
	if errors.Is(err, unix.ENOENT) {
		place, err = t.file("/dev/console")
	}
	if err != nil {
		return err
	}
	defer unix.Close(place.FD)
	if err := k.BindAt(peer, place, 0); err != nil {
		return err
	}
	return in.Send("console", master)
}
