package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Stack is the inverses of what a run did, the newest last.
type Stack struct {
	mu   sync.Mutex
	list []journal.Undo
	next uint64
}

// inverses are the operations that an undo record can name. Each takes the
// record's target, and succeeds when there is nothing to undo.
var inverses = map[string]func(target string) error{
	"umount":      umount,
	"rmdir":       rmdir,
	"unlink":      unlink,
	"removetree":  removeTree,
	"rmcgroup":    removeCgroup,
	"regroup":     regroup,
	"unclaim":     unclaim,
	"restore":     restore,
	"kill":        killProcess,
	"killrest":    killRest,
	"linkdel":     deleteLink,
	"nftdel":      deleteChains,
	"bridgedel":   deleteBridge,
	"leasedel":    deleteLease,
	"forwardback": restoreForward,
}

// Inverse adds an operation that an undo record can name: for a package whose effects
// are not the kernel's own.
func Inverse(op string, undo func(target string) error) { inverses[op] = undo }

// Plan records an inverse before the call that it undoes: op and target as
// `glassbox clean` will read them. In the container's first process the record
// goes to the engine, which plans it there.
func (k *Kernel) Plan(op, target string) uint64 {
	if k.held != "" {
		return 0
	}
	u := journal.Undo{Op: op, Target: target, State: journal.Planned}
	if k.side == journal.Host {
		k.stack.mu.Lock()
		k.stack.next++
		u.ID = k.stack.next
		k.stack.list = append(k.stack.list, u)
		k.stack.mu.Unlock()
	}
	k.Emit(journal.Event{Kind: journal.KindUndo, Undo: &u})
	return u.ID
}

// Mark is a place in what is planned, to come back to: see UnwindTo.
func (k *Kernel) Mark() uint64 {
	k.stack.mu.Lock()
	defer k.stack.mu.Unlock()
	return k.stack.next
}

// Unwind undoes all that is planned: see UnwindTo.
func (k *Kernel) Unwind() error { return k.UnwindTo(0) }

// UnwindTo undoes what was planned since a mark, the newest first, and records
// each. An inverse that fails does not stop the others, and stays planned, so that
// it can be tried again; the errors are joined.
func (k *Kernel) UnwindTo(mark uint64) error {
	var errs []error
	var left []journal.Undo
	for {
		u, ok := k.stack.pop(mark)
		if !ok {
			k.stack.mu.Lock()
			k.stack.list = append(k.stack.list, left...)
			k.stack.mu.Unlock()
			return errors.Join(errs...)
		}
		if err := k.Reverse(u); err != nil {
			errs = append(errs, err)
			left = append([]journal.Undo{u}, left...)
		}
	}
}

// Settle puts off what was planned since a mark to the end of the run: UnwindTo
// reaches it only after all else.
func (k *Kernel) Settle(mark uint64) {
	s := k.stack
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(u journal.Undo) bool { return u.ID > mark })
	if i > 0 {
		s.list = slices.Concat(s.list[i:], s.list[:i])
	}
}

// pop takes the newest inverse off, if it was planned after a mark.
func (s *Stack) pop(mark uint64) (journal.Undo, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.list)
	if n == 0 || s.list[n-1].ID <= mark {
		return journal.Undo{}, false
	}
	u := s.list[n-1]
	s.list = s.list[:n-1]
	return u, true
}

// Reverse does one inverse and records how it went.
func (k *Kernel) Reverse(u journal.Undo) error {
	t := time.Now()
	err := errors.New("this glassbox knows no such operation")
	if f := inverses[u.Op]; f != nil {
		err = f(u.Target)
	}
	if err != nil && absent(u) {
		err = nil
	}
	u.DurUS, u.State, u.Err = time.Since(t).Microseconds(), journal.Undone, ""
	if err != nil {
		u.State, u.Err = journal.Failed, err.Error()
		err = fmt.Errorf("undo %s %s: %w", u.Op, u.Target, err)
	}
	k.Emit(journal.Event{Kind: journal.KindUndo, Undo: &u})
	return err
}

// absent tells whether what an inverse is to remove is not there: a read-only
// file system refuses before it looks.
func absent(u journal.Undo) bool {
	switch u.Op {
	case "rmdir", "unlink", "removetree", "umount", "rmcgroup", "regroup":
		_, err := os.Lstat(u.Target)
		return errors.Is(err, os.ErrNotExist)
	}
	return false
}

// gone is nil for the errors that say that a thing is not there.
func gone(err error) error {
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ESRCH) || errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENOTDIR) {
		return nil
	}
	return err
}

