// Package cgroup turns limits into the files of control groups and the values
// to write there, for version 1, version 2 and machines that have both. It is
// pure: it reads no file and writes none.
//
// The way of a limit: what a person asked for (Docker's flags or Kubernetes'
// requests and limits, flags.go and kube.go) becomes the OCI runtime
// specification's LinuxResources, and those become Files (files.go, v1.go, v2.go),
// in the order in which they are to be written. Detect (detect_linux.go) tells
// from two files of /proc where the hierarchies of this machine are, and Dirs
// (dirs.go) which directories a new group needs. Rules for devices are a list of
// lines in version 1 and a BPF program in version 2 (devices.go, program.go).
//
// cmd, kernel and stages may import this package; of ours it imports nothing.
// Begin reading in files.go.
package cgroup
