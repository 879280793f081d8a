package stages

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestExportEtc: a bundle has its own files in /etc, also where that is a link; none is
// written out of the bundle.
func TestExportEtc(t *testing.T) {
	for to, lands := range map[string]string{"": "etc", "usr/etc": "usr/etc", "/usr/etc": "usr/etc", "../../../usr/etc": "usr/etc"} {
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
