package child

import (
	"encoding/binary"
	"encoding/json"
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

// request is what the engine sends.
type request struct {
	Do   string          `json:"do,omitempty"`   // the stage whose Inside half is to run, or observe
	Args json.RawMessage `json:"args,omitempty"` // its plain arguments
	Step bool            `json:"step,omitempty"` // wait at the gate before each call

	Go  bool   `json:"go,omitempty"`  // answer to a gate
	End string `json:"end,omitempty"` // answer to a gate: do not go on, and why
}

// message is what the child sends: one field is set.
type message struct {
	Event *journal.Event  `json:"event,omitempty"`
	Gate  *journal.Gate   `json:"gate,omitempty"`
	File  string          `json:"file,omitempty"` // name of the descriptor that comes along
	Exec  *journal.Call   `json:"exec,omitempty"` // execve(2) is about to happen
	Done  *done           `json:"done,omitempty"`
	Value json.RawMessage `json:"value,omitempty"` // with Done: what the half returned
}

// done ends a request.
type done struct {
	Err   string `json:"err,omitempty"`
	Errno int    `json:"errno,omitempty"` // the errno in Err, for exit status 126 and 127
}

// conn is one end of the socket. Messages are JSON behind their length (four bytes).
type conn struct {
	fd  int
	buf []byte // received and not yet used
	fds []int  // descriptors received and not yet asked for
}

func (c *conn) send(v any, fds ...int) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	out := binary.BigEndian.AppendUint32(make([]byte, 0, len(b)+4), uint32(len(b)))
	out = append(out, b...)
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	for len(out) > 0 {
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

// receive waits for one message. io.EOF says that the other end is closed.
func (c *conn) receive(v any) error {
	for {
		if len(c.buf) >= 4 {
			n := int(binary.BigEndian.Uint32(c.buf))
			if n > maxFrame {
				return fmt.Errorf("a message of %d bytes on the child's socket", n)
			}
			if len(c.buf) >= 4+n {
				b := c.buf[4 : 4+n]
				c.buf = c.buf[4+n:]
				if err := json.Unmarshal(b, v); err != nil {
					return fmt.Errorf("decode a message: %w", err)
				}
				return nil
			}
		}
		if err := c.fill(); err != nil {
			return err
		}
	}
}

func (c *conn) fill() error {
	b, oob := make([]byte, 64<<10), make([]byte, unix.CmsgSpace(4*maxFiles))
	for {
		n, oobn, _, _, err := unix.Recvmsg(c.fd, b, oob, unix.MSG_CMSG_CLOEXEC)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ECONNRESET), err == nil && n == 0:
			return io.EOF
		case err != nil:
			return fmt.Errorf("receive on the child's socket: %w", err)
		}
		if oobn > 0 {
			c.keep(oob[:oobn])
		}
		c.buf = append(c.buf, b[:n]...)
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
}
