package stages

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestUsable: what a bundle asks for and glassbox would not do is refused, not left out.
func TestUsable(t *testing.T) {
	for change, says := range map[string]string{
		`{}`:           "",
		`{"hooks":{}}`: "",
		`{"hooks":{"poststop":[{"path":"/bin/true"}]}}`:                             "hooks",
		`{"process":{"apparmorProfile":"x"}}`:                                       "process.apparmorProfile",
		`{"process":{"selinuxLabel":"x"}}`:                                          "process.selinuxLabel",
		`{"linux":{"mountLabel":"x"}}`:                                              "linux.mountLabel",
		`{"linux":{"intelRdt":{"closID":"../x"}}}`:                                  "linux.intelRdt",
		`{"process":{"user":{"uid":2147483647}}}`:                                   "",
		`{"process":{"user":{"uid":4294967295}}}`:                                   "4294967295, which is no id",
		`{"process":{"user":{"gid":4294967295}}}`:                                   "4294967295, which is no id",
		`{"process":{"user":{"additionalGids":[5,2147483648]}}}`:                    "2147483648, which is no id",
		`{"linux":{"namespaces":[{"type":"pid"},{"type":"mount"},{"type":"pid"}]}}`: "the pid namespace is there twice",
		`{"linux":{"namespaces":[{"type":"nonsense"}]}}`:                            `no "nonsense" namespace`,
		`{"linux":{"namespaces":[{"type":"time"}]}}`:                                `no "time" namespace`,
		`{"mounts":[{"source":"/"}]}`:                                               "it must be a place below /",
		`{"mounts":[{"destination":"/a/../.","source":"/"}]}`:                       "it must be a place below /",
		`{"linux":{"devices":[{"path":"/dev/x","type":"c","major":-1,"minor":0}]}}`: "-1:0 of /dev/x is no device number",
		`{"linux":{"devices":[{"path":"/dev/x","type":"p"}]}}`:                      "",
		`{"hostname":"` + strings.Repeat("a", 65) + `"}`:                            "its hostname has 65 bytes",
	} {
		var spec map[string]any
		if err := json.Unmarshal([]byte(`{"root":{"path":"/r"},"process":{"args":["x"]},"linux":{}}`), &spec); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(change), &spec); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "config.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readConfig(dir); says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v, and it is to say %q", change, err, says)
		}
	}
}

// TestReadRegular: what never opens or never ends is no file to read from.
func TestReadRegular(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{fifo, link, dir} {
		if _, err := readRegular(file, 10, 0); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("%s: %v", file, err)
		}
	}
	long := filepath.Join(dir, "long")
	if err := os.WriteFile(long, make([]byte, 11), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRegular(long, 10, 0); err == nil {
		t.Error("11 bytes were read, and 10 are the most")
	}
	if b, err := readRegular(long, 11, 0); err != nil || len(b) != 11 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}
