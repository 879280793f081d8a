package kernel

import (
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// shown is how much of a kernel file's old and new content a write event keeps, in bytes.
const shown = 4096

// Write writes one value to a kernel file (a cgroup's, a map, a sysctl) with
// one write(2), and records what the file said before and says after: kernels
// round. man names the page that describes the file.
func (k *Kernel) Write(path, value, man string) error {
	w := journal.Write{
		Path: path, Value: value, Man: man, Held: k.held,
		Sh: words("echo", quote(strings.TrimSuffix(value, "\n")), ">", quote(path)),
	}
	w.Before = peek(path)
	if k.held != "" {
		k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w})
		return nil
	}
	if k.gate != nil {
		g := w
		if err := k.gate(journal.Gate{State: journal.Waiting, At: "call", Write: &g}); err != nil {
			return err
		}
	}
	t := time.Now()
	err := put(path, value)
	w.DurUS = time.Since(t).Microseconds()
	w.After, w.Errno = peek(path), Errno(err)
	k.Emit(journal.Event{Kind: journal.KindWrite, Write: &w, T: t})
	if err != nil {
		return &Error{Tried: "write " + strings.TrimSpace(value) + " to " + path, Err: err, Mend: mend("write", err)}
	}
	return nil
}

// WriteBack is Write whose inverse puts back what the file said before.
func (k *Kernel) WriteBack(path, value, man string) error {
	k.Plan("restore", path+"="+strings.TrimSuffix(peek(path), "\n"))
	return k.Write(path, value, man)
}

func put(path, value string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	_, err = unix.Write(fd, []byte(value))
	if e := unix.Close(fd); err == nil {
		err = e
	}
	return err
}

// peek reads the beginning of a kernel file; "" where it can't be read.
func peek(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var b [shown]byte
	n, _ := unix.Read(fd, b[:])
	return string(b[:max(n, 0)])
}
