package observe

// Target is the container to observe from outside. Empty fields leave out what
// they are for.
type Target struct {
	Pid     int               // the host's PID of the container's first process
	Cgroups map[string]string // a controller's name to the group's directory; "" is version 2's
	Merged  string            // where the overlay is mounted
	Upper   string
	Work    string
	Root    string // the root directory on the host, where it is not Merged
	Bridge  string // the interface of the host that the container's packets cross
}

// The bounds of what one observation reads.
const (
	MaxValue   = 256 << 10 // bytes of one value
	maxEntries = 2000      // of a listing
	maxDepth   = 40        // directories below each other in a listing
	maxTasks   = 1000      // processes of a tree
	maxFiles   = 400       // of one group
)
