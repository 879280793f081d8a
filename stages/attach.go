package stages

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/child"
	"glassbox/stages/inside"
)

// kinds are the namespaces to join, in the order of joining: the user namespace
// first, since it gives the right to join the others.
var kinds = []string{"user", "mnt", "uts", "ipc", "net", "cgroup", "pid"}

// Command is a program to run in a running container, as `kubectl exec` does.
type Command struct {
	Args  []string
	Env   []string // beside the container's own
	Cwd   string   // "" = the container's
	User  string   // "" = the container's
	TTY   bool
	Rows  uint16
	Cols  uint16
	Stdio []*os.File // its descriptors where it has no terminal
}

// Joined is a program that runs beside the container's own.
type Joined struct {
	Process *os.Process
	Master  *os.File // its terminal's master, or nil
}

// Exec runs one more program in the container: a process joins its namespaces and
// its cgroup, and then goes the way of the exec stage. Nothing else is shared with
// PID 1: it is no child of it.
func (r *Run) Exec(c Command) (*Joined, error) {
	if r.child == nil || r.Plan.Spec == nil || !r.alive() {
		return nil, errors.New("there is no program to join yet, or it has ended")
	}
	if r.Plan.Redact {
		r.Journal.Hide(c.Env...)
	}
	p, err := r.joinedProcess(c)
	if err != nil {
		return nil, err
	}
	stdio, done, err := stdioOf(c)
	if err != nil {
		return nil, err
	}
	defer done()
	k := r.k.Stage("exec")
	j, err := child.Join(k, child.JoinOptions{PID1: r.child.Process, Kinds: kinds, Stdio: stdio, Exe: r.exe, Groups: r.groups.procs()})
	if err != nil {
		return nil, err
	}
	defer j.Close()
	out := &Joined{Process: j.Process}
	if c.TTY {
		if err := j.Ask("console", nil, nil, &p.Terminal); err != nil {
			return nil, r.abandon(j, err)
		}
		out.Master = j.File("console")
		SetSize(out.Master, c.Rows, c.Cols)
	}
	if err := j.Ask("exec", p, nil, nil); err != nil {
		return nil, r.abandon(j, err)
	}
	return out, nil
}

func (r *Run) abandon(j *child.Child, err error) error {
	_ = j.Process.Kill()
	_, _ = j.Process.Wait()
	return err
}

func (r *Run) alive() bool {
	select {
	case <-r.ended:
		return false
	default:
		return true
	}
}

// joinedProcess is the container's own process with what the command changes.
func (r *Run) joinedProcess(c Command) (inside.Process, error) {
	own := *r.Plan.Spec.Process
	if !slices.ContainsFunc(own.Rlimits, func(l specs.POSIXRlimit) bool { return l.Type == "RLIMIT_NOFILE" }) {
		// Go raises its own soft limit, and gives the old one back to what it starts; not to one that joins.
		own.Rlimits = append(own.Rlimits[:len(own.Rlimits):len(own.Rlimits)], specs.POSIXRlimit{Type: "RLIMIT_NOFILE", Soft: r.files.Cur, Hard: r.files.Max})
	}
	own.Args = c.Args
	if s := r.stage.Load(); s != nil && slices.Contains([]string{"clone", "namespaces", "cgroups", "rootfs"}, *s) {
		own.Cwd = "/" // the image's directory is not there yet, the root being the host's
	}
	if c.Cwd != "" {
		own.Cwd = c.Cwd
	}
	if c.TTY && !hasEnv(own.Env, "TERM") {
		own.Env = merged(own.Env, []string{"TERM=xterm"})
	}
	if c.User != "" {
		id, err := identity(r.root, c.User)
		if err != nil {
			return inside.Process{}, err
		}
		own.User = specs.User{UID: uint32(id.UID), GID: uint32(id.GID)}
		for _, g := range id.Groups {
			own.User.AdditionalGids = append(own.User.AdditionalGids, uint32(g))
		}
		own.Env = merged(own.Env, []string{"HOME=" + first(id.Home, "/")})
	}
	own.Env = merged(own.Env, c.Env)
	p, err := r.process(&own)
	p.Keyring = keyring(r.Plan) // the container's: else it had the session's of whoever runs glassbox
	return p, err
}

// stdioOf are a joined program's descriptors until it has a terminal.
func stdioOf(c Command) ([]*os.File, func(), error) {
	if !c.TTY && len(c.Stdio) == 3 {
		return c.Stdio, func() {}, nil
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", os.DevNull, err)
	}
	return []*os.File{null, null, null}, func() { _ = null.Close() }, nil
}

// procs are the files by which a process enters the container's groups.
func (g *groups) procs() []string {
	var list []string
	for _, d := range g.list {
		list = append(list, d.Path+"/cgroup.procs")
	}
	return list
}

// Limit writes one limit of the running container anew: memory, cpus, pids and
// the others by the names of their flags.
func (r *Run) Limit(res *specs.LinuxResources) error {
	if len(r.groups.list) == 0 {
		return errors.New("the container has no cgroup of its own")
	}
	files, err := r.groups.tree.Files(res, nil)
	if err != nil {
		return err
	}
	return r.rewrite(files)
}
