package kernel

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// ErrClaimed says that another run that lives has claimed the name.
var ErrClaimed = errors.New("it is claimed by another run")

// Claim takes a name that only one run at a time may have, such as a range of
// ids: a file, held by flock(2) for as long as what comes back is open. A killed
// run's claim ends by itself.
func (k *Kernel) Claim(path string) (*os.File, error) {
	c := journal.Call{
		Name: "flock", Man: "flock(2)", Args: args("pathname", path, "operation", "LOCK_EX|LOCK_NB"), Sh: words("flock --nonblock", Quote(path), "…"),
	}
	var f *os.File
	err := k.do(c, "claim "+path, func() error {
		k.Plan("unclaim", path)
		var err error
		f, err = claim(path)
		return err
	})
	return f, err
}

func claim(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of the claims: %w", err)
	}
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
		if errors.Is(err, unix.ENOENT) { // the last one took the directory away
			if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		if err := flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("%w: %w", ErrClaimed, err)
		}
		if same(int(f.Fd()), path) {
			return f, nil
		}
		_ = f.Close() // removed while we waited: once more
	}
}

// unclaim removes a claim that nobody holds.
func unclaim(path string) error {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return gone(err)
	}
	defer unix.Close(fd)
	if flock(fd, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return nil // another run has it by now
	}
	err = gone(unix.Unlink(path))
	_ = unix.Rmdir(filepath.Dir(path)) // refused unless it is empty
	return err
}
