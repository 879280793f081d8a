package stages

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
	"glassbox/runtime/proc"
)

// OuterEnv names the descriptor from which an engine that was executed again in
// namespaces of its own reads what its first self did.
const OuterEnv = "GLASSBOX_OUTER"

// outerFD is that descriptor's number.
const outerFD = 3

// handed is what the engine's first self hands to its second: without root
// the engine runs in a user and mount namespace of its own, and its first self
// has made that clone and written the maps.
type handed struct {
	Events []journal.Event // the clone, the maps, and what there is to say of them
	Places Places          // where things are kept, as seen before
	UID    int             // who this is outside
	Pid    int             // the first self's
}

// before is what the first self did; nil where the engine has not been executed again.
var before *handed

// NeedsOuter tells whether the engine must first make namespaces of its own: it
// is not root, or is root without the right to mount, as in a plain container.
func NeedsOuter() bool { return before == nil && !kernel.MayMount() }

// Rootless tells whether the engine runs in a user namespace: root there, and
// an ordinary user to the machine.
func Rootless() bool { return kernel.Nested() }

// Outer executes glassbox once more, in a user and mount namespace of its own,
// with these arguments, or with its own, and returns how that ended. See
// user_namespaces(7).
func Outer(args ...string) (int, error) {
	if len(args) == 0 {
		args = os.Args[1:]
	}
	ours, theirs, err := handover()
	if err != nil {
		return 125, err
	}
	endKilled(Default())
	log := &collector{}
	k := kernel.New(log, journal.Host).Stage("clone")
	p, err := k.Clone(kernel.Program{
		Path: ownPath(), Shown: "glassbox (the engine, once more)", Argv: append([]string{os.Args[0]}, args...),
		Env: append(os.Environ(), OuterEnv+"="+itoa(outerFD)), Files: []*os.File{os.Stdin, os.Stdout, os.Stderr, theirs},
		Flags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS, Ambient: ambientAll(),
	})
	_ = theirs.Close()
	if err != nil {
		_ = ours.Close()
		return 125, noUserns(err)
	}
	err = mapEngine(k, p.Pid)
	if err == nil {
		err = json.NewEncoder(ours).Encode(handed{Events: log.events, Places: Default(), UID: os.Getuid(), Pid: os.Getpid()})
	}
	if err != nil {
		_ = p.Kill() // or it would tell of the pipe's end, too
	}
	_ = ours.Close() // without a word in it, the second self ends
	if err != nil {
		_, _ = p.Wait()
		return 125, noMap(err)
	}
	return follow(kernel.New(&collector{}, journal.Host), p)
}

// ownPath is where this program lies. By its path it is executed from a mount of
// the new namespace, and can be sealed there (kernel.Self); /proc/self/exe would
// lead to the old one, and is for a program that was replaced or removed.
func ownPath() string {
	const self = "/proc/self/exe"
	p, err := os.Executable()
	if err != nil {
		return self
	}
	a, err := os.Stat(p)
	b, e := os.Stat(self)
	if err != nil || e != nil || !os.SameFile(a, b) {
		return self
	}
	return p
}

// handover is a pipe to the second self.
func handover() (ours, theirs *os.File, err error) {
	theirs, ours, err = os.Pipe()
	if err != nil {
		return nil, nil, fmt.Errorf("make the pipe to the engine's second self: %w", err)
	}
	return ours, theirs, nil
}

// noUserns says what keeps a user from making a user namespace.
func noUserns(err error) error {
	var e *kernel.Error
	if !errors.As(err, &e) {
		return err
	}
	e.Tried = "make a user namespace for the engine, which has no root here"
	e.Mend = usernsMend()
	return err
}

// noMap says what root of a container lacks that may not map itself: since Linux
// 5.12 user 0 is mapped only by leave of who may set capabilities of files.
func noMap(err error) error {
	if e := (*kernel.Error)(nil); errors.As(err, &e) && os.Geteuid() == 0 && !kernel.Capable(unix.CAP_SETFCAP) {
		e.Mend = "this is root without CAP_SETFCAP, as of a container: start that container with --cap-add SETFCAP"
	}
	return err
}

// usernsMend is what to do where a user can't make a user namespace, or has no power in it.
func usernsMend() string {
	switch {
	case says("/proc/sys/user/max_user_namespaces", "0"):
		return "sysctl -w user.max_user_namespaces=15000, or run as root"
	case filtered():
		return "a seccomp filter is in force, as in a container of Docker: start that container with --privileged, or with --security-opt seccomp=unconfined and apparmor=unconfined and systempaths=unconfined"
	case says("/proc/sys/kernel/unprivileged_userns_clone", "0"):
		return "sysctl -w kernel.unprivileged_userns_clone=1, or run as root"
	case says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1"):
		return "AppArmor forbids it: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or a profile for glassbox alone, which `glassbox doctor` writes out"
	case os.Geteuid() == 0:
		return "this is root without root's power, as in a container of Docker: start that container with --privileged, or with --security-opt seccomp=unconfined and apparmor=unconfined and systempaths=unconfined"
	}
	return "run as root, or see `glassbox doctor`"
}

// filtered tells whether a seccomp filter binds this process: nothing on a host does
// that to a shell, and everything that starts containers. See proc_pid_status(5).
func filtered() bool {
	b, err := os.ReadFile("/proc/self/status")
	return err == nil && proc.ParseStatus(b).Seccomp == 2
}

// Enter makes this process the engine's second self, where its first self has
// left word for one. It must come first in main, before other goroutines.
func Enter() error {
	fd, err := strconv.Atoi(os.Getenv(OuterEnv))
	if err != nil {
		return nil
	}
	_ = os.Unsetenv(OuterEnv)
	f := os.NewFile(uintptr(fd), "handover")
	defer f.Close()
	o := &handed{}
	if err := json.NewDecoder(f).Decode(o); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("the engine's first self ended before its time")
		}
		return fmt.Errorf("read what the engine's first self did: %w", err)
	}
	if err := kernel.Rise(o.Pid); err != nil {
		return err
	}
	if !kernel.MayMount() { // Ubuntu's AppArmor lets anybody make a user namespace, and denies all capabilities in it
		return &kernel.Error{Tried: "mount in the engine's own user namespace", Err: unix.EPERM, Mend: usernsMend()}
	}
	before = o
	return nil
}

// introduce puts what the engine's first self did at the beginning of the journal.
func (r *Run) introduce() {
	if before == nil {
		return
	}
	for _, e := range before.Events {
		r.Journal.Emit(e)
	}
}

// hostUser is the engine's user as the machine numbers users.
func hostUser() int {
	if before != nil {
		return before.UID
	}
	return os.Getuid()
}

// collector keeps events until there is a journal. Nothing of them is to be
// undone: the namespaces end with their last process.
type collector struct {
	mu     sync.Mutex
	events []journal.Event
}

// Emit implements journal.Emitter.
func (c *collector) Emit(e journal.Event) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.Kind != journal.KindUndo {
		c.events = append(c.events, e)
	}
	return 0
}