func umount(path string) error {
	for range 64 { // a run may have mounted several times on one place
		err := unix.Unmount(path, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
		if errors.Is(err, unix.EINVAL) { // not a mount point
			return nil
		}
		if err != nil {
			return gone(err)
		}
	}
	return nil
}

func rmdir(path string) error {
	if root, in, ok := strings.Cut(path, "/./"); ok { // in a stranger's tree
		return gone(removeIn(root, in, unix.AT_REMOVEDIR))
	}
	return gone(unix.Rmdir(path))
}

func unlink(path string) error {
	if root, in, ok := strings.Cut(path, "/./"); ok {
		return gone(removeIn(root, in, 0))
	}
	return gone(unix.Unlink(path))
}

// unescape reads a path as mountinfo writes it: proc_pid_mountinfo(5).
var unescape = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

// removeTree removes a directory and what is in it. It refuses while anything
// is mounted below: what is mounted may be somebody's volume.
func removeTree(path string) error {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 5 {
			continue
		}
		if at := unescape.Replace(f[4]); at == path || strings.HasPrefix(at, path+"/") {
			return fmt.Errorf("%s is still mounted", at)
		}
	}
	return gone(os.RemoveAll(path))
}

// removeCgroup kills what is in a group, waits until it is empty, and removes
// it with the groups below it. See cgroups(7).
func removeCgroup(dir string) error {
	pause := time.Millisecond
	for {
		err := rmCgroups(dir)
		if err == nil || pause > time.Second {
			return err
		}
		killCgroup(dir)
		time.Sleep(pause) // the kernel empties a group when its last process is reaped, and tells nobody on v1
		pause *= 2
	}
}

func rmCgroups(dir string) error {
	err := gone(unix.Rmdir(dir))
	if err == nil {
		return nil
	}
	subs, _ := os.ReadDir(dir)
	for _, e := range subs {
		if e.IsDir() {
			if err := rmCgroups(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return gone(unix.Rmdir(dir))
}

// KillGroup kills what is in a group: cgroup.kill of cgroups(7), or one by one.
func (k *Kernel) KillGroup(dir string) {
	c := journal.Call{
		Name: "kill", Man: "cgroups(7)", Args: args("cgroup", dir, "sig", "SIGKILL"), Sh: "echo 1 > " + Quote(dir+"/cgroup.kill"),
	}
	_ = k.do(c, "kill what is in "+dir, func() error { killCgroup(dir); return nil })
}

func killCgroup(dir string) {
	if os.WriteFile(filepath.Join(dir, "cgroup.kill"), []byte("1"), 0) == nil {
		return
	}
	_ = filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "cgroup.procs" {
			return nil //nolint:nilerr // what can't be read can't be emptied: the rmdir after it tells
		}
		b, _ := os.ReadFile(p)
		for _, f := range strings.Fields(string(b)) {
			if pid, err := strconv.Atoi(f); err == nil && pid > 1 && pid != os.Getpid() {
				_ = unix.Kill(pid, unix.SIGKILL)
			}
		}
		return nil
	})
}

// restore puts a kernel file back to what it said: target is PATH=VALUE.
func restore(target string) error {
	path, value, ok := strings.Cut(target, "=")
	if !ok {
		return errors.New("no value to restore")
	}
	return gone(put(path, value))
}

// killProcess kills a process if it is still the one that was meant: target is
// PID:STARTTIME, the latter from proc_pid_stat(5) field 22.
func killProcess(target string) error {
	p, start, _ := strings.Cut(target, ":")
	pid, err := strconv.Atoi(p)
	if err != nil || pid <= 1 {
		return fmt.Errorf("%q is no process", target)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return gone(err)
	}
	defer unix.Close(fd)
	if got, err := StartTime(pid); err != nil || strconv.FormatUint(got, 10) != start {
		return nil //nolint:nilerr // that PID is somebody else's by now
	}
	ended := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	if n, _ := unix.Poll(ended, 0); n == 1 {
		return nil // a zombie, which may be another user's
	}
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil {
		return gone(err)
	}
	_, err = unix.Poll(ended, 2000)
	return err
}

// StartTime is when a process began, in clock ticks since boot: field 22 of
// proc_pid_stat(5). With the PID it names a process for good.
func StartTime(pid int) (uint64, error) {
	b, err := os.ReadFile("/proc/" + itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	i := strings.LastIndexByte(string(b), ')')
	f := strings.Fields(string(b[i+1:]))
	if len(f) < 20 {
		return 0, errors.New("/proc/PID/stat is too short")
	}
	return strconv.ParseUint(f[19], 10, 64)
}
