// Package userland is the inside of the built-in demo image: the small programs
// that a learner finds in it (sh, ls, ps, ip, …), the workloads that lessons
// start (eat, burn, forker, writer, …), and the image itself, which is made out
// of the running program's own executable, so that the demo needs no network.
//
// One executable is all of the programs: Main picks one by the name it was
// started under, as busybox does. cmd/glassbox asks Main before anything else,
// so nothing here may cost time when the process starts.
//
// Image makes the image, Serve offers it from a read-only registry on loopback,
// from where it is pulled and unpacked as any other image.
//
// cmd/glassbox may import this package (tests too); it imports none of ours.
// Begin reading in programs_linux.go for the programs, in image.go for the image.
package userland
