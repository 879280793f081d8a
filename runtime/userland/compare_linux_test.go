package userland

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ground makes a directory with one of everything that can be had without root.
func ground(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	put("plain", "one two\nthree\n", 0o644)
	put("setuid", "x", 0o755|os.ModeSetuid)
	put("setgid-no-x", "x", 0o644|os.ModeSetgid)
	put(".hidden", "", 0o600)
	put("empty", "", 0o000)
	put("big", strings.Repeat("0123456789abcde\n", 9000), 0o640)
	put("Upper", "no newline at the end", 0o644)
	put("numbers", "10\n9\n-3\n9\n100\n", 0o644)
	put("regex", "a.b\na+b\naab\n(x)\nfoo bar\nFOO\nfoobar\nx{2}\n[z]\n", 0o644)
	for _, d := range []string{"dir/sub/deep", "sticky", "other"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "sticky"), 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	put("dir/file", "in dir\n", 0o644)
	put("dir/sub/deep/leaf", "leaf\n", 0o644)
	for name, target := range map[string]string{"link": "plain", "broken": "nowhere", "dirlink": "dir"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "plain"), filepath.Join(dir, "hard")); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]time.Duration{"plain": 400 * 24 * time.Hour, "big": time.Hour, "other": 48 * time.Hour} {
		then := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), then, then); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLikeCoreutils compares with the machine's own tools, byte for byte.
func TestLikeCoreutils(t *testing.T) {
	dir := ground(t)
	for _, line := range []string{
		"ls", "ls -l", "ls -la", "ls -lan", "ls -A", "ls -1a", "ls -li", "ls -lh", "ls -lS", "ls -lt", "ls -lr", "ls -ld .", "ls -d dir",
		"ls -lR", "ls -F", "ls plain dir link dirlink", "ls -l dirlink", "ls -l dirlink/", "ls nothing", "ls -ld link", "ls -l /dev/null /dev/zero", "ls -s",
		"ls -lL link", "ls -p",
		"stat plain", "stat dir", "stat link", "stat -L link", "stat /dev/null", "stat setuid sticky", "stat empty", "stat nothing",
		"stat -c %a:%A:%U:%G:%u:%g:%s:%n:%F:%i:%h:%d plain", "stat -c %N link", "stat -c %%|%X|%Y plain", "stat -c %t:%T /dev/null",
		"wc plain", "wc -l plain big", "wc -c big", "wc -w plain", "wc plain nothing", "wc Upper",
		"head -n 1 plain", "head -1 plain", "head -c 5 plain", "head plain numbers", "head nothing", "head -n 0 plain", "head big",
		"tail -n 1 plain", "tail -1 plain", "tail -c 4 plain", "tail plain numbers", "tail -n 3 big", "tail Upper",
		"cat plain numbers", "cat nothing plain",
		"sort numbers", "sort -n numbers", "sort -rn numbers", "sort -u numbers", "sort -nu numbers", "sort plain regex",
		"readlink link", "readlink plain", "readlink -f dirlink/file", "readlink -f .",
		"basename /a/b.txt", "basename /a/b.txt .txt", "basename /", "basename a/", "dirname /a/b", "dirname a", "dirname /a/b/", "dirname /",
		"seq 3", "seq 2 4", "echo a b", "echo -n a", "uname", "uname -a", "uname -r", "uname -sm", "nproc", "pwd",
		"id", "id -u", "id -un", "id -g", "id -G", "id -Gn", "id root", "id nobody", "id nosuchuser", "id -u root", "whoami", "groups",
		"env -i A=1 B=2", "env -i A=1 env", "env -i nosuchprogram", "printenv nosuchvariable",
		"date -u -d @0", "date -u -d @1700000000 +%F_%T_%a_%b_%j_%s_%y", "date -u -I -d @86400", "date -u -R -d @0",
		"du -sh dir", "du -s dir", "du dir", "du -b dir", "du -h big",
		"true", "false", "rmdir dir", "rm", "rm dir", "rm nothing", "rm -f nothing", "chmod zzz plain", "ln -s", "mknod x q",
		"test -f plain", "test -d plain", "test 1 -lt 2", "[ a = b ]", "printf %s-%d\\n a 5",
		"dd if=plain bs=4 count=2 status=none", "dd if=plain bs=4 skip=1 status=none",
		"find dir/sub", "find dir -name file", "find . -type l -name broken", "find dir -maxdepth 1 -type d -name dir",
	} {
		words := strings.Fields(line)
		same(t, dir, words[0], words[1:]...)
	}
}

func TestGrep(t *testing.T) {
	dir := ground(t)
	for _, args := range [][]string{
		{"foo", "regex"},
		{"-i", "foo", "regex"},
		{"-v", "foo", "regex"},
		{"-n", "a", "regex"},
		{"-c", "foo", "regex", "plain"},
		{"-l", "o", "regex", "plain", "numbers"},
		{"-q", "foo", "regex"},
		{"-q", "absent", "regex"},
		{"a+b", "regex"},
		{"-E", "a+b", "regex"},
		{"a.b", "regex"},
		{"-F", "a.b", "regex"},
		{`\(x\)`, "regex"},
		{"(x)", "regex"},
		{"x{2}", "regex"},
		{`a\+b`, "regex"},
		{"[[]z", "regex"},
		{"-o", "o*", "regex"},
		{"-w", "foo", "regex"},
		{"-x", "foo", "regex"},
		{"-e", "FOO", "-e", "x", "regex"},
		{"-rn", "leaf", "dir"},
		{"x", "nothing"},
		{"-s", "x", "nothing"},
		{"^$", "Upper"},
		{"*a", "regex"},
	} {
		same(t, dir, "grep", args...)
	}
}

func TestEchoEscapes(t *testing.T) {
	for _, args := range [][]string{
		{"-e", `a\tb\n`},
		{"-e", `\x41\0101\e[1m`},
		{"-e", `stop\chere`},
		{"-ne", `a\\b`},
		{"-E", `a\tb`},
		{"--help me"},
		{"-z"},
		{"-e", `\xzz\q`},
	} {
		same(t, "", "echo", args...)
	}
}

// TestChange compares our chmod with the machine's, on copies.
func TestChange(t *testing.T) {
	for _, start := range []os.FileMode{0o644, 0o755, 0o777 | os.ModeSetuid, 0o000} {
		for _, mode := range []string{
			"600", "4755", "0", "u+x", "+x", "a-w", "go=", "u=rwx,go=rx", "+t", "u+s", "g+s", "o=u", "a+X", "-x", "+w", "=r", "ug+rw,o-rwx", "u-s", "02755", "g=u-w",
		} {
			for _, dir := range []bool{false, true} {
				a, b := made(t, start, dir), made(t, start, dir)
				_, errText, got := run(t, ours(t, "chmod", "--", mode, a))
				_, _, want := run(t, theirs(t, "chmod", "--", mode, b))
				if x, y := modeOf(t, a), modeOf(t, b); x != y || got != want {
					t.Errorf("chmod %s of %v (dir %v): %v, status %d (%s); the real one's %v, %d", mode, start, dir, x, got, errText, y, want)
				}
			}
		}
	}
}

func made(t *testing.T, mode os.FileMode, dir bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	var err error
	if dir {
		err = os.Mkdir(path, 0o700)
	} else {
		err = os.WriteFile(path, nil, 0o600)
	}
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func modeOf(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}
