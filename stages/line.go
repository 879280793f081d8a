package stages

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// lineConn reads JSON lines, and the descriptors that come along with them.
type lineConn struct {
	c   *net.UnixConn
	buf []byte
	fds []int
}

func (l *lineConn) read(v any) error {
	for {
		if i := bytes.IndexByte(l.buf, '\n'); i >= 0 {
			line := l.buf[:i]
			l.buf = l.buf[i+1:]
			return json.Unmarshal(line, v)
		}
		if len(l.buf) > maxRequest {
			return errors.New("the request is too long")
		}
		b, oob := make([]byte, 32<<10), make([]byte, unix.CmsgSpace(4*4))
		n, oobn, _, _, err := l.c.ReadMsgUnix(b, oob)
		if err != nil {
			return err
		}
		if n == 0 {
			return net.ErrClosed
		}
		l.buf = append(l.buf, b[:n]...)
		l.keep(oob[:oobn])
	}
}

func (l *lineConn) keep(oob []byte) {
	list, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for i := range list {
		if fds, err := unix.ParseUnixRights(&list[i]); err == nil {
			l.fds = append(l.fds, fds...)
		}
	}
	for _, fd := range l.fds {
		unix.CloseOnExec(fd)
	}
}

// files are the descriptors received so far; they are the caller's then.
func (l *lineConn) files() []*os.File {
	var list []*os.File
	for _, fd := range l.fds {
		list = append(list, os.NewFile(uintptr(fd), "handed over"))
	}
	l.fds = nil
	return list
}

func (l *lineConn) close() {
	for _, fd := range l.fds {
		_ = unix.Close(fd)
	}
}
