package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"glassbox/runtime/journal"
)

// TestExitStatus: the program's own status, and docker's for what is no program's.
func TestExitStatus(t *testing.T) {
	none := []string{"run", "--quiet", "--network", "none"}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"zero", []string{"demo", "true"}, 0, ""},
		{"own", []string{"demo", "sh", "-c", "exit 7"}, 7, ""},
		{"signal", []string{"demo", "sh", "-c", "exec sleep 9 & kill -KILL $!; wait $!"}, 137, ""},
		{"as kubectl has it", []string{"demo", "--", "sh", "-c", "exit 8"}, 8, ""},
		{"not there", []string{"--entrypoint", "/no/such", "demo"}, 127, "is not in the image"},
		{"not in PATH", []string{"--entrypoint", "nosuch", "demo"}, 127, "no directory of the container's PATH"},
		{"not executable", []string{"--entrypoint", "/etc/passwd", "demo"}, 126, "not executable"},
		{"directory", []string{"--entrypoint", "/etc", "demo"}, 126, ""},
		{"unknown user", []string{"-u", "nobodyhere", "demo", "true"}, 125, `the user "nobodyhere"`},
		{"unknown flag word", []string{"--pull", "sometimes", "demo"}, 125, "always, missing or never"},
		{"bad limit", []string{"-m", "1k", "demo"}, 125, "the least is 6m"},
		{"more CPUs than there are", []string{"--cpus", "4000", "demo"}, 125, "this machine has"},
		{"bad volume", []string{"-v", "/no/such/dir:/x", "demo"}, 125, "make it first"},
		{"bad port", []string{"-p", "99999:80", "demo"}, 125, "99999"},
		{"malformed reference", []string{"UPPER/Case::x"}, 125, "reference"},
		{"no bundle", []string{"bundle:/no/such"}, 125, "no OCI bundle"},
		{"a variable without a name", []string{"-e", "=x", "demo"}, 125, "NAME=VALUE is wanted"},
		{"a host name that is too long", []string{"--hostname", strings.Repeat("a", 65), "demo"}, 125, "choose a shorter one"},
		{"a host name for the host", []string{"--uts", "host", "--hostname", "box", "demo"}, 125, "leave --hostname out"},
		{"a port twice", []string{"-p", "8080:80", "-p", "8080:81", "demo"}, 125, "port 8080/tcp is given twice"},
		{"a tmpfs for all", []string{"--tmpfs", "/", "demo"}, 125, "below /"},
		{"a file on a directory", []string{"-v", "/etc/passwd:/etc", "demo", "true"}, 125, "a file on a file"},
		{"unknown capability", []string{"--cap-add", "FOO", "example.invalid/none"}, 125, `"FOO" is no capability`},
		{"unknown security option", []string{"--security-opt", "foo", "example.invalid/none"}, 125, "--security-opt foo is not known"},
		{"no volume", []string{"-v", "/nosuch:/x", "example.invalid/none"}, 125, "make it first"},
		{"two on one place", []string{"-v", "/etc:/x", "--tmpfs", "/x/", "demo"}, 125, "/x is named twice"},
		{"a volume on /proc", []string{"-v", "/etc:/proc", "demo"}, 125, "/proc is the container's own"},
		{"a volume without a source", []string{"-v", ":/x", "demo"}, 125, "the source is missing"},
		{"no new privileges, perhaps", []string{"--security-opt", "no-new-privileges=maybe", "demo"}, 125, "it can be true or false"},
		{"a profile without an end", []string{"--security-opt", "seccomp=/dev/zero", "demo"}, 125, "no regular file"},
		{"a tmpfs nowhere", []string{"--tmpfs", "here", "example.invalid/none"}, 125, "must be an absolute path"},
		{"unknown namespace", []string{"--pid", "lunch", "demo"}, 125, "host, private or container:ID"},
		{"unknown theme", []string{"--theme", "blue", "demo"}, 125, "it can be dark"},
		{"unknown thing", []string{"--without", "gravity", "demo"}, 125, "pivot_root"},
		{"unknown stage", []string{"--until", "lunch", "demo"}, 125, "namespaces"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, append(none[:3:3], append([]string{"none"}, c.args...)...)...)
			if r.code != c.code || !strings.Contains(r.err, c.says) {
				t.Errorf("status %d, want %d; it says %q, want %q in it", r.code, c.code, r.err, c.says)
			}
			if c.says != "" && strings.Count(r.err, "\n") > 1 {
				t.Errorf("more than one sentence: %q", r.err)
			}
		})
	}
	if left := traces(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}

