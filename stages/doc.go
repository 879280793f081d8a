// Package stages is the story of a container's start: one file a stage, in the
// order pull, unpack, overlay, clone, namespaces, cgroups, rootfs, network,
// exec, exit; the runner, which goes from one to the next; and the gate, at
// which a run waits until somebody says go on.
//
// A stage with two halves is one file: what the engine does comes first, and
// the half that runs in the container ends in Inside. What to run is one Plan;
// stages read that and the Run's own findings, and nothing else.
//
// cmd imports it; it imports image, child, kernel, observe, cgroup, seccomp,
// journal and proc. Begin reading in stage.go (the table), then run.go.
package stages
