package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
	"glassbox/stages"
)

func needUser(t *testing.T) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("needs user: the engine without root")
	}
}

// clean says what a rootless run has left of itself.
func leftovers(t *testing.T) string {
	t.Helper()
	p := stages.Default()
	var found []string
	for _, glob := range []string{p.State + "/*", p.Root + "/containers/*"} {
		m, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, m...)
	}
	return strings.Join(found, "\n")
}

// TestRootlessBeginning: the journal opens with the engine's own clone and its
// maps, told under the clone stage, before the first stage begins.
func TestRootlessBeginning(t *testing.T) {
	needUser(t)
	list, r := events(t, "--network", "none", "demo", "true")
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	var told []string
	for _, e := range list {
		if e.Step != nil {
			break
		}
		if e.Stage != "clone" {
			t.Errorf("before the first stage is an event of the stage %q", e.Stage)
		}
		switch {
		case e.Call != nil:
			told = append(told, e.Call.Name)
		case e.Write != nil:
			told = append(told, filepath.Base(e.Write.Path))
			if e.Write.After == "" {
				t.Errorf("%s says nothing after the write", e.Write.Path)
			}
		}
	}
	if want := []string{"clone", "capset", "prctl", "uid_map", "gid_map"}; !slices.Equal(slices.DeleteFunc(told, func(s string) bool { return s == "setgroups" }), want) {
		t.Errorf("the journal opens with %v, want %v", told, want)
	}
	if left := leftovers(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}

// TestRootlessInside: all namespaces are the container's own, root is us, and the overlay is one for users.
func TestRootlessInside(t *testing.T) {
	needUser(t)
	out := quiet(t, "-u", "root", "demo", "sh", "-c", "id -u; readlink /proc/self/ns/*; cat /proc/self/uid_map; cat /proc/self/mountinfo; echo x > /dev/null && echo written")
	for kind := range strings.FieldsSeq("cgroup ipc mnt net pid user uts") {
		own, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out, own) {
			t.Errorf("the container is in our %s namespace", kind)
		}
	}
	if !strings.HasPrefix(out, "0\n") || !strings.Contains(out, "written") {
		t.Errorf("not root inside, or /dev/null is none:\n%s", out)
	}
	if !strings.Contains(out, "userxattr") && !strings.Contains(out, "fuse-overlayfs") {
		t.Errorf("what is / ?\n%s", out)
	}
}

// TestRootlessLimits: where a group is delegated limits hold; elsewhere asking
// for one is refused in a sentence, and without one the container runs.
func TestRootlessLimits(t *testing.T) {
	needUser(t)
	list, r := events(t, "--network", "none", "-u", "root", "-m", "64m", "--pids-limit", "30", "demo", "eat", "200Mi")
	if r.code == 125 {
		switch os.Getenv("GLASSBOX_PLACE") {
		case "vm-user", "systemd-user":
			t.Fatalf("a group is delegated here, and the limit was refused: %s", r.err)
		}
		s := fold(list)
		if len(s.Errors) == 0 || !strings.Contains(s.Errors[0].Text, "cgroup") {
			t.Errorf("refused without a sentence: %+v", s.Errors)
		}
		quiet(t, "-u", "root", "demo", "true")
		return
	}
	s := fold(list)
	if r.code != 137 || s.Exit == nil || s.Exit.OOMKills == 0 {
		t.Errorf("eating more than the limit: status %d, %+v\n%s", r.code, s.Exit, r.err)
	}
	out := run(t, "run", "--quiet", "--network", "none", "-u", "root", "--pids-limit", "20", "demo", "forker")
	if !strings.Contains(out.out, "refused: Resource temporarily unavailable (EAGAIN)") || out.code != 1 {
		t.Errorf("the forker says %q, status %d", out.out, out.code)
	}
	list, r = events(t, "--network", "none", "-u", "root", "--cpus", "0.2", "demo", "burn", "1", "3s")
	if n := flat(fold(list), "cgroup.cpu.stat", "nr_throttled"); r.code != 0 || n == 0 {
		t.Errorf("a fifth of a CPU: status %d, throttled %d times\n%s", r.code, n, r.err)
	}
}

