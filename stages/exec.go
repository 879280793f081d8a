package stages

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
	"glassbox/runtime/proc"
	"glassbox/runtime/seccomp"
	"glassbox/stages/inside"
)

// execute lets the first process become the program.
func execute(ctx context.Context, r *Run) error {
	s := r.Plan.Spec
	if s.Process.OOMScoreAdj != nil {
		if err := r.k.Write(fmt.Sprintf("/proc/%d/oom_score_adj", r.child.Process.Pid), itoa(*s.Process.OOMScoreAdj), "proc_pid_oom_score_adj(5)"); err != nil {
			if !r.Plan.Rootless {
				return err
			}
			r.k.Note("info", "oom-score", "Only the machine's root may lower oom_score_adj: it stays as it is.")
		}
	}
	a, err := r.process(s.Process)
	if err != nil {
		return err
	}
	a.MakeCwd = true
	a.Keyring = keyring(r.Plan)
	if s.Process.Terminal {
		a.Terminal = "/dev/console"
		r.resize(s.Process.ConsoleSize)
	}
	r.k.Note("runc", "exec-fifo", "Between create and start `runc init` waits here, opening exec.fifo: the pause that `runc start` ends.")
	if !r.Plan.ownPids() {
		if len(r.groups.list) == 0 {
			if r.orphans, err = r.k.Adopt(); err != nil {
				return err
			}
		}
		r.join() // now: nothing else ends what the program leaves behind if the engine is killed
		if r.Plan.Bundle == "" {
			r.k.Plan("killrest", filepath.Dir(r.root))
		}
	}
	if err := r.ask(ctx, "exec", a); err != nil {
		return err
	}
	r.stdio.feed(r)
	return nil
}

// keyring is the name of the container's session keyring.
func keyring(p *Plan) string { return "_gb." + p.ID }

// process turns the spec's process into the half's plain arguments.
func (r *Run) process(p *specs.Process) (inside.Process, error) {
	a := inside.Process{
		Args: p.Args, Env: p.Env, Cwd: p.Cwd, UID: int(p.User.UID), GID: int(p.User.GID), NoNewPrivs: p.NoNewPrivileges,
		Rlimits: p.Rlimits, Umask: 0o022, Dies: true, KeepCaps: r.Plan.Without("caps"),
	}
	if p.User.Umask != nil {
		a.Umask = int(*p.User.Umask)
	}
	for _, g := range p.User.AdditionalGids {
		a.Groups = append(a.Groups, int(g))
	}
	if len(a.Args) == 0 {
		return a, errors.New("the bundle's config.json names no program (process.args)")
	}
	if !hasEnv(a.Env, "HOME") {
		home := "/"
		if id, err := identity(r.root, itoa(a.UID)); err == nil && id.Home != "" {
			home = id.Home
		}
		a.Env = append(a.Env[:len(a.Env):len(a.Env)], "HOME="+home)
	}
	var err error
	if a.Caps, err = capSets(p.Capabilities); err != nil {
		return a, err
	}
	if sc := r.Plan.Spec.Linux.Seccomp; sc != nil {
		f, err := seccomp.Compile(sc)
		if err != nil {
			return a, fmt.Errorf("compile the seccomp profile: %w", err)
		}
		a.Filter, a.FilterFlags = f.Program, f.Flags
	}
	return a, nil
}

func hasEnv(env []string, name string) bool {
	for _, e := range env {
		if strings.HasPrefix(e, name+"=") {
			return true
		}
	}
	return false
}

// capSets are the spec's capabilities as masks. Names that this kernel does not
// know are left out, as runc leaves them out.
func capSets(c *specs.LinuxCapabilities) (kernel.Caps, error) {
	if c == nil {
		return kernel.Caps{}, nil
	}
	var s kernel.Caps
	for _, set := range []struct {
		names []string
		to    *uint64
	}{{c.Bounding, &s.Bounding}, {c.Effective, &s.Effective}, {c.Permitted, &s.Permitted}, {c.Inheritable, &s.Inheritable}, {c.Ambient, &s.Ambient}} {
		m, err := proc.CapMask(set.names)
		if err != nil {
			return s, fmt.Errorf("the capabilities of the program: %w", err)
		}
		*set.to = m
	}
	return s, nil
}

// execStatus is docker's exit status for a program that could not be executed.
func execStatus(n unix.Errno) int {
	switch n {
	case unix.ENOENT, unix.ENOTDIR:
		return 127
	case unix.EACCES, unix.ENOEXEC, unix.EISDIR, unix.EPERM, unix.ELOOP, unix.ENAMETOOLONG:
		return 126
	}
	return 125
}
