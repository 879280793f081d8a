//go:build planted
// in stages.

// Package stages has one fault of each kind that the linters are there for.
package stages

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Effects bypasses the door to effects.
func Effects() error {
	if err := unix.Mount("a", "b", "c", 0, ""); err != nil { // want forbidigo
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil { // want forbidigo
		return err
	}
	if err := unix.Setns(3, unix.CLONE_NEWNET); err != nil { // want forbidigo
		return err
	}
	if err := unix.Sethostname([]byte("x")); err != nil { // want forbidigo
		return err
	}
	if err := syscall.Unshare(syscall.CLONE_NEWNS); err != nil { // want forbidigo
		return err
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_MOUNT, 0, 0, 0); errno != 0 { // want forbidigo
		return errno
	}
	fmt.Println("said on the container's standard output") // want forbidigo

	return os.Mkdir("/sys/fs/cgroup/x", 0o755) // want forbidigo
}

// Unchecked drops an error.
func Unchecked(w io.Writer) {
	w.Write(nil) // want errcheck
}

// Unwrapped loses the cause, and compares where it should ask.
func Unwrapped(err error) error {
	if err == os.ErrNotExist { // want errorlint
		return nil
	}
	return fmt.Errorf("open: %v", err) // want errorlint
}

// Vetted formats a number as a string.
func Vetted() string {
	return fmt.Sprintf("%s", 1) // want govet staticcheck
}

// Swallowed says that all went well.
func Swallowed() error {
	if err := Effects(); err != nil {
		return nil // want nilerr
	}
	return nil
}

// Odd waits for a second that is none.
func Odd() {
	time.Sleep(5) // want staticcheck revive+3 staticcheck+3
}

// Public docs tell what the name is; this one begins otherwise.
func Misnamed() {}

func Bare() {} // want revive godot+2

// noStop has no full stop
func noStop(n int) (int, error) { // want unparam
	n *= 2
	return n + 1, nil
}

// Calls keeps it in use.
func Calls(n int) int {
	n, err := noStop(n)
	if err != nil {
		return 0
	}
	return n
}

var errNever = errors.New("unused") // want unused gofumpt+2

func   crooked() { _ = 0 } // want unused

// Long is longer than a screen.
func Long() (n int) { // want funlen
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	n++
	return n
}
