package stages

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// Cleaned is what was undone of one killed run.
type Cleaned struct {
	ID    string
	Undos []journal.Undo
	Err   error
}

// Clean undoes what killed runs left: for each run directory that no engine
// holds, what its journal planned and did not undo, the newest first. It trusts
// only directories that it owns, and only targets of that run.
func Clean(p Places) ([]Cleaned, error) {
	dirs, err := os.ReadDir(p.State)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for killed runs: %w", err)
	}
	var list []Cleaned
	for _, d := range dirs {
		dir := filepath.Join(p.State, d.Name())
		if strings.HasPrefix(d.Name(), freshPrefix) {
			sweep(dir)
		}
		if !idForm(d.Name()) || !owned(dir) {
			continue
		}
		lock, ok := take(dir)
		if !ok {
			continue
		}
		c := cleanOne(p, dir, d.Name())
		_ = lock.Close()
		list = append(list, c)
	}
	return list, nil
}

// endKilled ends the processes that killed runs left. Without root Clean works in a
// user namespace of its own, from which those of another's that have changed their
// user are out of reach; who made that namespace may kill them from outside of it.
func endKilled(p Places) {
	dirs, _ := os.ReadDir(p.State)
	k := kernel.New(&collector{}, journal.Host)
	for _, d := range dirs {
		dir := filepath.Join(p.State, d.Name())
		if !idForm(d.Name()) || !owned(dir) {
			continue
		}
		lock, ok := take(dir)
		if !ok {
			continue
		}
		if in, err := journal.Open(JournalPath(dir)); err == nil && in.Header.BootID == bootID() {
			list, _ := planned(in)
			p := placesOf(p, in)
			for _, u := range list {
				if (u.Op == "kill" || u.Op == "killrest") && ours(p, dir, d.Name(), u) {
					_ = k.Reverse(u) // Clean tells of what went wrong
				}
			}
			_ = in.Close()
		}
		_ = lock.Close()
	}
}

// sweep removes the directory of an engine that was killed before it locked it.
func sweep(dir string) {
	st, err := os.Lstat(dir)
	if err == nil && owned(dir) && time.Since(st.ModTime()) > time.Minute {
		_ = os.RemoveAll(dir) //nolint:forbidigo // a run's own directory
	}
}

// idForm tells whether a name is that of a run: twelve hexadecimal digits.
func idForm(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789abcdef") == "" }

func owned(dir string) bool {
	var st unix.Stat_t
	return unix.Lstat(dir, &st) == nil && int(st.Uid) == os.Geteuid() && st.Mode&unix.S_IFMT == unix.S_IFDIR
}

// take locks a run's directory; false says that an engine holds it.
func take(dir string) (*os.File, bool) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, false
	}
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		_ = f.Close()
		return nil, false
	}
	return f, true
}

func cleanOne(p Places, dir, id string) Cleaned {
	c := Cleaned{ID: id}
	in, err := journal.Open(JournalPath(dir))
	if err != nil { // killed before its first line: nothing was done yet
		c.Err = os.RemoveAll(dir) //nolint:forbidigo // a run's own directory
		return c
	}
	planned, seq := planned(in)
	_ = in.Close()
	p = placesOf(p, in)
	sameBoot := in.Header.BootID == bootID()
	w, err := journal.Reopen(JournalPath(dir), seq)
	if err != nil {
		c.Err = err
		return c
	}
	k := kernel.New(w, journal.Host)
	var errs []error
	for i := len(planned) - 1; i >= 0; i-- {
		u := planned[i]
		if !sameBoot && volatileOp(u.Op) {
			continue // gone with the boot; the name may be another's now
		}
		if !ours(p, dir, id, u) {
			errs = append(errs, fmt.Errorf("%s %s does not belong to the run %s: left alone", u.Op, u.Target, id))
			continue
		}
		if err := k.Reverse(u); err != nil {
			errs = append(errs, err)
			continue
		}
		c.Undos = append(c.Undos, u)
	}
	_ = w.Close()
	if len(errs) == 0 {
		errs = append(errs, os.RemoveAll(dir)) //nolint:forbidigo // a run's own directory
	}
	c.Err = errors.Join(errs...)
	return c
}

// placesOf are the places of that run, which may have had another --root than we have.
func placesOf(p Places, in *journal.Reader) Places {
	if filepath.IsAbs(in.Header.Root) {
		p.Root = in.Header.Root
	}
	return p
}

// planned are the inverses that were not done, in the order of their planning.
func planned(in *journal.Reader) (list []journal.Undo, seq uint64) {
	for {
		e, err := in.Next()
		if err != nil {
			return list, seq
		}
		seq = e.Seq
		if e.Undo == nil {
			continue
		}
		if e.Undo.State == journal.Planned {
			list = append(list, *e.Undo)
			continue
		}
		if e.Undo.State == journal.Failed {
			continue
		}
		for i := range list {
			if list[i].ID == e.Undo.ID {
				list = append(list[:i:i], list[i+1:]...)
				break
			}
		}
	}
}

// volatileOp tells whether what an operation undoes ends with the boot anyway.
func volatileOp(op string) bool {
	switch op {
	case "rmdir", "unlink", "removetree":
		return false
	}
	return true
}

// ours tells whether a target belongs to that run: a killed run's journal is only a file.
func ours(p Places, dir, id string, u journal.Undo) bool {
	within := func(path, top string) bool { return path == top || strings.HasPrefix(path, top+"/") }
	clean := filepath.Clean(u.Target)
	switch u.Op {
	case "kill":
		return true // its start time says whether it is the same process
	case "killrest":
		return clean == filepath.Join(p.Root, "containers", id)
	case "umount", "rmdir", "unlink", "removetree":
		return within(clean, filepath.Join(p.Root, "containers", id)) || within(clean, dir) || u.Op == "rmdir" && cgroupPath(clean) ||
			u.Op != "removetree" && networkPath(p, clean) || bundlePath(p, u)
	case "unclaim":
		return within(clean, filepath.Join(p.State, "ids"))
	case "rmcgroup", "regroup":
		return cgroupPath(clean) && strings.Contains(clean, "glassbox-"+id)
	case "restore":
		return strings.HasPrefix(u.Target, "/proc/sys/net/")
	case "stopunit":
		return strings.Contains(u.Target, "glassbox-"+id)
	}
	return networkOurs(id, u)
}

func cgroupPath(path string) bool { return strings.HasPrefix(path, "/sys/fs/cgroup/") }

// networkPath tells whether a path is below the directory of leases.
func networkPath(p Places, path string) bool {
	return strings.HasPrefix(path, filepath.Join(p.State, "net")+"/")
}

// bundlePath: an empty directory or file that was made in a bundle's root to
// mount on. rmdir(2) takes empty ones alone; unlink is asked for empty files.
func bundlePath(_ Places, u journal.Undo) bool {
	switch u.Op {
	case "rmdir":
		return true
	case "unlink":
		st, err := os.Lstat(u.Target)
		return err != nil || st.Mode().IsRegular() && st.Size() == 0
	}
	return false
}

func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
