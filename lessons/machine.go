package lessons

import (
	"context"
	"time"

	"glassbox/runtime/journal"
)

// Machine is what a lesson asks of the machine. Its methods may block; one at a
// time is called. Errors say what was tried and what a person can do.
type Machine interface {
	// Lacks says what this machine has not of what a lesson needs, a sentence each.
	Lacks(n Needs) []string

	// Start begins a run; it waits before its first stage. names are the runs that
	// were started before it, for joining their namespaces.
	Start(ctx context.Context, r Run) error

	// Go lets a run go on to a place, and returns when it waits there and was
	// observed, or an error when it failed, ended before, or ctx did.
	Go(ctx context.Context, run string, to Stop) error

	// State is what is known of a run now. A program that runs is observed anew.
	State(ctx context.Context, run string) (*journal.State, error)

	// Do runs a shell command inside a run's container, or on the host with
	// CONTAINER_PID and its like set. A status other than 0 is no error.
	Do(ctx context.Context, run string, c Command) (Result, error)

	// End ends all runs, the newest first, and undoes what they did.
	End(ctx context.Context) error

	// Left is what the runs have left behind on the host; nothing, after End.
	Left() []string
}

// Result is how a command went.
type Result struct {
	Out  string // standard output and error together, cut at 64 KiB
	Exit int
	Took time.Duration
}

// DefaultTimeout is how long a stop, a command or a check may take where nothing
// else is said.
const DefaultTimeout = 60 * time.Second
