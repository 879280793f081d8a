package stages

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/child"
)

// initPath is where --init puts the reaper that is PID 1 then, as docker puts it there.
const initPath = "/sbin/" + child.Reaper

// defaultMounts are docker's, in the order in which they are made.
func defaultMounts(privileged bool) []specs.Mount {
	sys := []string{"nosuid", "noexec", "nodev", "ro"}
	if privileged {
		sys = sys[:3]
	}
	return []specs.Mount{
		{Destination: "/proc", Type: "proc", Source: "proc", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/dev", Type: "tmpfs", Source: "tmpfs", Options: []string{"nosuid", "strictatime", "mode=755", "size=65536k"}},
		{Destination: "/dev/pts", Type: "devpts", Source: "devpts", Options: []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
		{Destination: "/sys", Type: "sysfs", Source: "sysfs", Options: slices.Clone(sys)},
		{Destination: "/sys/fs/cgroup", Type: "cgroup", Source: "cgroup", Options: slices.Clone(sys)},
		{Destination: "/dev/mqueue", Type: "mqueue", Source: "mqueue", Options: []string{"nosuid", "noexec", "nodev"}},
		{Destination: "/dev/shm", Type: "tmpfs", Source: "shm", Options: []string{"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
	}
}

// mounts are the default ones, the three files of /etc that are the host's to
// write, tmpfs and volumes; a volume on a default place replaces it.
func mounts(p *Plan) ([]specs.Mount, error) {
	list := defaultMounts(p.Ask.Privileged)
	for _, f := range []string{"resolv.conf", "hostname", "hosts"} {
		list = append(list, specs.Mount{
			Destination: "/etc/" + f, Type: "bind", Source: filepath.Join(p.State, f), Options: []string{"rbind", "rprivate"},
		})
	}
	var own []specs.Mount
	for _, t := range p.Ask.Tmpfs {
		target, opts, _ := strings.Cut(t, ":")
		if !path.IsAbs(target) || path.Clean(target) == "/" {
			return nil, fmt.Errorf("--tmpfs %s: the place in the container must be an absolute path below /, as in --tmpfs /run:size=64m", t)
		}
		o := []string{"noexec", "nosuid", "nodev"}
		if opts != "" {
			o = append(o, strings.Split(opts, ",")...)
		}
		own = append(own, specs.Mount{Destination: path.Clean(target), Type: "tmpfs", Source: "tmpfs", Options: o})
	}
	for _, v := range p.Ask.Volumes {
		m, err := volume(v)
		if err != nil {
			return nil, err
		}
		own = append(own, m)
	}
	if err := once(own); err != nil {
		return nil, err
	}
	if p.Ask.Init {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("find glassbox's own executable, for --init: %w", err)
		}
		own = append(own, specs.Mount{Destination: initPath, Type: "bind", Source: self, Options: []string{"bind", "ro", "rprivate"}})
	}
	list = slices.DeleteFunc(list, func(m specs.Mount) bool {
		return slices.ContainsFunc(own, func(o specs.Mount) bool { return o.Destination == m.Destination })
	})
	slices.SortStableFunc(own, func(a, b specs.Mount) int {
		return strings.Count(a.Destination, "/") - strings.Count(b.Destination, "/")
	})
	return append(list, own...), nil
}

// once refuses two mounts on one place, and one on /proc: much of the container's own
// state is read and written there.
func once(own []specs.Mount) error {
	seen := map[string]bool{}
	for _, m := range own {
		if seen[m.Destination] {
			return fmt.Errorf("%s is named twice (-v, --tmpfs): one mount would hide the other", m.Destination)
		}
		if m.Destination == "/proc" {
			return errors.New("/proc is the container's own, and can't be covered (-v, --tmpfs)")
		}
		seen[m.Destination] = true
	}
	return nil
}

// volume reads SOURCE:TARGET[:OPTIONS] as docker does, named volumes left out.
func volume(v string) (specs.Mount, error) {
	f := strings.Split(v, ":")
	if len(f) < 2 || len(f) > 3 || !path.IsAbs(f[1]) || path.Clean(f[1]) == "/" {
		return specs.Mount{}, fmt.Errorf("-v %s: say SOURCE:TARGET or SOURCE:TARGET:ro, TARGET an absolute path below /", v)
	}
	if f[0] == "" {
		return specs.Mount{}, fmt.Errorf("-v %s: the source is missing: name a directory or file of this machine", v)
	}
	if !strings.ContainsAny(f[0], "/.") {
		return specs.Mount{}, fmt.Errorf("-v %s: %s is a named volume, and glassbox has none: name a directory or file (./%s)", v, f[0], f[0])
	}
	src, err := filepath.Abs(f[0])
	if err != nil {
		return specs.Mount{}, fmt.Errorf("-v %s: %w", v, err)
	}
	if _, err := os.Stat(src); err != nil {
		return specs.Mount{}, fmt.Errorf("-v %s: %w: make it first (docker would make a directory of root's)", v, err)
	}
	opts := []string{"rbind"}
	prop := "rprivate"
	if len(f) == 3 {
		for _, o := range strings.Split(f[2], ",") {
			switch o {
			case "ro":
				opts = append(opts, "ro", "rro")
			case "rw", "z", "Z":
			case "shared", "slave", "private", "rshared", "rslave", "rprivate":
				prop = o
			default:
				return specs.Mount{}, fmt.Errorf("-v %s: %q is no option of a volume: ro, rw, or a propagation such as rslave", v, o)
			}
		}
	}
	return specs.Mount{Destination: path.Clean(f[1]), Type: "bind", Source: src, Options: append(opts, prop)}, nil
}
