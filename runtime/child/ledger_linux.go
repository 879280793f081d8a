package child

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ledgerFD is where the child finds its ledger.
const ledgerFD = 5

// ledger is a file in memory into which the child writes its events while nobody
// watches, instead of sending each: that would wake the engine a hundred times,
// which is a good part of a start. The engine reads it with the next message, or
// at the child's end: whatever ends the child, what it did is there. Now and then
// an empty message wakes it, so that little is left to be read at a half's end.
type ledger struct {
	f   *os.File
	off int64  // read to here
	buf []byte // read and not yet taken: the beginning of a frame
}

func newLedger() (*ledger, error) {
	fd, err := unix.MemfdCreate("events", unix.MFD_CLOEXEC|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate("events", unix.MFD_CLOEXEC)
	}
	if err != nil {
		return nil, fmt.Errorf("make the child's ledger: %w", err)
	}
	return &ledger{f: os.NewFile(uintptr(fd), "events")}, nil
}

// read takes the frames that have been written since.
func (l *ledger) read(take func(m *message)) error {
	for {
		have := len(l.buf)
		l.buf = append(l.buf, make([]byte, room)...)
		n, err := l.f.ReadAt(l.buf[have:], l.off)
		l.buf, l.off = l.buf[:have+n], l.off+int64(n)
		if e := l.frames(take); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the child's ledger: %w", err)
		}
	}
}

// frames takes the whole frames that are in buf.
func (l *ledger) frames(take func(m *message)) error {
	b := l.buf
	for len(b) >= 4 {
		n := int(binary.BigEndian.Uint32(b))
		if n > maxFrame {
			return fmt.Errorf("an event of %d bytes in the child's ledger", n)
		}
		if len(b) < 4+n {
			break
		}
		var m message
		w := wire{b: b[4 : 4+n]}
		if w.message(&m); w.err != nil {
			return w.err
		}
		take(&m)
		b = b[4+n:]
	}
	l.buf = append(l.buf[:0], b...)
	return nil
}
