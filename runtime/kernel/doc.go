// Package kernel is the only door to effects. Each method makes one call: it
// waits at the gate if there is one, writes the record of the inverse if there
// is one, makes the system call, records it as an event (name, decoded
// arguments, result, duration, man page, the shell command that a person would
// type), and wraps its error in a sentence.
//
// stages, their halves inside, child and systemd import it; it imports cgroup, seccomp
// and journal, and nobody else of ours. Begin reading in kernel.go; undo_linux.go is the way back.
package kernel