// TestMerge: image config and flags, as docker merges them.
func TestMerge(t *testing.T) {
	vol := t.TempDir()
	if err := os.WriteFile(filepath.Join(vol, "hello"), []byte("from the host\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HANDED_ON", "yes")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"user of the image", []string{"demo", "id", "-un"}, "demo\n"},
		{"user by number", []string{"-u", "4711:815", "demo", "sh", "-c", "id -u; id -g"}, "4711\n815\n"},
		{"groups of the image", []string{"demo", "id"}, "uid=1000(demo) gid=1000(demo) groups=1000(demo),800(web)\n"},
		{"workdir of the image", []string{"demo", "pwd"}, "/app\n"},
		{"workdir made", []string{"-u", "root", "-w", "/new/dir", "demo", "pwd"}, "/new/dir\n"},
		{"environment", []string{"-e", "A=b c", "-e", "HANDED_ON", "-e", "NOT_SET_HERE", "demo", "sh", "-c", "echo $A $HANDED_ON ${NOT_SET_HERE-unset}"}, "b c yes unset\n"},
		{"hostname", []string{"--hostname", "box", "demo", "hostname"}, "box\n"},
		{"entrypoint", []string{"--entrypoint", "echo", "demo", "only", "this"}, "only this\n"},
		{"volume", []string{"-v", vol + ":/data:ro", "demo", "cat", "/data/hello"}, "from the host\n"},
		{"read-only volume", []string{"-u", "root", "-v", vol + ":/data:ro", "demo", "sh", "-c", "touch /data/x 2>/dev/null || echo refused"}, "refused\n"},
		{"read-only root", []string{"-u", "root", "--read-only", "demo", "sh", "-c", "touch /x 2>/dev/null || echo refused"}, "refused\n"},
		{"workdir made in a read-only root", []string{"--read-only", "-w", "/new/dir", "demo", "sh", "-c", "pwd; touch /new/x 2>/dev/null || echo refused"}, "/new/dir\nrefused\n"},
		{"tmpfs", []string{"-u", "root", "--read-only", "--tmpfs", "/scratch", "demo", "sh", "-c", "touch /scratch/x && echo written"}, "written\n"},
		{"reaper", []string{"--init", "demo", "sh", "-c", "cat /proc/1/comm"}, "docker-init\n"},
		{"no_new_privs off", []string{"demo", "grep", "NoNewPrivs", "/proc/self/status"}, "NoNewPrivs:\t0\n"},
		{"no_new_privs on", []string{"--security-opt", "no-new-privileges", "demo", "grep", "NoNewPrivs", "/proc/self/status"}, "NoNewPrivs:\t1\n"},
		{"seccomp", []string{"demo", "grep", "Seccomp:", "/proc/self/status"}, "Seccomp:\t2\n"},
		{"seccomp unconfined", []string{"--security-opt", "seccomp=unconfined", "demo", "grep", "Seccomp:", "/proc/self/status"}, "Seccomp:\t0\n"},
		{"docker's capabilities", []string{"-u", "root", "demo", "grep", "CapEff", "/proc/self/status"}, "CapEff:\t00000000a80425fb\n"},
		{"capabilities", []string{"-u", "root", "--cap-drop", "all", "--cap-add", "net_admin", "demo", "grep", "CapEff", "/proc/self/status"}, "CapEff:\t0000000000001000\n"},
		{"docker's sysctls: low ports and ping for everybody", []string{"demo", "sh", "-c", "cat /proc/sys/net/ipv4/ip_unprivileged_port_start; grep -c '^0.[1-9]' /proc/sys/net/ipv4/ping_group_range"}, "0\n1\n"},
		{"and tryroot says so", []string{"demo", "sh", "-c", "tryroot | grep 'port 80'"}, "allowed  listen on port 80 (every user: ip_unprivileged_port_start 0)\n"},
		{"layers: replaced", []string{"demo", "grep", "-c", "Version 2", "/app/www/index.html"}, "1\n"},
		{"layers: deleted", []string{"demo", "sh", "-c", "cat /app/README 2>/dev/null || echo gone"}, "gone\n"},
		{"layers: opaque", []string{"demo", "ls", "/app/old"}, "plan-c.txt\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := quiet(t, c.args...); got != c.want {
				t.Errorf("the program printed %q, want %q", got, c.want)
			}
		})
	}
}

