package proc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Mount is one line of /proc/PID/mountinfo. See proc_pid_mountinfo(5).
type Mount struct {
	ID, Parent   int      // Parent is the ID of the mount that it lies on; its own, or one not listed, at the top
	Major, Minor int      // the device number (st_dev) of files on it
	Root         string   // the directory of the file system that is this mount's root
	Point        string   // where it is mounted, as seen from the reading process's root
	Options      []string // of this mount: rw, nosuid, relatime …
	Propagation  string   // the optional fields: "shared:1", "master:1 propagate_from:2", ""; empty is private
	FSType       string   // overlay, proc, ext4, fuse.sshfs …
	Source       string   // the device, or what the mounter wrote there
	Super        []string // of the file system: lowerdir=…, size=65536k …
}

// Private says that mounts below it neither come from nor go to another mount.
func (m Mount) Private() bool { return m.Propagation == "" }

// Option returns the value of an option of the mount or of its file system, ""
// for one that has no value, and whether it is there.
func (m Mount) Option(name string) (string, bool) {
	for _, list := range [][]string{m.Options, m.Super} {
		for _, o := range list {
			if k, v, _ := strings.Cut(o, "="); k == name {
				return v, true
			}
		}
	}
	return "", false
}

// ParseMountinfo reads /proc/PID/mountinfo. A line is
//
//	36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
//	(1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)
//
// with (1) the mount's ID, (2) its parent's, (3) major:minor, (4) the root within
// the file system, (5) the mount point, (6) the mount's options, (7) none or more
// optional fields, (8) a hyphen that ends them, (9) the file system's type, (10)
// the source, (11) the options of the super block. Blanks within fields are
// written in octal. See proc_pid_mountinfo(5).
//
// Lines that are not so are left out; the error names the first of them.
func ParseMountinfo(b []byte) ([]Mount, error) {
	var (
		mounts []Mount
		bad    error
		n      int
	)
	for line := range lines(b) {
		n++
		if line == "" {
			continue
		}
		m, err := parseMount(line)
		if err != nil {
			if bad == nil {
				bad = fmt.Errorf("read mountinfo, line %d: %w", n, err)
			}
			continue
		}
		mounts = append(mounts, m)
	}
	return mounts, bad
}

var errMount = errors.New("not a line of mountinfo as proc_pid_mountinfo(5) has it")

func parseMount(line string) (Mount, error) {
	// An empty source is written as nothing between two blanks: split, don't use Fields.
	f := strings.Split(line, " ")
	sep := 0
	for i := 6; i < len(f); i++ {
		if f[i] == "-" {
			sep = i
			break
		}
	}
	if sep == 0 || len(f) < sep+3 {
		return Mount{}, errMount
	}
	id, err := strconv.Atoi(f[0])
	parent, err2 := strconv.Atoi(f[1])
	major, minor, ok := device(f[2])
	if err != nil || err2 != nil || !ok {
		return Mount{}, errMount
	}
	m := Mount{
		ID: id, Parent: parent, Major: major, Minor: minor,
		Root: unescape(f[3]), Point: unescape(f[4]),
		Options: split(f[5]), Propagation: strings.Join(f[6:sep], " "),
		FSType: unescape(f[sep+1]), Source: unescape(f[sep+2]),
	}
	if len(f) > sep+3 {
		m.Super = split(f[sep+3])
	}
	return m, nil
}

// split cuts a list of options; a comma within a value is escaped.
func split(s string) []string {
	list := strings.Split(s, ",")
	for i := range list {
		list[i] = unescape(list[i])
	}
	return list
}

// device reads "254:0".
func device(s string) (major, minor int, ok bool) {
	a, b, found := strings.Cut(s, ":")
	major, err := strconv.Atoi(a)
	minor, err2 := strconv.Atoi(b)
	return major, minor, found && err == nil && err2 == nil && major >= 0 && minor >= 0
}
