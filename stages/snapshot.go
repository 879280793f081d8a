package stages

import (
	"fmt"
	"os"
	"strings"
	"time"

	"glassbox/runtime/journal"
	"glassbox/runtime/observe"
	"glassbox/runtime/proc"
)

// complete says how many snapshots apart the complete ones are; the others hold changes.
const complete = 50

// patience is how long one reading of the inside may take.
const patience = 2 * time.Second

// What snapshots are called that somebody asked for, and those at the gates of calls.
const (
	onDemand   = "on demand"
	beforeCall = "before "
)

// snapshot is what the last one held, to find what changed.
type snapshot struct {
	values map[journal.Key]journal.Value
	count  int
}

// snap observes the container from outside and inside, if somebody wants it,
// and records what changed.
func (r *Run) snap(stage, when string) {
	if !r.Watch.Load() {
		return
	}
	r.peek.Lock()
	defer r.peek.Unlock()
	inside := r.look(stage) // first: a process that was just cloned has its name when it answers
	values := append(observe.Outside(r.target()), inside...)
	s := r.last.changes(values)
	if len(s.Values)+len(s.Gone) == 0 && strings.HasPrefix(when, beforeCall) {
		return // at gates there are many
	}
	s.When = when
	r.Journal.Emit(journal.Event{Stage: stage, Side: journal.Host, Kind: journal.KindSnapshot, Snapshot: s})
}

// atGate observes the container while it waits at a gate.
func (r *Run) atGate(when string) {
	if stage := r.stage.Load(); stage != nil {
		r.snap(*stage, when)
	}
}

// look asks the process inside what a program there would read. In the exec stage the
// first process is no witness any more: it gives up its power step by step, and a
// filter of the person's own may forbid it to look. Then one who joins is asked.
func (r *Run) look(stage string) []journal.Value {
	if stage == "exec" && r.child != nil && r.alive() {
		r.join()
	}
	c, joined := r.child, false
	var pids []int
	if r.inside != nil {
		c, joined, pids = r.inside, true, r.numbers()
	}
	if c == nil || stage == "exit" || stage == "exec" && !joined {
		return nil
	}
	// A file of the container may never answer (FUSE): then the one who reads is given up.
	stuck := time.AfterFunc(patience, func() {
		if joined {
			_ = c.Process.Kill()
		}
	})
	v, err := c.Observe(pids)
	if !stuck.Stop() && joined {
		r.leave()
		r.k.Stage(stage).Note("warning", "no-inside", "The container can't be read from inside any more: it did not answer within two seconds.",
			"error", "it did not answer within two seconds")
	}
	if err != nil {
		return nil // it ended meanwhile
	}
	return v
}

// numbers are the container's first process's, the engine's pid namespace's first. They
// are read once: they never change, and one that has ended tells none.
func (r *Run) numbers() []int {
	pid := r.child.Process.Pid
	if len(r.pids) > 0 && r.pids[0] == pid {
		return r.pids
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	s := proc.ParseStatus(b)
	if err != nil || len(s.NSpid) == 0 || s.NSpid[0] != pid {
		return []int{pid}
	}
	r.pids = s.NSpid
	return r.pids
}

// leave ends the reader that has joined the container.
func (r *Run) leave() {
	if r.inside == nil {
		return
	}
	_ = r.inside.Process.Kill()
	_ = r.inside.Close()
	_, _ = r.inside.Process.Wait()
	r.inside = nil
}

func (r *Run) target() observe.Target {
	t := observe.Target{Cgroups: r.groups.dirs, Root: r.root, Bridge: r.net.bridge}
	if r.child != nil {
		t.Pid = r.child.Process.Pid
	}
	if r.root != "" && r.Plan.Bundle == "" {
		dir := r.Plan.Root + "/containers/" + r.Plan.ID
		t.Merged, t.Upper, t.Work = dir+"/merged", dir+"/upper", dir+"/work"
	}
	return t
}

// changes makes a snapshot's record from all values: a complete one now and
// then, else what is new or went.
func (s *snapshot) changes(values []journal.Value) *journal.Snapshot {
	out := &journal.Snapshot{Complete: s.count%complete == 0}
	now := make(map[journal.Key]journal.Value, len(values))
	for _, v := range values {
		k := journal.Key{Fact: v.Fact, Side: v.Side}
		now[k] = v
		old, had := s.values[k]
		if out.Complete || !had || !journal.Same(old, v) {
			out.Values = append(out.Values, v)
		}
	}
	if !out.Complete {
		for k := range s.values {
			if _, ok := now[k]; !ok {
				out.Gone = append(out.Gone, k)
			}
		}
	}
	s.values = now
	s.count++
	return out
}
