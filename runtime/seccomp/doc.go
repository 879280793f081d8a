// Package seccomp turns a seccomp profile of the OCI runtime specification into a
// program for the kernel, without libseccomp. It is pure: it makes no system call
// but uname(2), by which docker's profile goes.
//
// Default is docker's default profile for a set of capabilities; Compile makes a
// profile into a classic BPF program and the flags for seccomp(2). What the program
// does is what runc's does over libseccomp, which the tests compare call by call.
//
// The program looks at the architecture, then searches the number of the call in a
// balanced tree of ranges, then, where rules ask for it, compares arguments:
//
//	ld [4]                     the architecture
//	jeq AMD64 … I386 … else    KILL_THREAD
//	ld [0]                     the number
//	jge 0x40000000 …           calls of the x32 ABI
//	jge 183 …                  the tree: log2 of about 150 ranges
//	ret ALLOW | ERRNO | …      a leaf, or comparisons of arguments
//
// kernel, child and stages may import this package. Begin reading in compile.go; the
// table of calls is made by gen.go.
package seccomp
