package inside

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
	"glassbox/runtime/proc"
)

// Process is what the half inside gets: who the program is and what it may do.
// `glassbox exec` sends the same to a process that has joined.
type Process struct {
	Args, Env   []string
	Cwd         string
	MakeCwd     bool // as docker does for the image's WORKDIR, and runc for a bundle's
	UID, GID    int
	Groups      []int
	Umask       int
	Caps        kernel.Caps
	KeepCaps    bool // leave the capabilities alone
	NoNewPrivs  bool
	Filter      []unix.SockFilter // the seccomp program; nil loads none
	FilterFlags uint
	Rlimits     []specs.POSIXRlimit
	Terminal    string // its terminal's path; "" for pipes
	Keyring     string // name of a session keyring of its own
	Dies        bool   // killed when the engine ends
}

// exec becomes the program: the order is runc's.
func exec(in *child.In) (any, error) {
	var a Process
	if err := in.Decode(&a); err != nil {
		return nil, err
	}
	k := in.K
	if a.Keyring != "" {
		// Where there is no room or no right for one, the session's stays: as with runc --no-new-keyring.
		if err := k.NewKeyring(a.Keyring); err != nil && !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.EDQUOT) {
			return nil, err
		}
	}
	if err := terminal(k, &a); err != nil {
		return nil, err
	}
	if err := ownNull(k); err != nil {
		return nil, err
	}
	if err := rlimits(k, a.Rlimits); err != nil {
		return nil, err
	}
	if err := k.Umask(a.Umask); err != nil {
		return nil, err
	}
	if err := power(k, &a); err != nil {
		return nil, err
	}
	prog, err := lookPath(a.Args[0], a.Env, a.Cwd)
	if err != nil {
		return nil, err
	}
	kernel.CloseOnExec(3)
	if err := k.Execve(prog, a.Args, a.Env); err != nil {
		return nil, &programError{err}
	}
	return nil, nil
}

// power gives up root's power, in the order that leaves the right to do the next step.
func power(k *kernel.Kernel, a *Process) error {
	if a.NoNewPrivs {
		if err := k.Prctl("PR_SET_NO_NEW_PRIVS", unix.PR_SET_NO_NEW_PRIVS, "1", 1, 0, "setpriv --no-new-privs"); err != nil {
			return err
		}
	} else if err := loadFilter(k, a); err != nil { // needs CAP_SYS_ADMIN, which is about to go
		return err
	}
	if !a.KeepCaps {
		if err := dropBounding(k, a.Caps.Bounding); err != nil {
			return err
		}
		if err := k.Prctl("PR_SET_KEEPCAPS", unix.PR_SET_KEEPCAPS, "1", 1, 0, ""); err != nil {
			return err
		}
	}
	entered, err := workdir(k, a)
	if err != nil {
		return err
	}
	if err := become(k, a); err != nil {
		return err
	}
	if !entered {
		if err := k.Chdir(a.Cwd); err != nil {
			return err
		}
	}
	if err := insideRoot(); err != nil {
		return err
	}
	if err := setCaps(k, a); err != nil {
		return err
	}
	if a.NoNewPrivs {
		return loadFilter(k, a) // as late as possible: the profile binds these calls too
	}
	return nil
}

func loadFilter(k *kernel.Kernel, a *Process) error {
	if len(a.Filter) == 0 {
		return nil
	}
	return k.Seccomp(a.FilterFlags, a.Filter, fmt.Sprintf("%d BPF instructions", len(a.Filter)))
}

func dropBounding(k *kernel.Kernel, keep uint64) error {
	for bit, name := range proc.Capabilities() {
		if keep&(1<<bit) != 0 {
			continue
		}
		has, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, uintptr(bit), 0, 0, 0)
		if err != nil || has != 1 {
			continue
		}
		if err := k.DropBounding(name, bit); err != nil {
			return err
		}
	}
	return nil
}

// workdir enters the working directory while still root; where root of a user
// namespace may not, the program's user may, later.
func workdir(k *kernel.Kernel, a *Process) (entered bool, err error) {
	if a.Cwd == "" {
		a.Cwd = "/"
	}
	err = k.Chdir(a.Cwd)
	if errors.Is(err, unix.ENOENT) && a.MakeCwd {
		if err = makeAll(k, a.Cwd); err == nil {
			err = k.Chdir(a.Cwd)
		}
	}
	if errors.Is(err, unix.EACCES) {
		return false, nil
	}
	return err == nil, err
}

func makeAll(k *kernel.Kernel, p string) error {
	if p == "/" || p == "." {
		return nil
	}
	if err := makeAll(k, path.Dir(p)); err != nil {
		return err
	}
	if err := k.Mkdir(p, 0o755, false); err != nil && !errors.Is(err, unix.EEXIST) {
		return err
	}
	return nil
}

