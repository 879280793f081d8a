package userland

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// signame is a signal's name, SIGTERM; those that have none are SIGRTMIN+3.
func signame(s syscall.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return name
	}
	return fmt.Sprintf("SIGRTMIN+%d", int(s)-34)
}

// signum reads TERM, SIGTERM, term, 15 or 0.
func signum(s string) (syscall.Signal, error) {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 64 {
		return syscall.Signal(n), nil
	}
	name := strings.ToUpper(s)
	if !strings.HasPrefix(name, "SIG") {
		name = "SIG" + name
	}
	if n := unix.SignalNum(name); n != 0 {
		return n, nil
	}
	return 0, fmt.Errorf("%s: invalid signal specification", s)
}

func kill(args []string) int { return send(args, os.Stdout, os.Stderr) }

// send is kill, for the shell too, which can send when no process can be started
// any more. Status 1 when a signal could not be sent.
func send(args []string, stdout, stderr io.Writer) int {
	complain := func(format string, args ...any) int {
		_, _ = fmt.Fprintf(stderr, "kill: "+format+"\n", args...)
		return 1
	}
	sig := syscall.SIGTERM
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0] != "--" {
		name := args[0][1:]
		args = args[1:]
		switch {
		case name == "l" || name == "L":
			for n := 1; n <= 31; n++ {
				_, _ = fmt.Fprintf(stdout, "%2d) %s\n", n, signame(syscall.Signal(n)))
			}
			return 0
		case name == "s" && len(args) > 0:
			name, args = args[0], args[1:]
		}
		var err error
		if sig, err = signum(name); err != nil {
			return complain("%v", err)
		}
	}
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		complain("say what: kill [-SIGNAL] PID...")
		return 2
	}
	status := 0
	for _, arg := range args {
		pid, err := strconv.Atoi(arg)
		if err != nil {
			status = complain("%s: arguments must be process or job IDs", arg)
			continue
		}
		if err := syscall.Kill(pid, sig); err != nil {
			status = complain("(%d) - %s", pid, reason(err))
		}
	}
	return status
}
