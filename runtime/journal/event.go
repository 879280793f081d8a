package journal

import "time"

// Format is the version of the journal's format that this package writes. A
// reader accepts any file whose format is not larger, and ignores kinds and
// fields that it does not know.
const Format = 1

// Side says where something happened or was observed.
type Side string

// The sides of an event. Host is the engine, outside; Child is glassbox's own
// first process in the container before execve(2); Container is the program.
// Values of a snapshot know two: Outside and Inside.
const (
	Host      Side = "host"
	Child     Side = "child"
	Container Side = "container"
	Outside   Side = "outside"
	Inside    Side = "inside"
)

// Kind names the payload of an event.
type Kind string

// The kinds of events. Each has one payload field in Event.
const (
	KindStage    Kind = "stage"
	KindCall     Kind = "call"
	KindWrite    Kind = "write"
	KindHTTP     Kind = "http"
	KindProgress Kind = "progress"
	KindSnapshot Kind = "snapshot"
	KindOutput   Kind = "output"
	KindGate     Kind = "gate"
	KindUndo     Kind = "undo"
	KindExit     Kind = "exit"
	KindNote     Kind = "note"
	KindError    Kind = "error"
)

// Stages are the names of the stages, in the order in which they run.
func Stages() []string {
	return []string{
		"pull", "unpack", "overlay", "clone", "namespaces", "cgroups", "rootfs", "network", "exec", "exit",
	}
}

// Header is the first line of a journal.
type Header struct {
	Format   int               `json:"format"`
	Glassbox string            `json:"glassbox"`            // version of the program that wrote it
	ID       string            `json:"id"`                  // the run's identifier, 12 hexadecimal digits
	Name     string            `json:"name"`                // the container's name
	Started  time.Time         `json:"started"`             // RFC 3339, nanoseconds
	BootID   string            `json:"boot_id,omitempty"`   // /proc/sys/kernel/random/boot_id
	Pid      int               `json:"pid,omitempty"`       // the engine's host PID
	PidStart uint64            `json:"pid_start,omitempty"` // its start time, clock ticks since boot: proc_pid_stat(5) field 22
	Kernel   string            `json:"kernel"`              // uname -r
	Arch     string            `json:"arch"`                // GOARCH
	Cgroup   string            `json:"cgroup"`              // v1, v2 or hybrid
	Rootless bool              `json:"rootless"`
	Root     string            `json:"root,omitempty"` // where images and containers are kept (--root)
	Image    string            `json:"image"`
	Args     []string          `json:"args,omitempty"`   // the command that the container was asked to run
	Limits   map[string]string `json:"limits,omitempty"` // memory, cpus, pids …: as asked for
	Stages   []string          `json:"stages"`
}

// Event is one record. Exactly one payload is set, the one that Kind names.
type Event struct {
	Seq   uint64    `json:"seq"` // 1, 2, 3 …
	T     time.Time `json:"t"`
	Stage string    `json:"stage,omitempty"`
	Side  Side      `json:"side,omitempty"`
	Kind  Kind      `json:"kind"`

	Step     *Step     `json:"step,omitempty"` // of kind stage
	Call     *Call     `json:"call,omitempty"`
	Write    *Write    `json:"write,omitempty"`
	HTTP     *HTTP     `json:"http,omitempty"`
	Progress *Progress `json:"progress,omitempty"`
	Snapshot *Snapshot `json:"snapshot,omitempty"`
	Output   *Output   `json:"output,omitempty"`
	Gate     *Gate     `json:"gate,omitempty"`
	Undo     *Undo     `json:"undo,omitempty"`
	Exit     *Exit     `json:"exit,omitempty"`
	Note     *Note     `json:"note,omitempty"`
	Error    *Error    `json:"error,omitempty"`
}

// The states of a stage.
const (
	Begin   = "begin"
	Done    = "done"
	Failed  = "failed"
	Skipped = "skipped"
)

