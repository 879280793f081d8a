package child

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"golang.org/x/sys/unix"
)

// Reaper is the base name under which glassbox is the reaper of --init.
const Reaper = "docker-init"

// Reap is PID 1 of a container with --init: it starts the program, hands signals
// on to it, reaps whatever is orphaned, and ends as the program ends. It never
// returns. See docker run(1), --init.
func Reap(args []string) {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, Reaper+": no program to start")
		os.Exit(125)
	}
	signals := make(chan os.Signal, 32)
	signal.Notify(signals)
	c := exec.Command(args[0], args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := c.Start(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", Reaper, err)
		code := 126
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			code = 127
		}
		os.Exit(code)
	}
	for s := range signals {
		if n, ok := s.(unix.Signal); ok && n != unix.SIGCHLD && n != unix.SIGURG { // SIGURG is the Go scheduler's own
			_ = unix.Kill(c.Process.Pid, n) //nolint:forbidigo // the reaper is a program in the container, not the engine
			continue
		}
		if st, ok := reapAll(c.Process.Pid); ok {
			os.Exit(st)
		}
	}
}

// reapAll reaps what has ended; ok says that the program was among it.
func reapAll(pid int) (status int, ok bool) {
	for {
		var ws unix.WaitStatus
		got, err := unix.Wait4(-1, &ws, unix.WNOHANG, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || got <= 0 {
			return status, ok
		}
		if got == pid {
			status, ok = ws.ExitStatus(), true
			if ws.Signaled() {
				status = 128 + int(ws.Signal())
			}
		}
	}
}
