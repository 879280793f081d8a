package image

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// mounted is a tmpfs of so many bytes.
func mounted(t *testing.T, options string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to mount a small disk")
	}
	dir := t.TempDir()
	if err := unix.Mount("glassbox-test", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("can't mount a small disk here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFullDisk(t *testing.T) {
	reg, s := serve(t), store(t)
	big := reg.push(t, "big:1", picture(t, "linux/amd64", 1_500_000, 4))
	small := reg.push(t, "small:1", picture(t, "linux/amd64", 10_000, 1))
	dir := mounted(t, "size=2m")
	full, err := Open(filepath.Join(dir, "store"))
	if err != nil {
		t.Fatal(err)
	}
	full.pause = s.pause
	must(t, full, small, want64(nil))
	err = failure(t, full, big, want64(nil), "is full", "glassbox rmi", full.root)
	if !errors.Is(err, unix.ENOSPC) {
		t.Error(err)
	}
	must(t, full, small, PullOptions{Platform: "linux/amd64", Policy: Never})
	if list, err := full.List(); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "other"), make([]byte, 400_000), 0o600); err != nil {
		t.Errorf("what was half fetched keeps the disk full: %v", err)
	}

	// No name for a file is left, not even for a lock.
	tiny := mounted(t, "nr_inodes=2")
	if _, err := Open(filepath.Join(tiny, "store")); !errors.Is(err, unix.ENOSPC) {
		t.Error(err)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	reg, s := serve(t), store(t)
	here := reg.push(t, "a:1", picture(t, "linux/amd64", 10, 1))
	other := reg.push(t, "b:1", picture(t, "linux/amd64", 10, 1))
	dir := mounted(t, "size=2m")
	w, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	w.pause = s.pause
	must(t, w, here, want64(nil))
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	ro, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	must(t, ro, here, want64(nil))
	fails(t, ro, other, want64(nil), "is read-only", "--root")
	if _, err := ro.Remove(here); !errors.Is(err, unix.EROFS) {
		t.Error(err)
	}
	if _, err := Open(filepath.Join(dir, "new")); !errors.Is(err, unix.EROFS) {
		t.Error(err)
	}
}