// Step says that the stage named by the event began or ended.
type Step struct {
	State string `json:"state"`            // Begin, Done, Failed or Skipped
	DurUS int64  `json:"dur_us,omitempty"` // of Done and Failed: microseconds since it began, waits at gates not counted
	Why   string `json:"why,omitempty"`    // of Failed and Skipped
}

// Arg is one decoded argument of a call: flags by name, not by number.
type Arg struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Call is one system call, or one netlink request, that had an effect.
type Call struct {
	Name  string `json:"name"`            // mount, unshare, pivot_root …; rtnetlink and nft requests by message name
	Args  []Arg  `json:"args,omitempty"`  // in the order of the man page
	Ret   int64  `json:"ret"`             // the result; -1 where errno is set
	Errno string `json:"errno,omitempty"` // ENOENT, EPERM …
	DurUS int64  `json:"dur_us"`
	Man   string `json:"man,omitempty"`  // mount(2)
	Sh    string `json:"sh,omitempty"`   // what a person would type for the same effect
	Held  string `json:"held,omitempty"` // why it was shown and not made (--without)
}

// Write is one value written to a kernel file.
type Write struct {
	Path   string `json:"path"`
	Before string `json:"before,omitempty"` // what the file said before, where it can be read
	Value  string `json:"value"`            // what was written
	After  string `json:"after,omitempty"`  // what it says now: kernels round
	Errno  string `json:"errno,omitempty"`
	DurUS  int64  `json:"dur_us"`
	Man    string `json:"man,omitempty"`
	Sh     string `json:"sh,omitempty"`
	Held   string `json:"held,omitempty"`
}

// HTTP is one exchange with a registry. Credentials never get in: the URL has no
// user, no query values; headers are not recorded.
type HTTP struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	Status int    `json:"status,omitempty"`
	Bytes  int64  `json:"bytes"` // of the body that was read
	DurUS  int64  `json:"dur_us"`
	Retry  int    `json:"retry,omitempty"` // 0 for the first try
	Err    string `json:"err,omitempty"`
}

// The states of a thing in progress.
const (
	Present     = "present" // already here: nothing is transferred
	Downloading = "downloading"
	Verified    = "verified"
	Unpacking   = "unpacking"
	Unpacked    = "unpacked"
)

// Progress tells how far one thing is: a blob being fetched or a layer being unpacked.
type Progress struct {
	What    string `json:"what"`              // manifest, config, layer
	ID      string `json:"id"`                // its digest
	Index   int    `json:"index"`             // of a layer: 0 is the base
	State   string `json:"state"`             // Present, Downloading, Verified, Unpacking, Unpacked
	Done    int64  `json:"done"`              // bytes so far
	Total   int64  `json:"total"`             // bytes in all; 0 where unknown
	Path    string `json:"path,omitempty"`    // where it is kept
	Entries int    `json:"entries,omitempty"` // of a layer: tar entries so far
	Added   int    `json:"added,omitempty"`   // of an unpacked layer
	Hidden  int    `json:"hidden,omitempty"`  // whiteouts and opaque directories in it
	By      string `json:"by,omitempty"`      // the image's history line that made the layer
}

// Value is one thing that was observed.
type Value struct {
	Fact   string  `json:"fact"`           // stable name: proc.status, cgroup.memory.max
	Side   Side    `json:"side"`           // Outside or Inside
	Source string  `json:"source"`         // the literal path, or the netlink query
	Text   *string `json:"text,omitempty"` // what it said, if that is UTF-8
	B64    []byte  `json:"b64,omitempty"`  // what it said, if not
	Err    string  `json:"err,omitempty"`  // why it could not be read
}

// Snapshot is what was observed at a moment. One that is not Complete holds
// what changed or went since the one before.
type Snapshot struct {
	When     string  `json:"when"` // "after clone", "running", "before exit"
	Complete bool    `json:"complete,omitempty"`
	Values   []Value `json:"values,omitempty"`
	Gone     []Key   `json:"gone,omitempty"`
}

