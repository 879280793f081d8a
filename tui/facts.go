package tui

// The names of the facts that panes and pictures read from snapshots. A fact has
// the same name on both sides; what is shown side by side is the same name, read
// outside and inside. Families are open: every file of the cgroup is a fact
// "cgroup." + its name, every namespace one "ns." + its kind.
const (
	factStatus    = "proc.status"    // /proc/PID/status
	factMountinfo = "proc.mountinfo" // /proc/PID/mountinfo
	factCgroup    = "proc.cgroup"    // /proc/PID/cgroup
	factUIDMap    = "proc.uid_map"
	factGIDMap    = "proc.gid_map"
	factCmdline   = "proc.cmdline" // arguments, each ended by a NUL byte
	factEnviron   = "proc.environ"
	factLimits    = "proc.limits"
	factTree      = "proc.tree"    // processes: lines of "PID PPID NSPID STATE UID COMMAND"
	factHostname  = "uts.hostname" // the UTS namespace's nodename
	factAddrs     = "net.addr"     // ip -j addr
	factRoutes    = "net.route"    // ip -j route
	factNeighs    = "net.neigh"    // ip -j neigh
	factRules     = "net.nft"      // nft list table, or its JSON
	factResolv    = "etc.resolv"   // /etc/resolv.conf
	factHosts     = "etc.hosts"    // /etc/hosts
	factUpper     = "fs.upper"     // what the container wrote: one path a line
	factMerged    = "fs.merged"    // the root directory's entries
	factLayers    = "fs.layers"    // lowerdirs, one a line, the topmost first
	famNS         = "ns."          // "mnt:[4026532001]"
	famHostNS     = "host.ns."     // the same of the host's PID 1, outside
	famCgroup     = "cgroup."      // memory.max, cpu.stat …
	factMemoryMax = "cgroup.memory.max"
)
