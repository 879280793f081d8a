package userland

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// mounted is a line of /proc/self/mountinfo: proc_pid_mountinfo(5).
type mounted struct {
	point, options   string
	kind, source     string
	super, dev, root string
}

func mounts() ([]mounted, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var all []mounted
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		left, right, ok := strings.Cut(lines.Text(), " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if !ok || len(l) < 6 || len(r) < 2 {
			continue
		}
		m := mounted{dev: l[2], root: unoctal(l[3]), point: unoctal(l[4]), options: l[5], kind: r[0], source: unoctal(r[1])}
		if len(r) > 2 {
			m.super = r[2]
		}
		all = append(all, m)
	}
	return all, lines.Err()
}

// unoctal undoes the kernel's escapes of space, tab, newline and backslash.
func unoctal(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// mount prints the mounts as util-linux' mount does, or mounts.
func mount(args []string) int {
	o, rest, err := getopt(args, "t:o:rBRlv", "types:=t", "options:=o", "bind=B", "rbind=R", "read-only=r",
		"make-private=mpr", "make-rprivate=mrpr", "make-slave=msl", "make-rslave=mrsl", "make-shared=msh", "make-rshared=mrsh")
	if err != nil {
		return misuse("mount", err)
	}
	for name, flags := range propagations() {
		if o.has(name) && len(rest) == 1 {
			return mounting("none", rest[0], "", flags, "")
		}
	}
	switch len(rest) {
	case 0:
		return printMounts(o.get("t", ""))
	case 1:
		rest = []string{"none", rest[0]}
	case 2:
	default:
		return misuse("mount", nil)
	}
	var flags uintptr
	data := []string{}
	for opt := range strings.SplitSeq(strings.Join(o["o"], ","), ",") {
		if f, ok := mountFlags()[opt]; ok {
			flags |= f
		} else if opt != "" && opt != "rw" && opt != "defaults" {
			data = append(data, opt)
		}
	}
	if o.has("r") {
		flags |= unix.MS_RDONLY
	}
	if o.has("B") {
		flags |= unix.MS_BIND
	}
	if o.has("R") {
		flags |= unix.MS_BIND | unix.MS_REC
	}
	return mounting(rest[0], rest[1], o.get("t", ""), flags, strings.Join(data, ","))
}

func mounting(source, target, kind string, flags uintptr, data string) int {
	err := unix.Mount(source, target, kind, flags, data)
	// A bind mount takes no other flags with it: as mount(8), a second call does.
	if err == nil && flags&unix.MS_BIND != 0 && flags&^(unix.MS_BIND|unix.MS_REC|unix.MS_REMOUNT) != 0 {
		err = unix.Mount("", target, "", flags|unix.MS_REMOUNT, "")
	}
	if err != nil {
		complain("mount", "%s: %s", target, reason(err))
		return 32
	}
	return 0
}

func printMounts(kind string) int {
	all, err := mounts()
	if err != nil {
		return fail("mount", err)
	}
	w, done := out()
	for _, m := range all {
		if kind == "" || kind == m.kind {
			_, _ = fmt.Fprintf(w, "%s on %s type %s (%s)\n", m.source, m.point, m.kind, merge(m.options, m.super))
		}
	}
	return done()
}

// merge joins the options of the mount and of the file system, as libmount does:
// ro if one of them is, then the mount's, then the file system's own.
func merge(mount, super string) string {
	first := "rw"
	var rest []string
	for opt := range strings.SplitSeq(mount+","+super, ",") {
		switch opt {
		case "ro":
			first = "ro"
		case "rw", "":
		default:
			rest = append(rest, opt)
		}
	}
	return strings.Join(append([]string{first}, rest...), ",")
}

func mountFlags() map[string]uintptr {
	return map[string]uintptr{
		"ro": unix.MS_RDONLY, "nosuid": unix.MS_NOSUID, "nodev": unix.MS_NODEV, "noexec": unix.MS_NOEXEC,
		"remount": unix.MS_REMOUNT, "bind": unix.MS_BIND, "rbind": unix.MS_BIND | unix.MS_REC,
		"noatime": unix.MS_NOATIME, "relatime": unix.MS_RELATIME, "sync": unix.MS_SYNCHRONOUS, "move": unix.MS_MOVE,
	}
}

func propagations() map[string]uintptr {
	return map[string]uintptr{
		"mpr": unix.MS_PRIVATE, "mrpr": unix.MS_PRIVATE | unix.MS_REC, "msl": unix.MS_SLAVE, "mrsl": unix.MS_SLAVE | unix.MS_REC,
		"msh": unix.MS_SHARED, "mrsh": unix.MS_SHARED | unix.MS_REC,
	}
}

func umount(args []string) int {
	o, rest, err := getopt(args, "lf", "lazy=l", "force=f")
	if err != nil || len(rest) == 0 {
		return misuse("umount", err)
	}
	flags := 0
	if o.has("l") {
		flags |= unix.MNT_DETACH
	}
	if o.has("f") {
		flags |= unix.MNT_FORCE
	}
	status := 0
	for _, target := range rest {
		if err := unix.Unmount(target, flags); err != nil {
			complain("umount", "%s: %s", target, reason(err))
			status = 32
		}
	}
	return status
}
