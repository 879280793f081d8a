package main

import "glassbox/tui"

// recording is the file to replay: the one that was named, or the built-in one.
// remove takes a temporary file away again.
func recording(args []string) (path string, remove func(), err error) {
	if len(args) == 1 {
		return args[0], func() {}, nil
	}
	return tui.Builtin()
}
