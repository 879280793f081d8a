package stages

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// TestEndKey: an end is typed when all before it has been read, the end before it, too:
// a program that reads nothing gets one, and not a heap of them.
func TestEndKey(t *testing.T) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("needs a terminal: ", err)
	}
	defer tty.Close()
	if err := unix.IoctlSetPointerInt(int(tty.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	fd, err := kernel.TerminalPeer(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	peer := os.NewFile(uintptr(fd), "peer")
	defer peer.Close()
	waits := func(when string) {
		t.Helper()
		if key, err := endKey(tty); !errors.Is(err, unix.EAGAIN) {
			t.Errorf("%s: key %d, %v; want EAGAIN", when, key, err)
		}
	}
	typed := func(text string) {
		t.Helper()
		if _, err := tty.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	read := func() {
		t.Helper()
		if _, err := unix.Read(fd, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	typed("one\n")
	waits("a line is not read")
	for range 2 {
		read()
		key, err := endKey(tty)
		if err != nil || key != 4 {
			t.Fatalf("all is read: key %d, %v; want 4", key, err)
		}
		typed(string(key))
		waits("an end is not read")
	}
	read()
	set, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	set.Cc[unix.VEOF] = 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, set); err != nil {
		t.Fatal(err)
	}
	waits("no key means the end")
}
