package tui

// The names of the facts that panes read from snapshots: see package observe,
// which makes them, for their shapes. A fact has the same name on both sides;
// what is shown side by side is the same name, read outside and inside. Families
// are open: every file of the cgroup is a fact, and every kind of namespace.
const (
	factStatus    = "proc.status"
	factMountinfo = "proc.mountinfo"
	factCgroup    = "proc.cgroup"
	factUIDMap    = "proc.uid_map"
	factGIDMap    = "proc.gid_map"
	factCmdline   = "proc.cmdline"
	factEnviron   = "proc.environ"
	factLimits    = "proc.limits"
	factTree      = "proc.tree" // lines of "PID PPID NSPID STATE UID COMMAND"
	factHostname  = "uts.hostname"
	factAddrs     = "net.addr"
	factRoutes    = "net.route"
	factNeighs    = "net.neigh"
	factRules     = "net.nft"
	factPorts     = "net.ports" // of the bridge
	factResolv    = "etc.resolv.conf"
	factHosts     = "etc.hosts"
	factUpper     = "fs.upper" // lines of "MODE SIZE NAME", as of all listings
	factWork      = "fs.work"
	factRoot      = "fs.root"
	factLayers    = "fs.layers" // one directory a line, the topmost first
	factHostMount = "host.mountinfo"
	famNS         = "proc.ns."
	famHostNS     = "host.ns."
	famCgroup     = "cgroup."
)
