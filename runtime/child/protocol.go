package child

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// maxFrame is the longest message that either side takes, in bytes. The other
// side is glassbox too, but once a container's program runs it is a stranger.
const maxFrame = 16 << 20

// maxFiles is how many descriptors one message can carry: SCM_MAX_FD, unix(7).
const maxFiles = 253

// request is what the engine sends; descriptors can come along.
type request struct {
	Do   string // the stage whose Inside half is to run, or observe
	Args []byte // its plain arguments: Encode
	Step bool   // wait at the gate before each call
	Late bool   // write events into the ledger: nobody waits for them

	Go  bool   // answer to a gate
	End string // answer to a gate: do not go on, and why
}

// message is what the child sends: one field is set.
type message struct {
	Event *journal.Event
	Gate  *journal.Gate
	Exec  *journal.Call // execve(2) is about to happen
	Done  *done
	File  string // name of the descriptor that comes along

	Waited int64 // of Exec and Done: microseconds at gates since the request
}

// done ends a request.
type done struct {
	Err   string
	Errno int64  // the errno in Err, for exit status 126 and 127
	Mend  string // what a person can do, at the end of Err; may be empty
	Value []byte // what the half returned: Encode
}

// conn is one end of the socket. Messages are frames of wire behind their length (four bytes).
type conn struct {
	fd  int
	in  []byte // received and not yet used
	buf []byte // what in is a part of
	oob []byte // what descriptors come in
	out []byte // the frame that is sent
	fds []int  // descriptors received and not yet asked for

	notes int // the child's: its ledger
}

func (c *conn) ask(r *request, fds ...int) error {
	return c.send(fds, func(w *wire) { w.request(r) })
}

func (c *conn) tell(m *message, fds ...int) error {
	return c.send(fds, func(w *wire) { w.message(m) })
}

func (c *conn) send(fds []int, put func(w *wire)) error {
	frame, err := c.frame(put)
	if err != nil {
		return err
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	for out := frame; len(out) > 0; {
		n, err := unix.SendmsgN(c.fd, out, oob, nil, unix.MSG_NOSIGNAL)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return fmt.Errorf("send on the child's socket: %w", err)
		}
		out, oob = out[n:], nil
	}
	return nil
}

// frame is a message behind its length; it lasts until the next one.
func (c *conn) frame(put func(w *wire)) ([]byte, error) {
	w := &wire{b: append(c.out[:0], 0, 0, 0, 0), put: true}
	put(w)
	c.out = w.b
	binary.BigEndian.PutUint32(w.b, uint32(len(w.b)-4))
	return w.b, w.err
}

// note writes a message into the ledger.
func (c *conn) note(m *message) error {
	frame, err := c.frame(func(w *wire) { w.message(m) })
	if err == nil {
		_, err = unix.Write(c.notes, frame)
	}
	return err
}

// request waits for the engine's next one. io.EOF says that the other end is closed.
func (c *conn) request(r *request) error {
	return c.receive(func(w *wire) { w.request(r) })
}

// message waits for the child's next one, as request does.
func (c *conn) message(m *message) error {
	return c.receive(func(w *wire) { w.message(m) })
}

func (c *conn) receive(get func(w *wire)) error {
	for {
		missing := 4 - len(c.in)
		if missing <= 0 {
			n := int(binary.BigEndian.Uint32(c.in))
			if n > maxFrame {
				return fmt.Errorf("a message of %d bytes on the child's socket", n)
			}
			if missing = 4 + n - len(c.in); missing <= 0 {
				w := &wire{b: c.in[4 : 4+n]}
				c.in = c.in[4+n:]
				get(w)
				if w.err == nil && len(w.b) > 0 {
					w.fail()
				}
				return w.err
			}
		}
		if err := c.fill(missing); err != nil {
			return err
		}
	}
}

// room is how much is read at once, in bytes.
const room = 16 << 10

// fill receives what has come; missing bytes are needed for the next message.
func (c *conn) fill(missing int) error {
	if cap(c.buf) < len(c.in)+missing {
		c.buf = make([]byte, max(room, len(c.in)+missing))
	}
	have := copy(c.buf, c.in)
	if c.oob == nil {
		c.oob = make([]byte, unix.CmsgSpace(4*maxFiles))
	}
	for {
		n, oobn, _, _, err := unix.Recvmsg(c.fd, c.buf[have:], c.oob, unix.MSG_CMSG_CLOEXEC)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ECONNRESET), err == nil && n == 0:
			return io.EOF
		case err != nil:
			return fmt.Errorf("receive on the child's socket: %w", err)
		}
		if oobn > 0 {
			c.keep(c.oob[:oobn])
		}
		c.in = c.buf[:have+n]
		return nil
	}
}

func (c *conn) keep(oob []byte) {
	list, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for i := range list {
		if fds, err := unix.ParseUnixRights(&list[i]); err == nil {
			c.fds = append(c.fds, fds...)
		}
	}
	for len(c.fds) > maxFiles {
		_ = unix.Close(c.fds[0])
		c.fds = c.fds[1:]
	}
}