// Key identifies a fact in the fold of snapshots.
type Key struct {
	Fact string `json:"fact"`
	Side Side   `json:"side"`
}

// Output is a piece of what the container's program wrote.
type Output struct {
	Stream  string  `json:"stream"` // stdout, stderr or tty
	Text    *string `json:"text,omitempty"`
	B64     []byte  `json:"b64,omitempty"`
	Dropped int64   `json:"dropped,omitempty"` // bytes before this piece that were not kept
}

// The states of a gate.
const (
	Waiting = "waiting"
	Passed  = "passed"
)

// Gate says that the run waits, or that it was let on. Nothing of what is
// announced has happened yet.
type Gate struct {
	ID    uint64 `json:"id"`
	State string `json:"state"`          // Waiting or Passed
	At    string `json:"at"`             // stage, call, failure
	Call  *Call  `json:"call,omitempty"` // at a call: what will be done (no result yet)
	Write *Write `json:"write,omitempty"`
	From  string `json:"from,omitempty"` // at a failure: the stage at which another try begins, after its effects are undone
	Why   string `json:"why,omitempty"`  // at a failure: why not at the stage that failed; Spent or Gone
}

// Why another try of a stage begins before it.
const (
	Spent = "spent" // the first process can't take back what it has done: another one is made
	Gone  = "gone"  // the first process has ended
)

// The states of an undo record.
const (
	Planned = "planned" // written before the call whose inverse it is
	Undone  = "undone"
	Kept    = "kept" // deliberately left: a store, a name
)

// Undo is the inverse of an effect, as data: `glassbox clean` can do it from the
// file alone. Undoing what never happened succeeds.
type Undo struct {
	ID     uint64 `json:"id"`
	Op     string `json:"op"`     // umount, rmdir, removetree, rmcgroup, linkdel, kill …
	Target string `json:"target"` // a path, an interface's name, a PID with its start time
	State  string `json:"state"`  // Planned, Undone, Failed or Kept
	Err    string `json:"err,omitempty"`
	DurUS  int64  `json:"dur_us,omitempty"`
}

// Exit is how the container's program ended.
type Exit struct {
	Code      int    `json:"code"`                 // its status; 128+signal where a signal ended it
	Signal    string `json:"signal,omitempty"`     // SIGKILL …
	Core      bool   `json:"core,omitempty"`       // core dumped
	OOMKills  uint64 `json:"oom_kills,omitempty"`  // something in the group was killed; not necessarily PID 1
	OOMSource string `json:"oom_source,omitempty"` // the file that says so
	UserUS    int64  `json:"user_us,omitempty"`    // CPU time of PID 1 since clone(2), and of what it reaped: getrusage(2)
	SystemUS  int64  `json:"system_us,omitempty"`
	MaxRSSKiB int64  `json:"max_rss_kib,omitempty"`
}

// Note is a remark of a stage. Key is stable, so that a view can say it in
// another language; Text is the English sentence.
type Note struct {
	About string            `json:"about"` // runc, info, warning
	Key   string            `json:"key"`
	Text  string            `json:"text"`
	Args  map[string]string `json:"args,omitempty"`
}

// NewNote makes a note; args are pairs of a name and a value.
func NewNote(about, key, text string, args ...string) *Note {
	n := &Note{About: about, Key: key, Text: text}
	for i := 0; i+1 < len(args); i += 2 {
		if n.Args == nil {
			n.Args = map[string]string{}
		}
		n.Args[args[i]] = args[i+1]
	}
	return n
}

// Error says what went wrong in one sentence: what was tried, on what, why it
// was refused; and, by itself where the engine keeps it apart, what a person can do.
type Error struct {
	Text  string `json:"text"`
	Errno string `json:"errno,omitempty"`
	Mend  string `json:"mend,omitempty"`
}

// String is the whole sentence.
func (e Error) String() string {
	if e.Mend == "" {
		return e.Text
	}
	return e.Text + ": " + e.Mend
}
