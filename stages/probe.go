package stages

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// ProbeName is the argv[0] of a process that tries what this machine can do, in
// namespaces of its own: main dispatches on it, on its locked main thread.
const ProbeName = "glassbox-probe"

// tried is how a trial went; the zero Err says that it worked.
type tried struct {
	Name  string
	Err   string
	Errno string
}

func outcome(name string, err error) tried {
	t := tried{Name: name}
	if err != nil {
		var e *kernel.Error
		if errors.As(err, &e) {
			e.Mend = "" // the doctor has its own
		}
		t.Err, t.Errno = err.Error(), kernel.Errno(err)
	}
	return t
}

// Probe makes the trials and writes how they went on standard output, as JSON.
// It never returns. Its arguments are the directory, or "proc" and a directory.
func Probe(args []string) {
	if len(args) == 2 && args[0] == "proc" {
		if err := kernel.TryProc(args[1]); err != nil {
			fmt.Fprint(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(args) != 1 {
		_, _ = os.Stdin.Read(make([]byte, 1)) // it only holds a namespace until its end
		os.Exit(0)
	}
	s := kernel.Scratch{Dir: args[0], User: Rootless()}
	var list []tried
	if err := kernel.Apart(); err != nil {
		list = append(list, outcome("apart", err))
	} else {
		list = append(list, outcome("store", kernel.TryStore(s)))
		list = append(list, outcome("apart", nil), outcome("proc", tryProc(s.Dir)))
		for _, t := range kernel.Trials() {
			list = append(list, outcome(t.Name, t.Do(s)))
		}
	}
	_ = json.NewEncoder(os.Stdout).Encode(list) // nobody reads: nobody misses it
	os.Exit(0)
}

// tryProc has the first process of a new pid namespace mount its proc.
func tryProc(dir string) error {
	c := probeCommand(unix.CLONE_NEWPID, "proc", dir)
	if out, err := c.CombinedOutput(); err != nil {
		if len(out) > 0 {
			return fmt.Errorf("mount proc in a pid namespace: %s", out)
		}
		return err
	}
	return nil
}

func probeCommand(flags uintptr, args ...string) *exec.Cmd {
	c := exec.Command("/proc/self/exe", args...)
	c.Args[0] = ProbeName
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flags, Pdeathsig: syscall.SIGKILL}
	if flags&unix.CLONE_NEWUSER != 0 {
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return c
}

// probe makes the trials below a directory; the error says that not even the
// namespaces could be made.
func probe(dir string, user bool) (map[string]tried, error) {
	runtime.LockOSThread() // Pdeathsig is about the thread
	defer runtime.UnlockOSThread()
	flags := uintptr(unix.CLONE_NEWNS)
	if user {
		flags |= unix.CLONE_NEWUSER
	}
	out, err := probeCommand(flags, dir).Output()
	if err != nil {
		return nil, err
	}
	var list []tried
	if err := json.Unmarshal(out, &list); err != nil {
		return nil, fmt.Errorf("read what the trials said: %w", err)
	}
	m := map[string]tried{}
	for _, t := range list {
		m[t.Name] = t
	}
	return m, nil
}
