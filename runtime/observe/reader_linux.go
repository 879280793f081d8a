package observe

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// reader collects the values of one side. All reading goes through its one buffer.
type reader struct {
	side   journal.Side
	buf    []byte
	values []journal.Value
	seen   map[string]bool // facts of control groups, which several hierarchies have
}

var buffers = sync.Pool{New: func() any { b := make([]byte, MaxValue+1); return &b }}

// observe runs read with a reader and returns its values.
func observe(side journal.Side, read func(r *reader)) []journal.Value {
	buf, ok := buffers.Get().(*[]byte)
	if !ok {
		return nil
	}
	defer buffers.Put(buf)
	r := &reader{side: side, buf: *buf, values: make([]journal.Value, 0, 160), seen: map[string]bool{}}
	read(r)
	return r.values
}

// bytes adds a value; b is copied. What is longer than MaxValue is cut.
func (r *reader) bytes(fact, source string, b []byte) {
	v := journal.Value{Fact: fact, Side: r.side, Source: source}
	if len(b) > MaxValue {
		b = b[:MaxValue]
		v.Err = cut
	}
	v.SetBytes(b)
	r.values = append(r.values, v)
}

const cut = "cut: only the beginning is kept"

// text adds a value that was put together here.
func (r *reader) text(fact, source, text string) { r.bytes(fact, source, []byte(text)) }

// fail adds a value that could not be read.
func (r *reader) fail(fact, source string, err error) {
	r.values = append(r.values, journal.Value{Fact: fact, Side: r.side, Source: source, Err: sentence(err)})
}

// note adds a remark to the last value: that it is not all.
func (r *reader) note(format string, args ...any) {
	if n := len(r.values); n > 0 {
		r.values[n-1].Err = fmt.Sprintf(format, args...)
	}
}

// file adds what a kernel file says. A file that is missing adds nothing where
// optional says so.
func (r *reader) file(fact string, dir int, name, source string, optional bool) {
	b, err := r.read(dir, name)
	switch {
	case err == nil:
		r.bytes(fact, source, b)
	case gone(err) || optional:
	default:
		r.fail(fact, source, err)
	}
}

// read returns a file's content, at most one byte more than MaxValue; it is valid
// until the next read. The file is one of the kernel's, below a directory that the
// kernel made.
func (r *reader) read(dir int, name string) ([]byte, error) {
	fd, err := openat(dir, name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	return r.drain(fd)
}

func (r *reader) drain(fd int) ([]byte, error) {
	n := 0
	for n < len(r.buf) {
		m, err := unix.Read(fd, r.buf[n:])
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m == 0 {
			break
		}
		n += m
	}
	return r.buf[:n], nil
}

// link adds what a link of the kernel's says.
func (r *reader) link(fact string, dir int, name, source string) {
	var b [256]byte
	n, err := unix.Readlinkat(dir, name, b[:])
	switch {
	case err == nil:
		r.bytes(fact, source, b[:n])
	case gone(err):
	default:
		r.fail(fact, source, err)
	}
}

func openat(dir int, name string, flags int) (int, error) {
	for {
		fd, err := unix.Openat(dir, name, flags|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}

// opendir opens a directory to read files in it. The caller closes it.
func opendir(path string) (int, error) {
	return openat(unix.AT_FDCWD, path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW)
}

// gone says that a process or a file is not there (any more).
func gone(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ESRCH) }

// sentence writes an error as a value keeps it.
func sentence(err error) string {
	s := err.Error()
	return strings.TrimSpace(s)
}
