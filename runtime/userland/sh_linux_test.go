package userland

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// scripts are texts that a shell gets right or wrong.
var scripts = []string{
	`sleep 100 & p=$!; kill $p; wait $p; echo $?`,
	`x=1; f() { echo f$x "$@"; }; f a "b c" & wait; echo done $?`,
	`for i in 1 2 3; do (exit $i) & wait $!; echo $?; done`,
	`set -- a "b'c"; echo "$2" & wait`,
	`trap "echo got" TERM; kill $$; echo after`,
	`trap "echo got; exit 3" TERM; kill -TERM $$ & wait $!; wait; echo never`,
	`f() { kill -USR1 $$; }; trap "echo usr1" USR1; f & wait $!; wait; echo end`,
	`trap "" TERM; kill $$; echo ignored; trap - TERM; kill $$; echo never`,
	`trap "echo bye" EXIT; echo x; exit 4`,
	`exec nosuch; echo never`,
	`exec echo hi; echo never`,
	`(exec echo sub); echo yes`,
	`echo a | (exec cat); echo yes`,
	`x=$(exec echo sub); echo $x`,
	`exec 2>&1 >/dev/null echo lost`,
	`exec >out; echo kept; cat out >&2`,
	`nosuch; echo $?`,
	`/etc/passwd; echo $?`,
	`/etc; echo $?`,
	`./plain.sh arg`,
	`sh -c 'kill -9 $$'; echo $?`,
	`cat <<E
here $((1+2))
E`,
	`exec cat <<E
fed
E`,
	`{ exec cat; } <<E
fed
E`,
	`cat <<E & wait
fed
E`,
	`set -e; false; echo never`,
	`A=1 env | grep ^A=`,
	`cd /; pwd`,
	`umask 027; umask; touch m; ls -l m | cut -c1-10; rm m`,
	`false || true && echo fine`,
	`kill -0 $$ && echo alive; kill -9 4194303 2>/dev/null; echo $?`,
	`wait 4194303; echo $?`,
	`sleep 1 | sleep 1 & kill $!; wait $!; echo $?`,
	`read a b <<E
one two three
E
echo "$b"`,
	`case abc in a*) echo star;; esac; echo ${x:-default} ${#PWD} >/dev/null; i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i`,
	`echo "$0 $1 $#"`,
	`if`,
	`sleep 0 & sleep 0 & wait; echo $?`,
	`echo $(echo $(echo nested))`,
	`test $$ = "$(sh -c 'echo $PPID')" && echo parent`,
}

// TestShell compares scripts with dash, in output and status.
func TestShell(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain.sh"), []byte("echo plain $0 $1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, text := range scripts {
		t.Run(text, func(t *testing.T) {
			a, b := ours(t, "sh", "-c", text, "me", "1st"), theirs(t, "dash", "-c", text, "me", "1st")
			a.Dir, b.Dir = dir, dir
			gotOut, gotErr, got := run(t, a)
			wantOut, wantErr, want := run(t, b)
			if gotOut != wantOut || got != want {
				t.Errorf("%q, status %d\n%s\ndash has %q, status %d\n%s", gotOut, got, gotErr, wantOut, want, wantErr)
			}
		})
	}
}

// TestShellInput gives a script on standard input, of which the commands read
// their part.
func TestShellInput(t *testing.T) {
	for _, text := range []string{
		"echo a; read x; echo \"[$x]\"\nthe line\ncat\nrest of\nit\n",
		"if true\nthen\necho multi\nfi\nexit 3\necho never\n",
		"cat <<E\nin\nE\necho out",
		"trap 'echo bye' EXIT\necho x\n",
	} {
		a, b := ours(t, "sh"), theirs(t, "bash") // dash reads ahead.
		a.Stdin, b.Stdin = strings.NewReader(text), strings.NewReader(text)
		gotOut, _, got := run(t, a)
		wantOut, _, want := run(t, b)
		if gotOut != wantOut || got != want {
			t.Errorf("%q: %q, status %d; bash has %q, %d", text, gotOut, got, wantOut, want)
		}
	}
}

// TestBecomes sees that no shell is left waiting for a single command, in the
// foreground or the background.
func TestBecomes(t *testing.T) {
	cmd := ours(t, "sh", "-c", "readlink /proc/self")
	out, _, _ := run(t, cmd)
	if want := strconv.Itoa(cmd.Process.Pid); strings.TrimSpace(out) != want {
		t.Errorf("the command has PID %q, the shell had %s", out, want)
	}
	both, _, _ := run(t, ours(t, "sh", "-c", "readlink /proc/self & echo $!; wait"))
	lines := strings.Fields(both)
	if len(lines) != 2 || lines[0] != lines[1] {
		t.Errorf("$! and the job's own PID differ: %q", both)
	}
}
