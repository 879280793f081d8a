package observe

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// Outside reads what the host's kernel says about a container. It may be called by
// any thread that is in the host's namespaces.
func Outside(t Target) []journal.Value {
	return observe(journal.Outside, func(r *reader) {
		if t.Pid > 0 {
			// A process that has ended leaves nothing to say.
			if err := r.process("/proc/" + strconv.Itoa(t.Pid)); err == nil {
				r.family(t)
			}
		}
		// The slash makes the link be followed.
		if fd, err := opendir("/proc/self/"); err == nil {
			r.namespaces("host.ns.", fd, "/proc/self")
			_ = unix.Close(fd)
		}
		r.hostname()
		r.groups(t.Cgroups)
		r.storage(t)
		r.network()
		r.ports(t.Bridge)
		r.rules()
	})
}

// storage adds the container's file system as the host has it.
func (r *reader) storage(t Target) {
	root := t.Merged
	if root == "" {
		root = t.Root
	}
	if root != "" {
		r.mounts(t)
		r.list("fs.root", root, false)
	}
	if t.Upper != "" {
		r.list("fs.upper", t.Upper, true)
	}
	if t.Work != "" {
		r.list("fs.work", t.Work, true)
	}
}

// mounts adds the host's lines for what is mounted for this container, and no
// other: a host's mount table tells more of its owner than a recording should.
func (r *reader) mounts(t Target) {
	const source = "/proc/self/mountinfo"
	// The engine's table may be longer than any value: what is wanted is as a rule at its end.
	whole, err := r.whole(source)
	if err != nil {
		r.fail("host.mountinfo", source, err)
		return
	}
	var kept strings.Builder
	var overlay proc.Mount
	for line := range strings.Lines(whole) {
		list, _ := proc.ParseMountinfo([]byte(line))
		if len(list) != 1 {
			continue
		}
		m := list[0]
		if !inside(m.Point, t.Merged) && !inside(m.Point, t.Root) {
			continue
		}
		kept.WriteString(line)
		if m.Point == t.Merged && m.FSType == "overlay" {
			overlay = m
		}
	}
	if kept.Len() > 0 {
		r.text("host.mountinfo", source, kept.String())
	}
	if layers := lowers(overlay); len(layers) > 0 {
		r.text("fs.layers", source, strings.Join(layers, "\n")+"\n")
	}
}

// whole reads a file of any length that the kernel writes about ourselves.
func (r *reader) whole(path string) (string, error) {
	fd, err := openat(unix.AT_FDCWD, path, unix.O_RDONLY)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	var out strings.Builder
	for {
		b, err := r.drain(fd)
		if err != nil {
			return "", err
		}
		out.Write(b)
		if len(b) < len(r.buf) {
			return out.String(), nil
		}
	}
}

func inside(path, dir string) bool {
	return dir != "" && (path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/"))
}

// lowers are the lower directories of an overlay, the topmost first: one lowerdir=
// with colons, or one lowerdir+= for each, as fsconfig(2) takes them.
func lowers(m proc.Mount) []string {
	var list []string
	for _, o := range m.Super {
		k, v, _ := strings.Cut(o, "=")
		switch k {
		case "lowerdir":
			list = append(list, strings.Split(v, ":")...)
		case "lowerdir+", "datadir+":
			list = append(list, v)
		}
	}
	return list
}

// ports adds the interfaces that are connected to the bridge. See the kernel's
// Documentation/ABI/testing/sysfs-class-net.
func (r *reader) ports(bridge string) {
	if bridge == "" || strings.Contains(bridge, "/") {
		return
	}
	dir := "/sys/class/net/" + bridge + "/brif/"
	// The directory of an interface is a link to its device.
	fd, err := openat(unix.AT_FDCWD, dir, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return // no bridge: it shows in net.addr
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	names, err := r.names(fd, maxEntries)
	if err != nil {
		r.fail("net.ports", dir, err)
		return
	}
	slices.Sort(names)
	text := strings.Join(names, "\n")
	if text != "" {
		text += "\n"
	}
	r.text("net.ports", dir, text)
}
