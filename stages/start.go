package stages

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"sync"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// Places are where glassbox keeps things on this host.
type Places struct {
	Root  string // the store and the containers' directories
	State string // a directory a run: journal, lock, socket
}

// Default are the places for root; without root they are under the user's own
// XDG_DATA_HOME and XDG_RUNTIME_DIR.
func Default() Places {
	if before != nil {
		return before.Places
	}
	if os.Geteuid() == 0 && !outer() {
		return Places{Root: "/var/lib/glassbox", State: "/run/glassbox"}
	}
	data, state := os.Getenv("XDG_DATA_HOME"), os.Getenv("XDG_RUNTIME_DIR")
	if data == "" {
		home, _ := os.UserHomeDir()
		data = filepath.Join(home, ".local", "share")
	}
	if state == "" {
		state = filepath.Join(os.TempDir(), fmt.Sprintf("glassbox-%d", os.Getuid()))
	}
	return Places{Root: filepath.Join(data, "glassbox"), State: filepath.Join(state, "glassbox")}
}

// NewID is twelve random hexadecimal digits.
func NewID() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return hex.EncodeToString(b[:])
}

// Prepare makes the run's directory, takes its lock and begins its journal.
// version is glassbox's own. Close gives all of it back.
func Prepare(p *Plan, version string) (*Run, error) {
	config := sync.OnceValues(func() (*specs.Spec, error) { return readConfig(p.Bundle) })
	if p.Bundle != "" {
		go func() { _, _ = config() }()
	}
	// Under another name until it is locked, so that no `clean` takes it for a killed run's.
	fresh := filepath.Join(filepath.Dir(p.State), freshPrefix+filepath.Base(p.State))
	if err := os.MkdirAll(fresh, 0o700); err != nil { //nolint:forbidigo // the run's own directory: the journal begins in it
		return nil, fmt.Errorf("make the run's directory: %w: name a directory of your own in XDG_RUNTIME_DIR, or run as root", err)
	}
	if !owned(filepath.Dir(p.State)) { // it may lie in /tmp, where anybody could have made it
		return nil, notYours(filepath.Dir(p.State))
	}
	r := &Run{Plan: p, config: config, ended: make(chan struct{}), asked: make(chan struct{}, 1), now: make(chan struct{}, 1)}
	lock, err := os.OpenFile(filepath.Join(fresh, "lock"), os.O_CREATE|os.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the run's lock: %w", err)
	}
	r.lock = lock
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, fmt.Errorf("lock the run's directory: %w", err)
	}
	if err := os.Rename(fresh, p.State); err != nil { //nolint:forbidigo // the run's own directory
		return nil, fmt.Errorf("make the run's directory: %w", err)
	}
	h := r.header(version)
	if p.Redact {
		journal.NewMask(Given(p.Ask.Env)).Header(&h)
	}
	if r.Journal, err = journal.Create(JournalPath(p.State), h); err != nil {
		return nil, err
	}
	if p.Redact {
		r.Journal.Hide(Given(p.Ask.Env)...)
	}
	r.introduce()
	return r, nil
}

func notYours(dir string) error {
	return fmt.Errorf("%s is not yours: set XDG_RUNTIME_DIR to a directory of your own", dir)
}

// freshPrefix begins the name of a run's directory before it is locked.
const freshPrefix = ".new-"

// JournalPath is a run's journal in its directory.
func JournalPath(state string) string { return filepath.Join(state, "journal.jsonl") }

// Close ends the journal and removes the run's directory, unless something is
// still to be undone: then `glassbox clean` needs it.
func (r *Run) Close() error {
	if r.listener != nil {
		_ = r.listener.Close()
	}
	err := r.Journal.Close()
	defer r.lock.Close()
	if r.unclean {
		return err
	}
	if e := os.RemoveAll(r.Plan.State); err == nil { //nolint:forbidigo // the run's own directory
		err = e
	}
	return err
}

func (r *Run) header(version string) journal.Header {
	p := r.Plan
	h := journal.Header{
		Glassbox: version, ID: p.ID, Name: p.Name, Started: time.Now(), Pid: os.Getpid(), Kernel: release(), Arch: goruntime.GOARCH,
		Image: p.Image, Args: p.Ask.Args, Limits: p.Ask.Limits, Stages: journal.Stages(), Rootless: p.Rootless, Root: p.Root,
	}
	h.BootID = bootID()
	h.PidStart, _ = kernel.StartTime(h.Pid)
	var err error
	if r.tree, err = Tree(); err == nil {
		h.Cgroup = string(r.tree.Mode)
	}
	return h
}

func release() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}

// outer tells whether this process is in a user namespace of its own, as the
// engine is without root.
func outer() bool {
	b, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	f := strings.Fields(string(b))
	return len(f) != 3 || f[0] != "0" || f[1] != "0" || f[2] != "4294967295"
}
