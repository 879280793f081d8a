package stages

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// TestExportEtc: a bundle has its own files in /etc, also where that is a link; none is
// written out of the bundle.
func TestExportEtc(t *testing.T) {
	for to, lands := range map[string]string{"": "etc", "usr/etc": "usr/etc", "/usr/etc": "usr/etc", "../../../usr/etc": "usr/etc", "/lost/etc": "lost/etc", "../lost": "lost"} {
		root := t.TempDir()
		if err := os.MkdirAll(filepath.Join(root, "usr/etc"), 0o755); err != nil {
			t.Fatal(err)
		}
		outside := filepath.Join(t.TempDir(), "outside")
		if err := os.Symlink(outside, filepath.Join(root, "usr/etc/hosts")); err != nil {
			t.Fatal(err)
		}
		if to != "" {
			if err := os.Symlink(to, filepath.Join(root, "etc")); err != nil {
				t.Fatal(err)
			}
		}
		r := &Run{Plan: &Plan{ID: "0123456789ab", Spec: &specs.Spec{Hostname: "box", Linux: &specs.Linux{}}}}
		if err := r.exportEtc(root, []string{"hosts", "hostname"}); err != nil {
			t.Errorf("/etc is %q: %v", to, err)
			continue
		}
		for _, name := range []string{"hosts", "hostname"} {
			st, err := os.Lstat(filepath.Join(root, lands, name))
			if err != nil || !st.Mode().IsRegular() || st.Size() == 0 {
				t.Errorf("/etc is %q: %s is no file with text: %v", to, name, err)
			}
		}
		if _, err := os.Lstat(outside); err == nil {
			t.Errorf("/etc is %q: a link led out", to)
		}
	}
}

// TestExportHalf: of a bundle that could not be written whole nothing is left, and of
// who was there before everything.
func TestExportHalf(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc/hosts/full"), 0o755); err != nil { // the copy works, and the file can't be made
		t.Fatal(err)
	}
	there := t.TempDir()
	if err := os.WriteFile(filepath.Join(there, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{there, filepath.Join(t.TempDir(), "new")} {
		r := &Run{
			Plan: &Plan{ID: "0123456789ab", Spec: &specs.Spec{Hostname: "box", Linux: &specs.Linux{}, Mounts: []specs.Mount{{Source: "/run/x/hosts"}}}, State: "/run/x"},
			k:    kernel.New(&collector{}, journal.Host), root: root, Export: dir,
		}
		if err := r.export(); err == nil || errors.Is(err, errUntil) {
			t.Fatalf("it says that the bundle is whole: %v", err)
		}
		left, _ := filepath.Glob(dir + "/*")
		if dir == there && len(left) == 1 && filepath.Base(left[0]) == "mine" {
			continue
		}
		if _, err := os.Lstat(dir); dir == there || err == nil {
			t.Errorf("in %s is left: %q", dir, left)
		}
	}
}
