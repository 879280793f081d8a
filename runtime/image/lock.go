package image

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// flock is a lock that one process, or one goroutine, holds on a file: flock(2).
// The kernel drops it when its holder dies.
type flock struct{ f *os.File }

// lock waits until path is locked, shared or alone, or ctx is done. The file is
// made where it is missing. On a read-only disk there is nothing to guard, and
// the lock is a nil one.
func lock(ctx context.Context, path string, shared bool) (*flock, error) {
	for {
		f, err := openLock(path)
		if f == nil {
			return nil, err
		}
		if err := waitLock(ctx, f, shared); err != nil {
			return nil, err
		}
		if stillThere(f, path) {
			return &flock{f}, nil
		}
		// Its holder removed it while we waited: what we hold guards nothing.
		_ = f.Close()
	}
}

// tryLock takes the lock if nobody holds it, else its error is errHeld.
func tryLock(path string, shared bool) (*flock, error) {
	for {
		f, err := openLock(path)
		if f == nil {
			return nil, err
		}
		if err := flockTry(f, shared); err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if stillThere(f, path) {
			return &flock{f}, nil
		}
		_ = f.Close()
	}
}

func openLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		return f, nil
	}
	if f, e := os.Open(path); e == nil {
		return f, nil
	}
	if isReadOnly(err) || errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	return nil, fmt.Errorf("open the lock: %w", err)
}

// waitLock blocks in the kernel, away from the caller, so that ctx can end the wait.
func waitLock(ctx context.Context, f *os.File, shared bool) error {
	err := flockTry(f, shared)
	if !errors.Is(err, errHeld) {
		if err != nil {
			_ = f.Close()
			return fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		return nil
	}
	got := make(chan error, 1)
	go func() { got <- flockWait(f, shared) }()
	select {
	case err := <-got:
		if err != nil {
			_ = f.Close()
			return fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		return nil
	case <-ctx.Done():
		go func() { _ = errors.Join(<-got, f.Close()) }()
		return ctx.Err()
	}
}

func stillThere(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(mine, now)
}

// release gives the lock back.
func (l *flock) release() {
	if l != nil {
		_ = l.f.Close()
	}
}

// discard gives the lock back and removes its file, so that a store does not
// gather one for each blob. Whoever waits for it notices and makes a new one.
func (l *flock) discard() {
	if l != nil {
		_ = os.Remove(l.f.Name())
		_ = l.f.Close()
	}
}
