package stages

// storage are the meanings of the trials of file systems and mounts: what one
// loses, and the mend. What was tried is the trial's to say.
func storage() []Finding {
	return []Finding{
		{
			Name: "store", What: "a store that overlays can lie on", Tried: "make a whiteout where the store is",
			Lose: "layers and containers are kept in memory (tmpfs), until the container in which glassbox runs ends; without root they are unpacked anew in each run",
			Mend: []string{"a volume for the store: docker run -v glassbox:" + Default().Root + " …, or --root DIR on ext4, xfs, btrfs or tmpfs"},
		},
		{
			Name: "mount", What: "mounting", Need: true, Lose: "no container can have a root of its own",
			Mend: []string{"run as root; in a container of Docker: docker run --privileged"},
		},
		{
			Name: "overlay", What: "overlay file systems", Need: true, Lose: "images can't be started: only bundle:DIR can",
			Mend: []string{
				"modprobe overlay", "without root: Linux 5.11 or newer, or apt-get install fuse-overlayfs",
				"--root DIR on ext4, xfs, btrfs or tmpfs",
			},
		},
		{
			Name: "whiteout", What: "whiteouts", Need: true, Lose: "images that delete files of their lower layers can't be unpacked",
			Mend: []string{
				"--root DIR on ext4, xfs, btrfs or tmpfs",
				"without root: Linux 5.8 or newer",
			},
		},
		{
			Name: "xattr", What: "overlay's attributes (user.overlay, trusted.overlay)", Lose: "images with opaque directories can't be unpacked",
			Mend: []string{"choose a disk with --root whose file system has extended attributes: ext4, xfs, btrfs; tmpfs since Linux 6.6"},
		},
		{
			Name: "fuse", What: "fuse-overlayfs", Lose: "no stand-in where the kernel refuses an overlay",
			Mend: []string{"apt-get install fuse-overlayfs; modprobe fuse; chmod 666 /dev/fuse"},
		},
		{
			Name: "openat2", What: "openat2(2)", Need: true, Lose: "paths of an image can't be resolved safely within it",
			Mend: []string{"Linux 5.6 or newer; in a container, a runtime whose seccomp profile knows openat2"},
		},
		{
			Name: "mountapi", What: "the new mount calls", Lose: "glassbox is copied into memory at each start, which takes a moment; no --userns private",
			Mend: []string{"Linux 5.12 or newer; in a container, a newer seccomp profile"},
		},
		{
			Name: "idmap", What: "mounts with mapped ids", Lose: "no --userns private",
			Mend: []string{"Linux 5.19 or newer, and the store on ext4, xfs, btrfs (tmpfs: 6.3)"},
		},
		{
			Name: "proc", What: "a new /proc", Need: true, Tried: "mount a proc in a new pid namespace", Lose: "a container with its own processes can't see them: only --pid host works, with --network host",
			Mend: []string{"mount a /proc without anything on top of it"},
		},
		{
			Name: "sysfs", What: "a new /sys", Lose: "the host's /sys is bound into containers instead",
			Mend: []string{"mount a /sys without anything on top of it"},
		},
	}
}

// isolation are the meanings of the trials of namespaces and filters.
func isolation() []Finding {
	limit := func(kind string) []string {
		return []string{"sysctl -w user.max_" + kind + "_namespaces=15000", "or a kernel that was built with that namespace"}
	}
	return []Finding{
		{Name: "uts", What: "UTS namespaces", Lose: "only with --without uts", Mend: limit("uts")},
		{Name: "ipc", What: "IPC namespaces", Lose: "only with --without ipc", Mend: limit("ipc")},
		{Name: "net", What: "network namespaces", Lose: "only with --network host", Mend: limit("net")},
		{Name: "cgroupns", What: "cgroup namespaces", Lose: "only with --without cgroupns", Mend: limit("cgroup")},
		{
			Name: "seccomp", What: "seccomp filters", Lose: "only with --security-opt seccomp=unconfined",
			Mend: []string{"a kernel with CONFIG_SECCOMP_FILTER"},
		},
	}
}

// wiring are the meanings of the trials of the network.
func wiring() []Finding {
	return []Finding{
		{Name: "bridge", What: "bridges", Lose: "only --network none and host", Mend: []string{"modprobe bridge"}},
		{Name: "veth", What: "veth pairs", Lose: "only --network none and host", Mend: []string{"modprobe veth"}},
		{
			Name: "nftables", What: "nftables with NAT", Lose: "only --network none and host",
			Mend: []string{"modprobe nf_tables nft_chain_nat nft_masq nft_fib_ipv4"},
		},
		{
			Name: "tun", What: "tap interfaces", Lose: "without root, a container reaches the engine and nothing beyond; published ports work all the same",
			Mend: []string{"modprobe tun"},
		},
	}
}
