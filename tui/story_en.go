package tui

// storiesEN are the stages in English. What they say of runc, containerd and the
// kubelet was read from their sources; no value stands here that a run would show.
var storiesEN = map[string]StoryText{
	"pull": {
		Title: "Pull the image",
		Sentence: "The name is resolved to one digest for this platform. Manifest, config and layers come over HTTP; each blob " +
			"is checked against its digest and kept once in the content store. There is no container yet.",
		Runc: "runc knows no images: it is handed a directory and a config.json. containerd pulls into its content store, and " +
			"can unpack one layer while others still arrive. dockerd drives its own pulls.",
		Kubernetes: "The kubelet asks for it over CRI (PullImage), as imagePullPolicy says; containerd fetches. With Always it asks " +
			"the registry for the digest again, and downloads only blobs that are missing.",
		See: Look{Outside: "The HTTP exchanges; for each layer its digest, its bytes, or \"already here\"."},
	},
	"unpack": {
		Title: "Unpack the layers",
		Sentence: "Each layer is a tar archive, unpacked once into a directory of its own. An entry named .wh.NAME hides NAME of the " +
			"layers below; it becomes what overlayfs understands, a whiteout: a character device 0/0.",
		Runc: "runc unpacks nothing. containerd's overlayfs snapshotter keeps one directory a layer, and every container of the " +
			"image shares them.",
		Kubernetes: "containerd, within the same PullImage. All containers of a node that use a layer share its one directory: no " +
			"container copies its image. The kubelet removes unused images when the disk fills.",
		See: Look{Outside: "The layer directories; what each adds, replaces and removes. A file deleted by an upper layer still takes its place below."},
	},
	"overlay": {
		Title: "Mount the overlay",
		Sentence: "mount(2) stacks the layers, read-only, below one empty directory that takes every write: upper. merged shows the " +
			"topmost version of each path; the first write to a file of a layer copies it up.",
		Runc: "runc mounts no overlay, it gets a finished root directory. containerd's snapshotter only names the mount's options; " +
			"the shim normally makes the mount, just before it runs runc create.",
		Kubernetes: "containerd prepares upper and work for each container, the shim mounts. The kubelet knows nothing of overlayfs, but " +
			"counts what upper holds as ephemeral-storage.",
		See: Look{
			Outside: "The mount's lowerdir, upperdir and workdir; upper, still empty.",
			Inside:  "Later, merged will be /.",
		},
	},
	"clone": {
		Title: "Clone PID 1",
		Sentence: "clone(2) makes the container's first process. A PID namespace takes in new processes only, so it must begin with " +
			"one: inside this is PID 1, on the host it has an ordinary PID. One process, two numbers.",
		Runc: "No single clone() does it all. runc's stage 0 clones stage 1, which unshares and clones again, since unshare(CLONE_NEWPID) " +
			"moves only children: stage 2, runc:[2:INIT], is PID 1. Its clone() calls carry no namespace flag, only CLONE_PARENT. " +
			"crun does make one clone() with the flags.",
		Kubernetes: "containerd's shim runs runc create. runc exits, and the shim, a subreaper, is PID 1's parent on the host. Each " +
			"container has a PID namespace of its own unless shareProcessNamespace or hostPID is set.",
		See: Look{
			Outside: "NSpid in /proc/PID/status: the same process in both namespaces.",
			Inside:  "getpid() says 1.",
		},
	},
	"namespaces": {
		Title: "Unshare the rest",
		Sentence: "unshare(2) gives the process its own mounts, host name, IPC objects and network, one namespace at a time; " +
			"setns(2) joins one that is there already. A namespace is an inode: the same number is the same one.",
		Runc: "runc first puts the process in its cgroup; then it unshares the user namespace, lets the parent write the maps, and " +
			"unshares the rest in one call. glassbox takes them one by one so that you can watch each.",
		Kubernetes: "containerd makes the Pod's network namespace before any runc call and keeps it under /var/run/netns/cni-…. The " +
			"sandbox (pause) holds net, ipc and uts; app containers join these with setns(2). mnt, cgroup and, by default, pid are new.",
		See: Look{
			Outside: "The links in /proc/PID/ns, beside the host's.",
			Inside:  "The host name; only lo among the interfaces.",
		},
	},
	"cgroups": {
		Title: "Set the limits",
		Sentence: "A directory made in the cgroup file system is a control group. A PID written to cgroup.procs moves the process in; " +
			"each limit is a number in a file. The cgroup namespace comes last, so that this group is the root of what the container sees.",
		Runc: "runc places the process before anything is unshared, and writes the limits only after the mounts, just before pivot_root. " +
			"With the systemd driver it asks systemd for a transient scope instead of making the directory.",
		Kubernetes: "The kubelet makes the Pod's cgroup (kubepods…) first; runc makes the container's below it. Limits become memory.max " +
			"and cpu.max, a CPU request becomes cpu.weight and caps nothing; memory requests write nothing unless MemoryQoS is on.",
		See: Look{
			Outside: "Each file written, its value before and after: the kernel rounds.",
			Inside:  "/proc/self/cgroup says /.",
		},
	},
	"rootfs": {
		Title: "Change the root",
		Sentence: "First / is made a slave, so that no mount made here reaches the host. /proc, /dev, /sys and the volumes are mounted " +
			"into merged; pivot_root(2) makes merged the root, and the old root is detached. Some paths are masked or made read-only.",
		Runc: "The same calls: / slave, rootfs bound on itself, the mounts, pivot_root(\".\", \".\"), the old root slave and detached. " +
			"chroot, which is no pivot_root, only without a new mount namespace or with --no-pivot.",
		Kubernetes: "The kubelet (with CSI drivers) mounts volumes on the node and writes /etc/hosts; containerd writes resolv.conf and " +
			"hostname; runc binds them all into the container.",
		See: Look{
			Outside: "/proc/PID/mountinfo, growing, then shrinking at the pivot.",
			Inside:  "The mounts, and what is left in /.",
		},
	},
	"network": {
		Title: "Plug in the network",
		Sentence: "A veth pair is a cable: one end is plugged into a bridge of the host, the other is eth0 in the container, with an " +
			"address and a default route. NAT lets it out behind the host's address. The container itself does none of this.",
		Runc: "runc only makes or joins the network namespace and brings lo up. Docker's network is dockerd's own (libnetwork, no CNI).",
		Kubernetes: "containerd's CRI plugin runs CNI ADD once a Pod, before the sandbox (pause) starts; all containers of the Pod share " +
			"the result. Services are the work of kube-proxy or of the CNI plugin.",
		See: Look{
			Outside: "The bridge, the veth's host end, the nft table glassbox.",
			Inside:  "eth0, the routes, /etc/resolv.conf.",
		},
	},
	"exec": {
		Title: "Become the program",
		Sentence: "Our first process sets environment, directory, user, rlimits, capabilities, no_new_privs and seccomp for itself. Then " +
			"execve(2) replaces it by the program: same PID, same namespaces, other code.",
		Runc: "Between runc create and runc start, runc init waits on exec.fifo: the pause that every real container makes. The order " +
			"of the last steps is nearly the same.",
		Kubernetes: "The kubelet's StartContainer becomes runc start. securityContext decides user, capabilities and seccomp. stdout goes " +
			"to the shim, a FIFO, containerd's CRI plugin and a log file, which kubectl logs reads through the kubelet.",
		See: Look{
			Outside: "/proc/PID/status and cmdline: Cap…, NoNewPrivs, Seccomp.",
			Inside:  "The program is PID 1. It gets no signal that it has no handler for, except SIGKILL and SIGSTOP from outside.",
		},
	},
	"exit": {
		Title: "Exit and undo",
		Sentence: "When PID 1 ends, the kernel kills every other process of its PID namespace, and a namespace goes with its last user. " +
			"What was made on the host is undone, newest first: mounts, cgroup, interfaces. Nothing stays behind.",
		Runc: "runc is long gone by then. The shim waits for PID 1, reports its exit to containerd, and runs runc delete.",
		Kubernetes: "The kubelet hears of it from containerd; restartPolicy decides about a new container in the same sandbox. 137 is " +
			"128 + SIGKILL, whoever sent it: OOMKilled it is only where the memory controller counted a kill.",
		See: Look{
			Outside: "The list of what is undone; exit status or signal; oom_kill in memory.events.",
		},
	},
}