// become is the program's user. The streams become its own first, so that it
// may open /dev/stdout; devices are left alone, since they may be the host's.
func become(k *kernel.Kernel, a *Process) error {
	for fd := range 3 {
		var st unix.Stat_t
		if unix.Fstat(fd, &st) != nil || st.Uid == uint32(a.UID) {
			continue
		}
		if kind := st.Mode & unix.S_IFMT; kind == unix.S_IFIFO || kind == unix.S_IFCHR && a.Terminal != "" {
			_ = unix.Fchown(fd, a.UID, -1) // an unmapped owner in a user namespace can't be changed, and need not be
		}
	}
	if err := k.Setgroups(a.Groups); err != nil && !errors.Is(err, unix.EPERM) {
		return err // EPERM: the user namespace denies setgroups(2), and has no groups to give up
	}
	if err := k.Setresgid(a.GID); err != nil {
		return err
	}
	if err := k.Setresuid(a.UID); err != nil {
		return err
	}
	if !a.Dies {
		return nil
	}
	// Changing users has cleared it. The engine's end is the container's.
	return k.Prctl("PR_SET_PDEATHSIG", unix.PR_SET_PDEATHSIG, "SIGKILL", uintptr(unix.SIGKILL), 0, "setpriv --pdeathsig=KILL")
}

func setCaps(k *kernel.Kernel, a *Process) error {
	if a.KeepCaps {
		return nil
	}
	shown := func(m uint64) string { return strings.Join(proc.CapNames(m), " ") }
	if err := k.Prctl("PR_CAP_AMBIENT", unix.PR_CAP_AMBIENT, "PR_CAP_AMBIENT_CLEAR_ALL", unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, "setpriv --ambient-caps=-all"); err != nil {
		return err
	}
	c := a.Caps
	now, err := permitted()
	if err != nil {
		return err
	}
	c.Permitted &= now // what this machine withholds can't be given
	c.Effective &= now
	c.Inheritable &= now
	if err := k.Capset(c, shown); err != nil {
		return err
	}
	if lost := c.Ambient &^ (c.Permitted & c.Inheritable); lost != 0 {
		// capabilities(7): only what is permitted and inheritable can be ambient. runc passes over them too.
		k.Note("info", "ambient-lost", "Not raised into the ambient set, since they are not inheritable: "+shown(lost)+".", "caps", shown(lost))
		c.Ambient &^= lost
	}
	for bit, name := range proc.Capabilities() {
		if c.Ambient&(1<<bit) == 0 {
			continue
		}
		if err := k.RaiseAmbient(name, bit); err != nil {
			return err
		}
	}
	return nil
}

func permitted() (uint64, error) {
	h := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var d [2]unix.CapUserData
	if err := unix.Capget(&h, &d[0]); err != nil {
		return 0, fmt.Errorf("read the own capabilities: %w", err)
	}
	return uint64(d[0].Permitted) | uint64(d[1].Permitted)<<32, nil
}

// insideRoot refuses a working directory outside of the container's root, where
// a leaked descriptor of the host could lead (CVE-2024-21626).
func insideRoot() error {
	wd, err := unix.Getwd()
	if err != nil {
		return fmt.Errorf("ask for the working directory: %w", err)
	}
	if !strings.HasPrefix(wd, "/") {
		return fmt.Errorf("the working directory is not below the container's root: %s", wd)
	}
	return nil
}

// terminal makes the pseudo-terminal the three streams and the controlling terminal.
func terminal(k *kernel.Kernel, a *Process) error {
	if err := k.Setsid(); err != nil && !errors.Is(err, unix.EPERM) { // EPERM: it leads a group already
		return err
	}
	if a.Terminal == "" {
		return nil
	}
	fd, err := unix.Open(a.Terminal, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open the terminal %s: %w", a.Terminal, err)
	}
	if !devpts(fd) {
		return fmt.Errorf("%s in the container is no terminal", a.Terminal)
	}
	if err := k.ControllingTTY(fd, a.Terminal); err != nil {
		return err
	}
	for i := range 3 {
		if err := k.Dup3(fd, i, a.Terminal); err != nil {
			return err
		}
	}
	return unix.Close(fd)
}

// lookPath finds the program as execvp(3) does, in the container's PATH.
func lookPath(name string, env []string, cwd string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil
	}
	list := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			list = v
		}
	}
	var denied error
	for _, dir := range strings.Split(list, ":") {
		if dir == "" {
			dir = cwd
		}
		p := path.Join(dir, name)
		st, err := os.Stat(p)
		if err != nil || st.IsDir() {
			continue
		}
		if err := unix.Access(p, unix.X_OK); err != nil && st.Mode()&0o111 == 0 {
			denied = &programError{fmt.Errorf("execute %s: %w: it is not executable", p, unix.EACCES)}
			continue
		}
		return p, nil
	}
	if denied != nil {
		return "", denied
	}
	return "", &programError{fmt.Errorf("%q is in no directory of the container's PATH (%s): %w", name, list, unix.ENOENT)}
}

// programError says that the program itself can't be executed: exit status 126 or 127.
type programError struct{ err error }

func (e *programError) Error() string { return e.err.Error() }

func (e *programError) Unwrap() error { return e.err }
