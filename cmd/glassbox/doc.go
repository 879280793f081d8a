// Command glassbox starts a container in slow motion: commands and wiring.
//
// The same executable is three things, told apart by its argv[0] in the first
// lines of main: the child that becomes the container's program (runtime/child),
// the small programs of the demo image (runtime/userland), and the command.
// Begin reading in main.go; run_linux.go is the way of `glassbox run`.
package main
