package observe

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// groups adds the files of a container's control groups. Version 1's come first:
// on a hybrid machine both have a cpu.stat, and version 1's has the controller.
func (r *reader) groups(dirs map[string]string) {
	seen := map[string]bool{}
	keys := slices.Sorted(maps.Keys(dirs))
	if len(keys) > 0 && keys[0] == "" {
		keys = append(keys[1:], "")
	}
	for _, k := range keys {
		// The directory of version 2 may be there under "" and under a controller's name.
		if !seen[dirs[k]] && (dirs[k] != dirs[""] || k == "") {
			seen[dirs[k]] = true
			r.group(dirs[k])
		}
	}
}

// ownGroups adds the files of the group that a process is in, as the mount table
// of the reader shows them: text is that process's mountinfo, group its cgroup file.
func (r *reader) ownGroups(mountinfo, group []byte) {
	mounts, _ := proc.ParseMountinfo(mountinfo)
	own := proc.ParseCgroup(group)
	var v2 []string
	for _, m := range mounts {
		controller := ""
		switch m.FSType {
		case "cgroup":
			for _, o := range m.Super {
				if _, ok := proc.PathOf(own, o); ok && o != "" {
					controller = o
				}
			}
			if controller == "" {
				continue
			}
		case "cgroup2":
		default:
			continue
		}
		path, ok := proc.PathOf(own, controller)
		dir, ok2 := below(m, path)
		if !ok || !ok2 {
			continue
		}
		if controller == "" {
			v2 = append(v2, dir)
			continue
		}
		r.group(dir)
	}
	for _, dir := range v2 {
		r.group(dir)
	}
}

// below is where a path of /proc/PID/cgroup lies in a mount. A mount whose root is
// above the reader's cgroup namespace ("/..") shows other groups.
func below(m proc.Mount, path string) (string, bool) {
	if strings.HasPrefix(m.Root, "/..") || strings.HasPrefix(path, "/..") {
		return "", false
	}
	if m.Root != "/" {
		rest, ok := strings.CutPrefix(path, m.Root)
		if !ok || rest != "" && rest[0] != '/' {
			return "", false
		}
		path = rest
	}
	return strings.TrimSuffix(m.Point+path, "/"), true
}

// group adds every file of a group's directory that can be read.
func (r *reader) group(dir string) {
	fd, err := opendir(dir)
	if err != nil {
		if !gone(err) {
			r.fail("cgroup.procs", dir+"/cgroup.procs", err)
		}
		return
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	names, err := r.names(fd, maxFiles)
	if err != nil {
		r.fail("cgroup.procs", dir+"/cgroup.procs", err)
		return
	}
	slices.Sort(names)
	for _, name := range names {
		fact := GroupFact(name)
		// Below a group are directories, which have no dot, as "tasks" has none: it repeats cgroup.procs.
		if !strings.ContainsAny(name, "._") || r.seen[fact] {
			continue
		}
		b, err := r.read(fd, name)
		switch {
		case err == nil:
			r.seen[fact] = true
			r.bytes(fact, dir+"/"+name, b)
		case errors.Is(err, unix.EACCES), errors.Is(err, unix.EISDIR), errors.Is(err, unix.EINVAL), gone(err):
			// A directory, or a file to be written alone: cgroup.kill, memory.force_empty.
		case errors.Is(err, unix.EOPNOTSUPP):
			// The file is there, but what it counts is not compiled in or not of this kind of group.
		default:
			r.seen[fact] = true
			r.fail(fact, dir+"/"+name, err)
		}
	}
}

// GroupFact is the fact that a control group's file is: "cgroup.memory.max" for
// memory.max, "cgroup.procs" for cgroup.procs.
func GroupFact(name string) string {
	if strings.HasPrefix(name, "cgroup.") {
		return name
	}
	return "cgroup." + name
}