// TestRootlessNetwork: the bridge network is there, and a published port leads in.
func TestRootlessNetwork(t *testing.T) {
	needUser(t)
	b := start(t, nil, "-p", "127.0.0.1::80", "-u", "root", "demo", "httpd")
	in, err := journal.Open(stages.JournalPath(b.dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	port := ""
	for {
		e, err := in.Next()
		if err != nil {
			break
		}
		if e.Note != nil && e.Note.Key == "published" {
			port, _, _ = strings.Cut(e.Note.Args["ports"], " ")
		}
	}
	host, _, _ := strings.Cut(port, "->")
	if host == "" {
		t.Fatalf("published is %q", port)
	}
	resp, err := http.Get("http://" + host + "/")
	for end := time.Now().Add(patience); err != nil && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		resp, err = http.Get("http://" + host + "/") // the program does not listen yet
	}
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 200 || len(body) == 0 {
		t.Errorf("the page: %s %q", resp.Status, body)
	}
	r := run(t, "exec", b.name, "ip", "addr")
	if r.code != 0 || !strings.Contains(r.out, "eth0") {
		t.Errorf("exec ip addr: %d %s%s", r.code, r.out, r.err)
	}
	b.stop()
	if left := leftovers(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}

// TestRootlessExec: a second program joins the container; it is seen in ps, has the group and the id.
func TestRootlessExec(t *testing.T) {
	needUser(t)
	b := start(t, nil, "--network", "none", "-u", "root", "demo", "sleep", "1000")
	r := run(t, "exec", b.name, "sh", "-c", "id -u; ps; cat /proc/self/cgroup /proc/1/cgroup")
	if r.code != 0 || !strings.HasPrefix(r.out, "0\n") || !strings.Contains(r.out, "sleep") {
		t.Errorf("exec: %d %s%s", r.code, r.out, r.err)
	}
	if r := run(t, "ps"); !strings.Contains(r.out, b.name) || !strings.Contains(r.out, "running") {
		t.Errorf("ps: %s%s", r.out, r.err)
	}
	if r := run(t, "exec", b.name, "sh", "-c", "exit 7"); r.code != 7 {
		t.Errorf("exec exit 7: %d", r.code)
	}
	b.stop()
}

// TestRootlessTerminal: the program has a terminal of the container's own.
func TestRootlessTerminal(t *testing.T) {
	needUser(t)
	if out := quiet(t, "-t", "-u", "root", "demo", "tty"); strings.TrimSpace(out) != "/dev/console" {
		t.Errorf("tty: %q", out)
	}
}

// TestRootlessKilled: after the engine's second self was killed, clean removes
// what it left, files of subordinate ids too; after the first one was, the second cleans up itself.
func TestRootlessKilled(t *testing.T) {
	needUser(t)
	b := start(t, nil, "-u", "root", "demo", "sh", "-c", "mkdir -m 700 /x; echo y >/x/y; chown -R 1000:1000 /x; exec sleep 1000")
	r, err := stages.Find(stages.Default().State, b.name)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(r.Header.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-b.done
	if r := run(t, "clean"); r.code != 0 || !strings.Contains(r.out, "removetree") {
		t.Errorf("clean: %d %s%s", r.code, r.out, r.err)
	}
	if left := leftovers(t); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
	b = start(t, nil, "-u", "root", "demo", "sh", "-c", "trap 'exit 3' TERM; while true; do sleep 0.1; done")
	if err := b.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-b.done
	for end := time.Now().Add(patience); leftovers(t) != ""; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("left behind:\n%s", leftovers(t))
		}
	}
}

// with runs glassbox behind other words, such as unshare(1), or with another environment.
func with(t *testing.T, env []string, words ...string) result {
	t.Helper()
	c := exec.Command(words[0], words[1:]...)
	c.Env = append(os.Environ(), env...)
	return runCmd(t, c)
}

// TestRootlessSingle: without newuidmap the container has one id, says so, and
// refuses users that it does not have in a sentence.
func TestRootlessSingle(t *testing.T) {
	needUser(t)
	args := []string{program, "run", "--network", "none", "--root", filepath.Join(t.TempDir(), "single")}
	r := with(t, []string{"PATH=/nowhere"}, slices.Concat(args, []string{"--json", "-u", "root", "demo", "sh", "-c", "cat /proc/self/uid_map; ls -ln /"})...)
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	var out strings.Builder
	said := false
	for _, e := range parse(t, []byte(r.out)) {
		if e.Output != nil {
			out.Write(e.Output.Bytes())
		}
		said = said || e.Note != nil && e.Note.Key == "single-id" && strings.Contains(e.Note.Text, "apt-get install uidmap")
	}
	line, _, _ := strings.Cut(out.String(), "\n")
	if maps := proc.ParseIDMap([]byte(line)); len(maps) != 1 || maps[0].Count != 1 || maps[0].Inside != 0 {
		t.Errorf("the map is %q", line)
	}
	if !said {
		t.Error("nobody said that there is one id alone")
	}
	r = with(t, []string{"PATH=/nowhere"}, slices.Concat(args, []string{"--quiet", "-u", "1000", "demo", "true"})...)
	if r.code != 125 || !strings.Contains(r.err, "no such ids") {
		t.Errorf("as 1000: %d %s", r.code, r.err)
	}
	// What was unpacked belongs to us alone.
	if r := with(t, []string{"PATH=/nowhere"}, program, "rmi", "--root", args[len(args)-1], "demo"); r.code != 0 && !strings.Contains(r.err, "demo") {
		t.Errorf("rmi: %d %s", r.code, r.err)
	}
}

// TestRootlessNested: in a user namespace that somebody else has made the engine
// works as well, with and without a mount namespace of that one's.
func TestRootlessNested(t *testing.T) {
	needUser(t)
	needTool(t, "unshare")
	for _, how := range [][]string{{"-r"}, {"-rm"}} {
		words := slices.Concat([]string{"unshare"}, how, []string{program, "run", "--quiet", "--root", filepath.Join(t.TempDir(), "n"), "-u", "root", "--network", "none", "demo", "id", "-u"})
		r := with(t, []string{"XDG_RUNTIME_DIR=" + t.TempDir()}, words...)
		if r.code != 0 || strings.TrimSpace(r.out) != "0" {
			t.Errorf("%v: %d %s%s", how, r.code, r.out, r.err)
		}
	}
	// Where no more user namespaces may be made, a sentence says so and what mends it.
	r := with(t, nil, "unshare", "-r", "sh", "-c", "echo 0 >/proc/sys/user/max_user_namespaces; exec "+program+" run --quiet demo true")
	if r.code != 125 || !strings.Contains(r.err, "user.max_user_namespaces") {
		t.Errorf("without user namespaces: %d %s", r.code, r.err)
	}
}
