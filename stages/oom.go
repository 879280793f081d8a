package stages

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// oomWatch keeps what memory.events last said of kills. systemd takes a scope's
// group away as soon as it is empty, mostly before anybody can read it; so it is
// read when the kernel says that it changed, as conmon does it. See inotify(7) and
// cgroups(7).
type oomWatch struct {
	path  string
	kills atomic.Uint64
	file  *os.File
}

// settle is how long the file is read again after a change: the kernel tells of
// several changes at once, at most every ten milliseconds.
const settle = 50 * time.Millisecond

// watchOOM begins to watch a group of version 2. Without a watch the file is read at the end.
func watchOOM(dir string) *oomWatch {
	w := &oomWatch{path: filepath.Join(dir, "memory.events")}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return w
	}
	if _, err := unix.InotifyAddWatch(fd, w.path, unix.IN_MODIFY); err != nil {
		_ = unix.Close(fd)
		return w
	}
	w.file = os.NewFile(uintptr(fd), "inotify")
	go w.follow()
	return w
}

func (w *oomWatch) follow() {
	buf := make([]byte, 4096)
	for {
		if _, err := w.file.Read(buf); err != nil {
			return
		}
		for end := time.Now().Add(settle); w.read() && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
	}
}

// read keeps the count; false says that the file is gone.
func (w *oomWatch) read() bool {
	b, err := os.ReadFile(w.path)
	if err != nil {
		return false
	}
	if n, _ := proc.ParseFlat(b).Get("oom_kill"); n > w.kills.Load() {
		w.kills.Store(n)
	}
	return true
}

func (w *oomWatch) close() {
	if w != nil && w.file != nil {
		_ = w.file.Close()
	}
}
