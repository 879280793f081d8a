package inside

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
)

// Halves are what the first process does, by stage; "console" is no stage: a terminal
// for who joins later.
func Halves() map[string]child.Inside {
	return map[string]child.Inside{
		"namespaces": namespaces,
		"cgroups":    cgroups,
		"rootfs":     rootfs,
		"network":    network,
		"exec":       exec,
		"console":    newConsole,
	}
}

// init is the container's first process, if that is what this one is: it never
// returns then. Go initialises packages in the order of their names, but each after
// those that it imports (The Go Programming Language Specification, "Program
// initialization"; the order of names is the toolchain's). This package needs so few
// that it comes before the heavy ones, which only the command needs, and the first
// process never pays for them: a third of its start.
//
// unshare(2) moves one thread, and /proc/PID/ns shows the first one: an init function
// runs on that, and it is locked here before the scheduler can move it.
func init() {
	if os.Args[0] != child.Name {
		return
	}
	runtime.LockOSThread()
	unix.Umask(0o022) // whoever starts it: what is made for a container has the modes that it asks for
	child.Serve(Halves())
}