// TestAllStages: a whole run with a network goes through ten stages, and undoes all that it planned.
func TestAllStages(t *testing.T) {
	list, r := events(t, "demo", "true")
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	s := fold(list)
	for _, st := range s.Stages {
		if st.State != journal.Done {
			t.Errorf("%s: %q %s", st.Name, st.State, st.Why)
		}
	}
	for _, u := range s.Undo {
		if u.State != journal.Undone {
			t.Errorf("not undone: %s %s (%s %s)", u.Op, u.Target, u.State, u.Err)
		}
	}
	if s.Exit == nil || s.Exit.Code != 0 {
		t.Errorf("exit: %+v", s.Exit)
	}
}

// TestPlain: the linear account names all ten stages, and the program's output is on standard output alone.
func TestPlain(t *testing.T) {
	r := run(t, "run", "--plain", "--auto=0s", "--network", "none", "demo", "echo", "hello")
	if r.out != "hello\n" {
		t.Errorf("standard output is %q", r.out)
	}
	for i, s := range journal.Stages() {
		if !strings.Contains(r.err, strings.ToUpper(s)) {
			t.Errorf("stage %d %s is not told", i+1, s)
		}
	}
}

// TestTogether: ten containers at once, each with a network, and nothing left.
func TestTogether(t *testing.T) {
	seen := make([]string, 10)
	var all, told sync.WaitGroup
	hold := make(chan struct{}) // until each has told its address
	for i := range seen {
		all.Add(1)
		told.Add(1)
		go func() {
			defer all.Done()
			seen[i] = address(t, hold, told.Done)
		}()
	}
	told.Wait()
	close(hold)
	all.Wait()
	for i := range seen {
		for j := range i {
			if seen[i] == seen[j] && os.Geteuid() == 0 { // each engine of an ordinary user has a network of its own
				t.Errorf("two containers with one address: %s", seen[i])
			}
		}
	}
	if left := traces(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}

// address runs a container, and returns the line with its address; it lives until hold is closed.
func address(t *testing.T, hold <-chan struct{}, told func()) string {
	c := exec.Command(program, "run", "--quiet", "-i", "demo", "sh", "-c", "ip -4 addr show eth0 | grep inet; cat")
	in, err := c.StdinPipe()
	if err != nil {
		t.Error(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Error(err)
	}
	var errs strings.Builder
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Error(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	told()
	if err != nil {
		t.Errorf("no address: %v\n%s", err, errs.String())
	}
	<-hold
	_ = in.Close()
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, errs.String())
	}
	return line
}

// TestUntil stops after a stage and undoes everything.
func TestUntil(t *testing.T) {
	for _, stage := range journal.Stages()[:9] {
		t.Run(stage, func(t *testing.T) {
			list, r := events(t, "--until", stage, "demo", "true")
			if r.code != 0 {
				t.Fatalf("status %d\n%s", r.code, r.err)
			}
			s := fold(list)
			if got := s.Current().Name; got != stage {
				t.Errorf("the last stage is %s", got)
			}
			if left := traces(t); left != "" {
				t.Errorf("left behind:\n%s", left)
			}
		})
	}
}

// TestWithout leaves a thing out, and sees what a container without it sees.
func TestWithout(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ thing, script, want string }{
		{"uts", "hostname", host},
		{"pid", "[ $$ -ne 1 ] && echo many", "many"},
		{"net", "ip link | grep -c eth0 >/dev/null && echo host", "host"},
		{"seccomp", "grep Seccomp: /proc/self/status", "Seccomp:\t0"},
		{"masks", "mount | grep -c /proc/sys || true", "0"},
		{"pivot_root", "pwd", "/app"},
		{"cgroup", "echo fine", "fine"},
	} {
		t.Run(c.thing, func(t *testing.T) {
			if got := strings.TrimSpace(quiet(t, "--without", c.thing, "demo", "sh", "-c", c.script)); got != c.want {
				t.Errorf("without %s: %q, want %q", c.thing, got, c.want)
			}
		})
	}
	if now, err := os.Hostname(); err != nil || now != host {
		t.Errorf("the host is called %s now", now)
	}
}
