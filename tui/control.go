package tui

import (
	"context"
	"io"
	"time"

	"glassbox/runtime/journal"
)

// The grains at which a run is let on.
const (
	ByStage = "stage"  // to the gate before the next stage
	ByCall  = "call"   // to the gate before the next call
	RunOn   = "run"    // through every gate, to a breakpoint or the end
	Retry   = "retry"  // after a failure: the failed stage again
	MoveOn  = "unwind" // after a failure: unwind
)

// Go says how far the gate shall let the run go on.
type Go struct {
	Grain string // ByStage, ByCall, RunOn; after a failure Retry or MoveOn
	To    string // with RunOn: to the gate before this stage; "" to the end
}

// Choice is a thing that can be left out of a run with --without.
type Choice struct {
	Name  string // uts, cgroup, pivot_root …
	Stage string // the stage that it belongs to; it can be changed until that begins
	Out   bool   // it is left out
}

// Result is what one command said.
type Result struct {
	Out  []byte // standard output and error together, 1 MiB at most
	Exit int
	Took time.Duration
}

// File is one entry of a directory in the container's file system.
type File struct {
	Name   string
	Dir    bool
	Mode   string // as ls -l writes it: drwxr-xr-x
	Size   int64  // bytes
	Link   string // where a symlink points
	From   string // the layer that it comes from: "upper", or a layer's number from 0, the base
	Change byte   // in upper: '+' added, '~' changed, '-' removed (a whiteout); else 0
}

// Command takes the whole terminal for a while. *exec.Cmd needs no more than
// SetStdin and its like to be one.
type Command interface {
	Run() error
	SetStdin(r io.Reader)
	SetStdout(w io.Writer)
	SetStderr(w io.Writer)
}

// Controller is what the screen asks of a live run. It is nil for a recording.
// Its methods may be called from several goroutines, never from Update; they may
// block, and so may be served by another process over the run's socket. What
// they do comes back as events of the journal.
type Controller interface {
	Go(g Go) error
	Auto(delay time.Duration) error // gates let on by themselves after delay; 0: never
	Break(stage string, on bool) error
	Choices() ([]Choice, error)
	Without(thing string, out bool) error
	Snapshot() error // one now, on demand

	Shell(where journal.Side) (Command, error) // Inside: joined with setns(2); Outside: on the host, with CONTAINER_PID … set
	Attach() (Command, error)                  // the program's own terminal; ctrl-p ctrl-q leaves it
	Run(ctx context.Context, where journal.Side, line string) (Result, error)
	Signal(name string) error          // to PID 1
	Limit(file, value string) error    // write a cgroup file: memory.max
	Files(path string) ([]File, error) // a directory of the container, "/" first
	Read(path string) ([]byte, error)  // a file of the container, its first 1 MiB
	Unwind(now bool) error             // stop and undo, stage by stage or at once
}

// Kinds of what can be opened from home.
const (
	OpenImage     = "image"
	OpenRecording = "recording"
	OpenLesson    = "lesson"
)

// Item is something that home offers.
type Item struct {
	Kind   string // OpenImage, OpenRecording, OpenLesson
	Ref    string // what to give to run, replay or lesson; "" = the one that is built in
	Size   int64  // an image's in bytes, compressed; 0 = built in
	Layers int    // an image's
	Detail string // a lesson's title; what a recording shows
}

// Home is what the screen shows when nothing was asked for yet.
type Home interface {
	Items(Lang) ([]Item, error) // the built-in demo first, then what is newest
	Doctor() Health
}

// Health is what doctor found. Home shows it in a line, and whole when asked.
type Health struct {
	Kernel, Cgroup string // "6.12.1"; v1, v2, hybrid or none. No kernel: there is no Linux here
	Who            string // WhoRoot …
	Found          []Found
	Err            string // why doctor could not look
}

// Found is one thing that the machine has or has not.
type Found struct {
	Name, What string   // doctor's word for it: "userns"; "user namespaces"
	State      string   // FoundHave …
	Said       string   // what came back when it was tried
	Lose       string   // what does not work without it
	Mend       []string // what to do, any of which may help
	Stops      bool     // no container starts without it
}

// The states of what doctor looked for, in the order in which they are shown.
const (
	FoundLack    = "lack"
	FoundUnused  = "unused"  // it is missing, and not needed here
	FoundUntried = "untried" // something else is missing, without which it can't be tried
	FoundHave    = "have"
)

// Who starts containers here.
const (
	WhoRoot   = "root"
	WhoBare   = "bare" // root without the right to mount
	WhoUser   = "user"
	WhoNested = "nested" // root of a user namespace
)

// Speaker is what a speaker sees in the second terminal: cmd carries it there.
type Speaker struct {
	Stage   string        `json:"stage"`
	Number  int           `json:"number"` // of the stage, from 1
	Of      int           `json:"of"`
	Title   string        `json:"title"`
	Note    string        `json:"note"`
	Next    string        `json:"next"` // the title of what comes next
	Began   time.Time     `json:"began"`
	State   string        `json:"state"` // LIVE, PAST, RECORDED
	Auto    time.Duration `json:"auto"`
	Waiting bool          `json:"waiting"`
	Name    string        `json:"name"` // of the run, or of the lesson
}

// Options say how the screen is to be.
type Options struct {
	Theme string // "" chooses by the environment, and light where the terminal says that it is
	Lang  Lang   // "" chooses by the environment
	ASCII bool   // no lines and blocks; also when the locale has none
	Talk  bool   // the layout for a projector
	Loop  bool   // a recording begins again when it ended
	Auto  time.Duration

	Input  io.Reader // nil: the terminal
	Output io.Writer // nil: the terminal
	Getenv func(string) string

	// Of a live run.
	Journal    string          // the journal's file
	Signal     <-chan struct{} // gets a value when there is more; closed at the end; nil: the file is watched
	Done       <-chan struct{} // closed when the run is over; nil: Signal tells
	Controller Controller
	Fallback   string // a recording to go on with when a stage fails in a talk
	Speak      func(Speaker)

	picked bool // Theme was "": nobody named one
}
