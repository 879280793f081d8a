package kernel

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// What a container leaves behind that has neither a pid namespace nor a group is
// known by its mount namespace: no program gets out of that without CAP_SYS_ADMIN.

// KillNeighbours kills whoever shares this process's mount namespace, which must be
// a container's.
func KillNeighbours() {
	own := mountNamespace("self")
	_ = killAll(func() func(string) bool {
		return func(pid string) bool { return own != "" && mountNamespace(pid) == own }
	})
}

// killRest is KillNeighbours for a container of which only the directory is known.
// By then the number of its namespace may be another's: but nobody else has a root
// that is an overlay with the upper directory below dir. Who has called chroot(2)
// there does not show that root, and is known by one who does.
func killRest(dir string) error {
	return killAll(func() func(string) bool {
		spaces := map[string]bool{}
		for _, pid := range processes() {
			if rootUpper(itoa(pid), dir) {
				spaces[mountNamespace(itoa(pid))] = true
			}
		}
		delete(spaces, "")
		delete(spaces, mountNamespace("self"))
		return func(pid string) bool { return spaces[mountNamespace(pid)] }
	})
}

func mountNamespace(pid string) string {
	ns, _ := os.Readlink("/proc/" + pid + "/ns/mnt")
	return ns
}

// rootUpper tells whether a process's root is an overlay with its upper directory
// below dir: proc_pid_mountinfo(5).
func rootUpper(pid, dir string) bool {
	b, _ := os.ReadFile("/proc/" + pid + "/mountinfo")
	for line := range strings.Lines(string(b)) {
		left, right, _ := strings.Cut(line, " - ")
		if f := strings.Fields(left); len(f) < 5 || f[4] != "/" {
			continue
		}
		return strings.HasPrefix(right, "overlay ") && strings.Contains(unescape.Replace(right), ",upperdir="+dir+"/")
	}
	return false
}

// killAll kills each process but this one that is meant, as is asked anew each time,
// and those that they make meanwhile, until there is none.
func killAll(meant func() func(pid string) bool) error {
	var refused error
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(time.Millisecond) {
		found, is := 0, meant()
		for _, pid := range processes() {
			if pid <= 1 || pid == os.Getpid() {
				continue
			}
			killed, err := killIf(pid, is)
			if killed {
				found++
			}
			refused = errors.Join(refused, err)
		}
		if found == 0 || refused != nil {
			return refused
		}
		if time.Now().After(end) {
			return errors.New("they make others faster than they are killed")
		}
	}
}

// killIf kills a process if it is meant. Its number may be another's before it is
// asked, but not between that and the signal: the descriptor is of one process.
func killIf(pid int, meant func(pid string) bool) (bool, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return false, nil //nolint:nilerr // it has ended, or is a thread
	}
	defer unix.Close(fd)
	if !meant(itoa(pid)) {
		return false, nil
	}
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return false, fmt.Errorf("kill process %d: %w", pid, err)
	}
	return true, nil
}
