// Package stages is the story of a container's start: one file a stage, in the
// order pull, unpack, overlay, clone, namespaces, cgroups, rootfs, network,
// exec, exit; the runner, which goes from one to the next; and the gate, at
// which a run waits until somebody says go on.
//
// What a stage does in the container is in a file of the same name in package
// inside, which the engine asks for it. What to run is one Plan; stages read that
// and the Run's own findings, and nothing else.
//
// cmd imports it; it imports inside, image, child, kernel, systemd, observe, cgroup,
// seccomp, journal and proc. Begin reading in stage.go (the table), then run.go.
package stages
