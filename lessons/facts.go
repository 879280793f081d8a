package lessons

import (
	"slices"
	"strings"
)

// facts are the names of what a snapshot holds, as runtime/observe lists them; a
// cgroup's files are facts, too: cgroup.memory.max.
var facts = []string{
	"proc.status", "proc.mountinfo", "proc.cgroup", "proc.uid_map", "proc.gid_map", "proc.cmdline", "proc.environ", "proc.limits",
	"proc.oom_score_adj", "proc.attr.current", "proc.tree",
	"proc.ns.cgroup", "proc.ns.ipc", "proc.ns.mnt", "proc.ns.net", "proc.ns.pid", "proc.ns.time", "proc.ns.user", "proc.ns.uts",
	"host.ns.cgroup", "host.ns.ipc", "host.ns.mnt", "host.ns.net", "host.ns.pid", "host.ns.time", "host.ns.user", "host.ns.uts",
	"host.mountinfo", "uts.hostname", "net.addr", "net.route", "net.neigh", "net.ports", "net.nft",
	"fs.root", "fs.upper", "fs.work", "fs.layers", "etc.resolv.conf", "etc.hosts", "etc.hostname",
}

// groupFiles are the cgroup's files that lessons are likely to name, for the
// spelling; others are taken if their controller is known.
var groupFiles = []string{
	"cgroup.memory.max", "cgroup.memory.current", "cgroup.memory.events", "cgroup.memory.peak", "cgroup.memory.high",
	"cgroup.memory.stat", "cgroup.memory.limit_in_bytes", "cgroup.memory.usage_in_bytes", "cgroup.memory.failcnt",
	"cgroup.memory.oom_control", "cgroup.memory.swap.max", "cgroup.memory.oom.group", "cgroup.cpu.max", "cgroup.cpu.weight",
	"cgroup.cpu.stat", "cgroup.cpu.pressure", "cgroup.cpu.shares", "cgroup.cpu.cfs_quota_us", "cgroup.cpu.cfs_period_us",
	"cgroup.pids.max", "cgroup.pids.current", "cgroup.pids.events", "cgroup.pids.peak", "cgroup.io.max", "cgroup.io.stat",
	"cgroup.cpuset.cpus", "cgroup.cpuset.cpus.effective", "cgroup.procs", "cgroup.controllers", "cgroup.events", "cgroup.freeze",
	"cgroup.type", "cgroup.stat", "cgroup.threads", "cgroup.subtree_control",
}

// onlyInside and onlyOutside are the facts of one side.
var (
	onlyInside  = []string{"etc.resolv.conf", "etc.hosts", "etc.hostname"}
	onlyOutside = []string{"host.", "net.ports", "net.nft", "fs.upper", "fs.work", "fs.layers"}
)

// placesOf says where facts would be read: of what is not there no snapshot holds a path.
func placesOf(names []string) string {
	var list []string
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, "proc."); ok {
			n = "/proc/PID/" + strings.ReplaceAll(rest, ".", "/")
		}
		list = append(list, strings.TrimPrefix(n, "cgroup."))
	}
	return strings.Join(list, ", ")
}

// factFault says what is wrong with a fact's name on a side; "" if nothing is.
func factFault(name, side string) string {
	outside := func(f string) bool { return strings.HasPrefix(name, f) }
	switch {
	case side == "outside" && slices.Contains(onlyInside, name):
		return "the fact " + name + " is read inside alone"
	case side == "inside" && slices.ContainsFunc(onlyOutside, outside):
		return "the fact " + name + " is read outside alone"
	case slices.Contains(facts, name) || slices.Contains(groupFiles, name):
		return ""
	}
	if rest, ok := strings.CutPrefix(name, "cgroup."); ok {
		controller, file, dotted := strings.Cut(rest, ".")
		all := slices.Concat(facts, groupFiles)
		for _, k := range all {
			if distance(name, k, 3) < 3 {
				return "unknown fact " + name + ", did you mean " + k + "?"
			}
		}
		if dotted && file != "" && slices.Contains([]string{"memory", "cpu", "cpuset", "cpuacct", "pids", "io", "blkio", "hugetlb", "freezer", "devices"}, controller) {
			return ""
		}
	}
	return "unknown fact " + name + meant(name, slices.Concat(facts, groupFiles))
}
