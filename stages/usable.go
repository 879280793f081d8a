package stages

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
)

// usable says what keeps a bundle's configuration from being run: what glassbox can't
// do, or would do otherwise than its words say.
func usable(s *specs.Spec) error {
	switch {
	case s.Root == nil || s.Root.Path == "":
		return errors.New("it names no root file system (root.path)")
	case s.Process == nil:
		return errors.New("it names no program (process)")
	case s.Linux == nil:
		return errors.New("it is not for Linux (linux)")
	case hooked(s.Hooks):
		return errors.New("it has hooks, which glassbox does not run: they would start programs on the host that no stage shows; remove them, or use runc")
	}
	if n := len(s.Hostname); n > maxHostname {
		return fmt.Errorf("its hostname has %d bytes, more than the %d that Linux takes", n, maxHostname)
	}
	for _, check := range []func(*specs.Spec) error{guarded, identified, spaced, placed, nodes} {
		if err := check(s); err != nil {
			return err
		}
	}
	return nil
}

func hooked(h *specs.Hooks) bool {
	//nolint:staticcheck // prestart is old, and runs all the same
	return h != nil && len(h.Prestart)+len(h.CreateRuntime)+len(h.CreateContainer)+len(h.StartContainer)+len(h.Poststart)+len(h.Poststop) > 0
}

// guarded refuses guards that glassbox does not set: without a word the program would
// run without them.
func guarded(s *specs.Spec) error {
	for _, g := range []struct {
		name  string
		asked bool
	}{
		{"process.apparmorProfile", s.Process.ApparmorProfile != ""},
		{"process.selinuxLabel", s.Process.SelinuxLabel != ""},
		{"linux.mountLabel", s.Linux.MountLabel != ""},
		{"linux.intelRdt", s.Linux.IntelRdt != nil},
	} {
		if g.asked {
			return fmt.Errorf("it asks for %s, which glassbox does not set: remove it, or use runc", g.name)
		}
	}
	return nil
}

// identified refuses ids that are none: -1 would mean "do not change", and the program
// would stay root (CVE-2024-40635).
func identified(s *specs.Spec) error {
	for _, id := range append([]uint32{s.Process.User.UID, s.Process.User.GID}, s.Process.User.AdditionalGids...) {
		if id > maxID {
			return fmt.Errorf("process.user has the id %d, which is no id: they go from 0 to %d", id, maxID)
		}
	}
	return nil
}

func spaced(s *specs.Spec) error {
	known := []specs.LinuxNamespaceType{
		specs.PIDNamespace, specs.NetworkNamespace, specs.MountNamespace, specs.IPCNamespace, specs.UTSNamespace, specs.UserNamespace, specs.CgroupNamespace,
	}
	seen := map[specs.LinuxNamespaceType]bool{}
	for _, n := range s.Linux.Namespaces {
		if !slices.Contains(known, n.Type) {
			return fmt.Errorf("glassbox makes no %q namespace (linux.namespaces)", n.Type)
		}
		if seen[n.Type] {
			return fmt.Errorf("the %s namespace is there twice (linux.namespaces)", n.Type)
		}
		seen[n.Type] = true
	}
	return nil
}

func placed(s *specs.Spec) error {
	for _, m := range s.Mounts {
		if path.Clean("/"+m.Destination) == "/" {
			return fmt.Errorf("a mount's destination is %q: it must be a place below / (mounts)", m.Destination)
		}
	}
	return nil
}

func nodes(s *specs.Spec) error {
	for _, d := range s.Linux.Devices {
		if d.Type != "p" && (d.Major < 0 || d.Major > cgroup.MaxMajor || d.Minor < 0 || d.Minor > cgroup.MaxMinor) {
			return fmt.Errorf("%d:%d of %s is no device number (linux.devices)", d.Major, d.Minor, d.Path)
		}
	}
	return nil
}

// readRegular reads a file of at most that many bytes; what is no file, and might never
// open or never end, is refused. flags are more of open(2)'s.
func readRegular(file string, most int64, flags int) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|unix.O_NONBLOCK|flags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", file)
	}
	n := st.Size()
	var b []byte
	if n <= most {
		b, err = io.ReadAll(io.LimitReader(f, most+1))
		n = int64(len(b)) // it may have grown
	}
	if n > most {
		return nil, fmt.Errorf("%s has %d bytes, and %d are the most", file, n, most)
	}
	return b, err
}
