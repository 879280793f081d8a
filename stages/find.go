package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// Running is one container that runs now.
type Running struct {
	Header journal.Header
	Stage  string // the stage that it is in
	State  string // that stage's state
	Pid    int    // PID 1's PID on the host; 0 before there is one
	Dir    string // its run directory
}

// List finds the containers that run now: those whose directory is locked by a
// live engine.
func List(state string) ([]Running, error) {
	dirs, err := os.ReadDir(state)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for runs: %w", err)
	}
	var list []Running
	for _, d := range dirs {
		dir := filepath.Join(state, d.Name())
		if !idForm(d.Name()) || !locked(dir) { // one that begins just now takes its lock itself: to look would be to hold it
			continue
		}
		if r, err := inspect(dir); err == nil {
			list = append(list, r)
		}
	}
	return list, nil
}

// locked tells whether an engine holds a run's directory.
func locked(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB), unix.EWOULDBLOCK)
}

// inspect reads a run's journal to its end.
func inspect(dir string) (Running, error) {
	in, err := journal.Open(JournalPath(dir))
	if err != nil {
		return Running{}, err
	}
	defer in.Close()
	r := Running{Header: in.Header, Dir: dir}
	for {
		e, err := in.Next()
		if err != nil {
			return r, nil
		}
		switch {
		case e.Step != nil:
			r.Stage, r.State = e.Stage, e.Step.State
		case e.Undo != nil && e.Undo.Op == "kill":
			r.first(e.Undo)
		}
	}
}

// first takes the first process's PID from its inverse. One that was undone is gone: a
// stage that is tried again makes another.
func (r *Running) first(u *journal.Undo) {
	pid := 0
	_, _ = fmt.Sscanf(u.Target, "%d:", &pid)
	switch {
	case u.State == journal.Planned && r.Pid == 0:
		r.Pid = pid
	case u.State == journal.Undone && r.Pid == pid:
		r.Pid = 0
	}
}

// Find finds a running container by its name, its identifier or the beginning of it.
func Find(state, who string) (Running, error) {
	list, err := List(state)
	if err != nil {
		return Running{}, err
	}
	var found, named []Running
	for _, r := range list {
		if r.Header.ID == who {
			return r, nil
		}
		if r.Header.Name == who {
			named = append(named, r)
		}
		if len(who) >= 2 && strings.HasPrefix(r.Header.ID, who) {
			found = append(found, r)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return Running{}, fmt.Errorf("%q is the name of %d containers: take an identifier, `glassbox ps` lists them", who, len(named))
	}
	switch len(found) {
	case 0:
		return Running{}, fmt.Errorf("no container %q runs: `glassbox ps` lists those that do", who)
	case 1:
		return found[0], nil
	}
	return Running{}, fmt.Errorf("%q is the beginning of %d identifiers: say more of it", who, len(found))
}

// Claim refuses a name that a running container has: who asks for it would mean either.
// Nobody else claims one until done is called, by when the new run can be found itself.
func Claim(state, name string) (done func(), err error) {
	if err := os.MkdirAll(state, 0o700); err != nil { //nolint:forbidigo // where runs have their directories
		return nil, fmt.Errorf("make the runs' directory: %w", err)
	}
	if !owned(state) {
		return nil, notYours(state)
	}
	f, err := os.Open(state)
	if err != nil {
		return nil, fmt.Errorf("look for runs: %w", err)
	}
	done = func() { _ = f.Close() }
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		done()
		return nil, fmt.Errorf("lock the runs' directory: %w", err)
	}
	list, err := List(state)
	for _, r := range list {
		if r.Header.Name == name {
			err = fmt.Errorf("--name %s: container %s has it and runs: take another name", name, r.Header.ID)
		}
	}
	if err != nil {
		done()
		return nil, err
	}
	return done, nil
}

// FindStarted is Find for a container that has a PID 1.
func FindStarted(state, who string) (Running, error) {
	r, err := Find(state, who)
	if err == nil && r.Pid == 0 {
		err = fmt.Errorf("%s has no process yet: let it go on to its clone stage first", r.Header.Name)
	}
	return r, err
}
