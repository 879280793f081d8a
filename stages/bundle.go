package stages

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// maxConfig is the longest config.json or seccomp profile that is read, in bytes.
const maxConfig = 16 << 20

// config is a runtime configuration whose parts for other systems stay unread:
// encoding/json learns all the types of what it reads, which takes far longer
// than the reading, and a bundle's start waits for it.
type config struct {
	specs.Spec
	Solaris json.RawMessage `json:"solaris"`
	Windows json.RawMessage `json:"windows"`
	VM      json.RawMessage `json:"vm"`
	ZOS     json.RawMessage `json:"zos"`
	FreeBSD json.RawMessage `json:"freebsd"`
}

// readConfig reads a bundle's config.json.
func readConfig(bundle string) (*specs.Spec, error) {
	dir, err := filepath.Abs(bundle)
	if err != nil {
		return nil, fmt.Errorf("find the bundle: %w", err)
	}
	file := filepath.Join(dir, "config.json")
	b, err := readRegular(file, maxConfig, 0)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is no OCI bundle: %w: `runc spec` writes a config.json, `glassbox run --oci-bundle DIR IMAGE` a whole bundle", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the bundle: %w", err)
	}
	var c config
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("%s is no runtime configuration: %w", file, err)
	}
	if err := usable(&c.Spec); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &c.Spec, nil
}

// LoadBundle reads an OCI bundle: config.json and the directory that it names as
// the root file system. See the runtime specification, bundle.md.
func (r *Run) LoadBundle() error {
	dir, err := filepath.Abs(r.Plan.Bundle)
	if err != nil {
		return fmt.Errorf("find the bundle: %w", err)
	}
	s, err := r.config()
	if err != nil {
		return err
	}
	r.root = s.Root.Path
	if !filepath.IsAbs(r.root) {
		r.root = filepath.Join(dir, r.root)
	}
	if r.root, err = filepath.EvalSymlinks(r.root); err != nil {
		return fmt.Errorf("the root file system of the bundle: %w", err)
	}
	for i := range s.Mounts {
		if m := &s.Mounts[i]; m.Type == "bind" && !filepath.IsAbs(m.Source) {
			m.Source = filepath.Join(dir, m.Source)
		}
	}
	r.Plan.Spec = s
	return override(r.Plan)
}

// override applies what the command line asks for beside the bundle.
func override(p *Plan) error {
	s, a := p.Spec, &p.Ask
	if len(a.Args) > 0 {
		s.Process.Args = a.Args
	}
	if a.Workdir != "" {
		s.Process.Cwd = a.Workdir
	}
	s.Process.Env = merged(s.Process.Env, Given(a.Env))
	if a.TTY {
		s.Process.Terminal = true
	}
	if a.Resources != nil {
		s.Linux.Resources = resources(a)
	}
	if s.Linux.Resources == nil {
		s.Linux.Resources = &specs.LinuxResources{}
	}
	kept := s.Linux.Namespaces[:0]
	for _, n := range s.Linux.Namespaces {
		left := p.Without(spaceWord(n.Type)) || n.Type == specs.NetworkNamespace && a.Networking == "host" ||
			p.Rootless && n.Type == specs.UserNamespace // as from `runc spec --rootless`: the engine's own is the container's
		if !left {
			kept = append(kept, n)
		}
	}
	s.Linux.Namespaces = kept
	if p.Rootless {
		s.Linux.UIDMappings, s.Linux.GIDMappings = nil, nil
	}
	if p.Without("masks") {
		s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil
	}
	if p.Without("seccomp") {
		s.Linux.Seccomp = nil
	}
	return addDevices(p, s)
}

// spaceWord is what --without calls a namespace.
func spaceWord(t specs.LinuxNamespaceType) string {
	switch t {
	case specs.MountNamespace:
		return "mnt"
	case specs.NetworkNamespace:
		return "net"
	case specs.CgroupNamespace:
		return "cgroupns"
	}
	return string(t)
}
