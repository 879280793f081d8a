package stages

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// TypeIn hands on what comes from a reader as if it were typed on a terminal, whose
// master it gets. Where a pipe or a file ends, a terminal does not: so the key that
// means the end is typed, as script(1) does it. It is typed when all before it has
// been read, since a program that makes the terminal raw meanwhile would not see an end
// in it; and again whenever it was read, as a pipe says its end to each who reads on.
func TypeIn(tty *os.File, from io.Reader) {
	last := &lastByte{w: tty, b: '\n'}
	if _, err := io.Copy(last, from); err != nil {
		return // a terminal that has hung up, or the program has ended
	}
	begun := last.b != '\n'
	for pause := 20 * time.Millisecond; ; time.Sleep(pause) {
		key, err := endKey(tty)
		if errors.Is(err, unix.EAGAIN) { // a server may never read
			pause = min(2*pause, seldom)
			continue
		}
		if err != nil {
			return
		}
		end := []byte{key}
		if begun {
			end = append(end, key) // the first ends no more than the line
		}
		if _, err := tty.Write(end); err != nil {
			return
		}
		begun, pause = false, seldom
	}
}

// seldom is how long it takes at most until an end is typed that could be.
const seldom = 500 * time.Millisecond

// endKey is a terminal's VEOF (termios(3)), ctrl-d as a rule; EAGAIN says that the
// program has not yet read all that was typed, the end before this one too, or that
// it has no such key now. An end alone is nothing that TIOCINQ counts, and poll(2)
// leaves out what is less than a raw terminal's VMIN.
func endKey(tty *os.File) (key byte, err error) {
	conn, err := tty.SyscallConn()
	if err != nil {
		return 0, err
	}
	e := conn.Control(func(fd uintptr) {
		var t *unix.Termios
		if t, err = unix.IoctlGetTermios(int(fd), unix.TCGETS); err != nil {
			return
		}
		key = t.Cc[unix.VEOF]
		peer, n := 0, 0
		if peer, err = kernel.TerminalPeer(int(fd)); err != nil {
			return
		}
		defer unix.Close(peer)
		unread := []unix.PollFd{{Fd: int32(peer), Events: unix.POLLIN}}
		if _, err = unix.Poll(unread, 0); errors.Is(err, unix.EINTR) {
			err = unix.EAGAIN
		}
		if err != nil {
			return
		}
		n, err = unix.IoctlGetInt(peer, unix.TIOCINQ)
		if err == nil && (n > 0 || unread[0].Revents&unix.POLLIN != 0 || key == 0) {
			err = unix.EAGAIN
		}
	})
	return key, errors.Join(e, err)
}

// lastByte remembers the last byte that was written.
type lastByte struct {
	w io.Writer
	b byte
}

func (l *lastByte) Write(b []byte) (int, error) {
	if len(b) > 0 {
		l.b = b[len(b)-1]
	}
	return l.w.Write(b)
}
