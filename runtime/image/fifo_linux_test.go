package image

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHeld: neither an archive nor a store's index that is a FIFO without a writer holds
// us, nor one that is a device; an archive can come through a FIFO.
func TestHeld(t *testing.T) {
	stuck := time.AfterFunc(time.Minute, func() { panic("it is held") })
	defer stuck.Stop()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, store(t), "docker-archive:"+fifo, PullOptions{}, "no docker-archive")
	fails(t, store(t), "docker-archive:/dev/zero", PullOptions{}, "is a device, and no archive")
	w, err := os.OpenFile(fifo, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(50*time.Millisecond, func() { _, _ = w.WriteString("rubbish"); _ = w.Close() })
	defer late.Stop()
	fails(t, store(t), "docker-archive:"+fifo, PullOptions{}, "no docker-archive")

	s := store(t)
	if err := syscall.Mkfifo(s.content("index.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.List(); err == nil || !strings.Contains(err.Error(), "it is no regular file") {
		t.Error(err)
	}
}
