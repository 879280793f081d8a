// Package observe reads what the kernel says about a container, from outside (the
// host) and from inside (what a program in the container would read). It never
// writes; the one thing that it moves is its own reader.
//
// Outside is for the engine. Inside is for a process or a thread that is in, or has
// joined, the container's namespaces. Both return values as a snapshot holds them:
// raw text with the path that it was read from, or a dump in the shape of `ip -j`
// with the netlink request that it came from. What can't be read says why in Err;
// what is longer than MaxValue is cut, and says so in Err beside the text. A process
// or a directory that is gone leaves no values, so that a snapshot shows it as gone.
//
// The facts. The same name on both sides is the same fact.
//
//	fact               sides  source, and shape
//	proc.status        o i    /proc/PID/status; inside of PID 1, or of the process itself before execve(2)
//	proc.mountinfo     o i    /proc/PID/mountinfo
//	proc.cgroup        o i    /proc/PID/cgroup
//	proc.uid_map       o i    /proc/PID/uid_map
//	proc.gid_map       o i    /proc/PID/gid_map
//	proc.cmdline       o i    /proc/PID/cmdline: arguments, each ended by NUL
//	proc.environ       o i    /proc/PID/environ: NAME=value, each ended by NUL; never of a host process
//	proc.limits        o i    /proc/PID/limits
//	proc.oom_score_adj o i    /proc/PID/oom_score_adj
//	proc.attr.current  o i    /proc/PID/attr/current: the label of AppArmor or SELinux, where there is one
//	proc.ns.KIND       o i    the link /proc/PID/ns/KIND: "mnt:[4026532001]"; kinds are proc.Namespaces()
//	proc.tree          o i    the processes: lines of "PID PPID NSPID STATE UID COMMAND"; NSPID is the PID in
//	                          the innermost namespace, UID the effective one, COMMAND the kernel's comm
//	host.ns.KIND       o      the engine's own links, /proc/self/ns/KIND
//	host.mountinfo     o      /proc/self/mountinfo, the lines of mounts at or below Merged and Root alone
//	uts.hostname       o i    /proc/sys/kernel/hostname, or uname(2) where there is no /proc
//	cgroup.FILE        o i    every readable file of the group: cgroup.memory.max; files that are named cgroup.x
//	                          are the fact cgroup.x. Of files that several hierarchies of version 1 have
//	                          (cgroup.procs) the first one
//	net.addr           o i    RTM_GETLINK and RTM_GETADDR, as `ip -j -d addr`
//	net.route          o i    RTM_GETROUTE of the main table, IPv4 and IPv6, as `ip -j route`
//	net.neigh          o i    RTM_GETNEIGH, as `ip -j neigh`
//	net.ports          o      /sys/class/net/BRIDGE/brif/: the ports of Bridge, one a line
//	net.nft            o      NFT_MSG_GETRULE of tables named glassbox, in nft(8)'s words
//	fs.root            o i    the entries of the container's root directory: outside Merged, inside "/"
//	fs.upper           o      all below Upper: what the container wrote
//	fs.work            o      all below Work: what overlayfs itself needs
//	fs.layers          o      the lower directories of Merged, one a line, the topmost first
//	etc.resolv.conf    i      /etc/resolv.conf
//	etc.hosts          i      /etc/hosts
//	etc.hostname       i      /etc/hostname
//
// A listing is sorted lines of "MODE SIZE NAME" (with "MAJOR,MINOR" as the size of a
// device, and " -> TARGET" behind a symbolic link's name); its source ends in "/".
// Bytes of a name that are not printable are written as Go does: \n, \x1b.
//
// kernel and stages import this package, and child for its inside half. Begin reading in
// outside_linux.go and inside_linux.go.
package observe
