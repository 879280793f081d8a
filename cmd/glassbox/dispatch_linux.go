package main

import (
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
	"glassbox/runtime/userland"
	"glassbox/stages"
)

// init locks the main thread of a prober before the Go scheduler can move it:
// unshare(2) moves one thread, and /proc/PID/ns shows the first. The container's first
// process is served before this: see stages/inside.
func init() {
	if os.Args[0] == stages.ProbeName {
		runtime.LockOSThread()
	}
}

// dispatch is what this process is, if it is not the command.
func dispatch() {
	if filepath.Base(os.Args[0]) == "glassbox" {
		unix.Umask(0o022) // whoever starts it: what is made for a container has the modes that it asks for
	}
	if os.Args[0] == stages.ProbeName {
		stages.Probe(os.Args[1:])
	}
	if err := stages.Enter(); err != nil {
		say(err.Error())
		os.Exit(125)
	}
	kernel.CloseOnExec(3) // what a careless caller left open is no container's business
	if filepath.Base(os.Args[0]) == child.Reaper {
		child.Reap(os.Args[1:])
	}
	if name := filepath.Base(os.Args[0]); name != "glassbox" {
		if code, ok := userland.Main(name, os.Args[1:]); ok {
			os.Exit(code)
		}
	}
}
