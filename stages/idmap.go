package stages

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	osuser "os/user"
	"strings"

	"github.com/moby/sys/user"
	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
	"glassbox/runtime/proc"
)

// subordinate are the files that say which ids are given to whom: subuid(5), subgid(5).
const (
	subuidPath = "/etc/subuid"
	subgidPath = "/etc/subgid"
)

// mapEngine writes the maps of the engine's own user namespace: what this user
// is given in /etc/subuid and /etc/subgid, or itself alone.
func mapEngine(k *kernel.Kernel, pid int) error {
	dir := fmt.Sprintf("/proc/%d/", pid)
	if mayMap() {
		return mapSame(k, dir)
	}
	why := mapRange(k, pid, dir)
	if why == nil {
		return nil
	}
	k.Note("warning", "single-id", "The container knows user 0 and group 0 alone, which are you: files of others in the image become yours, and programs that "+
		"change to another user fail. "+why.Error())
	// A user may map itself; who may not give up groups must deny setgroups(2) first. See user_namespaces(7).
	if err := k.Write(dir+"setgroups", "deny", "user_namespaces(7)"); err != nil && !errors.Is(err, unix.EPERM) {
		return err
	}
	if b, err := os.ReadFile(dir + "uid_map"); err != nil || len(b) == 0 { // newuidmap may have done its part
		if err := k.Write(dir+"uid_map", fmt.Sprintf("0 %d 1\n", os.Geteuid()), "user_namespaces(7)"); err != nil {
			return err
		}
	}
	return k.Write(dir+"gid_map", fmt.Sprintf("0 %d 1\n", os.Getegid()), "user_namespaces(7)")
}

// mayMap tells whether this process may map ids that are not its own.
func mayMap() bool {
	return os.Geteuid() == 0 && kernel.Capable(unix.CAP_SETUID) && kernel.Capable(unix.CAP_SETGID)
}

// mapSame maps every id that there is to itself: root of a container that may
// change its ids, and not mount.
func mapSame(k *kernel.Kernel, dir string) error {
	for _, f := range []string{"uid_map", "gid_map"} {
		b, err := os.ReadFile("/proc/self/" + f)
		if err != nil {
			return fmt.Errorf("read the own ids: %w", err)
		}
		var text strings.Builder
		for _, m := range proc.ParseIDMap(b) {
			fmt.Fprintf(&text, "%d %d %d\n", m.Inside, m.Inside, m.Count)
		}
		if err := k.Write(dir+f, text.String(), "user_namespaces(7)"); err != nil {
			return err
		}
	}
	return nil
}

// mapRange has newuidmap and newgidmap write the maps; the error is a sentence
// that says why there is no range, and what mends that.
func mapRange(k *kernel.Kernel, pid int, dir string) error {
	name := userName()
	for _, m := range []struct {
		program, file, sub, flag string
		own                      int
	}{{"newuidmap", "uid_map", subuidPath, "--add-subuids", os.Geteuid()}, {"newgidmap", "gid_map", subgidPath, "--add-subgids", os.Getegid()}} {
		program, err := exec.LookPath(m.program)
		if err != nil {
			return fmt.Errorf("%s is not installed: apt-get install uidmap, or dnf install shadow-utils", m.program)
		}
		given, err := subIDs(m.sub, name)
		if err != nil || len(given) == 0 {
			return fmt.Errorf("%s gives %s nothing: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s", m.sub, name, name)
		}
		lines, next := []string{fmt.Sprintf("0 %d 1", m.own)}, int64(1)
		for _, s := range given {
			lines = append(lines, fmt.Sprintf("%d %d %d", next, s.SubID, s.Count))
			next += s.Count
		}
		if err := k.MapBy(program, pid, dir+m.file, lines); err != nil {
			return fmt.Errorf("%w: is %s set-uid root? `glassbox doctor` tells more", err, program)
		}
	}
	return nil
}

// subIDs are the ranges that a user is given, by name or number.
func subIDs(file, name string) ([]user.SubID, error) {
	number := itoa(os.Getuid())
	return user.ParseSubIDFileFilter(file, func(s user.SubID) bool { return s.Count > 0 && (s.Name == name || s.Name == number) })
}

func userName() string {
	if u, err := osuser.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return itoa(os.Getuid())
}

// ids are the ids that a user namespace has.
type ids []proc.IDMap

// ownIDs are those of this process's namespace: of users, or with "gid_map" of groups.
func ownIDs(file string) ids {
	b, err := os.ReadFile("/proc/self/" + file)
	if err != nil {
		return nil
	}
	return proc.ParseIDMap(b)
}

// idsOf are those of a spec's mappings.
func idsOf(list []specs.LinuxIDMapping) ids {
	var l ids
	for _, m := range list {
		l = append(l, proc.IDMap{Inside: m.ContainerID, Outside: m.HostID, Count: m.Size})
	}
	return l
}

// has tells whether the namespace has an id.
func (l ids) has(id int) bool {
	for _, m := range l {
		if uint64(id) >= uint64(m.Inside) && uint64(id) < uint64(m.Inside)+uint64(m.Count) {
			return id >= 0
		}
	}
	return false
}

// outer is the id outside of the namespace.
func (l ids) outer(id int) (int, bool) {
	o, ok := proc.Outer(l, uint32(id))
	return int(o), ok
}

// last is the highest id of those that begin at 0 without a gap.
func (l ids) last() uint64 {
	next := uint64(0)
	for _, m := range l {
		if uint64(m.Inside) == next {
			next += uint64(m.Count)
		}
	}
	return next - 1
}

// mapped says why the program can't be a user that the namespace does not have.
func mapped(p *Plan, id *Identity) error {
	if !p.Rootless || ownIDs("uid_map").has(id.UID) && ownIDs("gid_map").has(id.GID) {
		return nil
	}
	return fmt.Errorf("the program is to run as %d:%d, and this user namespace has no such ids: run it as root of the container (-u 0), "+
		"or give yourself ranges in /etc/subuid and /etc/subgid (`glassbox doctor` says how)", id.UID, id.GID)
}
