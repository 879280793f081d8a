// Package inside is what the container's first process does before it is the program:
// the halves of the stages that run in the container. The host's halves are in package
// stages, in files of the same names, and ask for these over the child's socket:
//
//	stages                                 inside
//	  r.ask(ctx, "rootfs", Rootfs{…})  ──▶  rootfs(in): mounts, devices, pivot_root
//	                                   ◀──  its calls, for the journal
//
// The types with capital letters are the arguments. The root file system is a
// stranger's from here on: tree.go resolves every path in it.
//
// It imports child and kernel, and little else: see init in inside.go, where to begin.
package inside
