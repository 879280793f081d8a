package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// program is the glassbox that the tests run: GLASSBOX, or one built here.
var program string

func TestMain(m *testing.M) { os.Exit(tests(m)) }

func tests(m *testing.M) int {
	before, _ = remains()
	program = os.Getenv("GLASSBOX")
	if program == "" {
		dir, err := os.MkdirTemp("", "glassbox-test")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "glassbox")
		c := exec.Command("go", "build", "-trimpath", "-o", program, ".")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build glassbox: %v\n%s", err, out)
			return 1
		}
	}
	return m.Run()
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root: a container with all its namespaces")
	}
}

func needTool(t *testing.T, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		t.Skip("needs tool " + name + ": it is not installed")
	}
	return p
}

// result is how one run of the program went.
type result struct {
	out, err string
	code     int
}

// run runs glassbox with a time limit.
func run(t *testing.T, args ...string) result {
	t.Helper()
	return runCmd(t, exec.Command(program, args...))
}

func runCmd(t *testing.T, c *exec.Cmd) result {
	t.Helper()
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no /dev/tty: nobody answers at a gate
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = c.Process.Signal(syscall.SIGQUIT) })
	defer timer.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

// quiet runs a container and returns what its program printed.
func quiet(t *testing.T, args ...string) string {
	t.Helper()
	r := run(t, append([]string{"run", "--quiet", "--network", "none"}, args...)...)
	if r.code != 0 {
		t.Fatalf("glassbox run %s: status %d\n%s", strings.Join(args, " "), r.code, r.err)
	}
	return r.out
}

// events runs a container and returns its journal.
func events(t *testing.T, args ...string) ([]journal.Event, result) {
	t.Helper()
	r := run(t, append([]string{"run", "--json"}, args...)...)
	return parse(t, []byte(r.out)), r
}

func parse(t *testing.T, b []byte) []journal.Event {
	t.Helper()
	var list []journal.Event
	for i, line := range bytes.Split(b, []byte("\n")) {
		if i == 0 || len(line) == 0 {
			continue
		}
		var e journal.Event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("line %d of the journal: %v\n%s", i+1, err, line)
		}
		list = append(list, e)
	}
	return list
}

// fold is the state after all events.
func fold(list []journal.Event) *journal.State {
	s := journal.NewState(journal.Header{})
	for _, e := range list {
		s.Apply(e)
	}
	return s
}

// bundle makes an OCI bundle whose program is a static busybox.
func bundle(t *testing.T, change func(spec map[string]any), args ...string) string {
	t.Helper()
	runc := needTool(t, "runc")
	dir := t.TempDir()
	for _, d := range []string{"bin", "proc", "dev", "sys", "etc", "tmp"} {
		if err := os.MkdirAll(filepath.Join(dir, "rootfs", d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	copyBin(t, needTool(t, "busybox"), filepath.Join(dir, "rootfs/bin/busybox"))
	for _, n := range []string{"sh", "cat", "true", "ls", "id", "env", "hostname", "mount", "ps", "sleep", "readlink", "grep", "head", "sort"} {
		if err := os.Symlink("busybox", filepath.Join(dir, "rootfs/bin", n)); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(runc, "spec", "--bundle", dir).CombinedOutput(); err != nil {
		t.Fatalf("runc spec: %v\n%s", err, out)
	}
	edit(t, dir, func(s map[string]any) {
		p := part(s, "process")
		p["terminal"], p["args"] = false, args
		if change != nil {
			change(s)
		}
	})
	return dir
}

// part is an object in a decoded configuration; runc spec writes all that the tests ask for.
func part(s map[string]any, name string) map[string]any {
	m, ok := s[name].(map[string]any)
	if !ok {
		panic("config.json has no " + name)
	}
	return m
}

func edit(t *testing.T, dir string, change func(spec map[string]any)) {
	t.Helper()
	file := filepath.Join(dir, "config.json")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	change(s)
	if b, err = json.Marshal(s); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func copyBin(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o755); err != nil {
		t.Fatal(err)
	}
}

// before is what others had left on this host when the tests began.
var before []string

// traces are what containers have left on the host since the tests began.
func traces(t *testing.T) string {
	t.Helper()
	found, err := remains()
	if err != nil {
		t.Fatal(err)
	}
	live, err := stages.List(stages.Default().State) // somebody else's
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(slices.DeleteFunc(found, func(s string) bool {
		return slices.Contains(before, s) || slices.ContainsFunc(live, func(r stages.Running) bool { return strings.Contains(s, r.Header.ID) })
	}), "\n")
}

// remains lists the mounts, directories and groups of containers on this host.
func remains() (found []string, err error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	p := stages.Default()
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, p.Root+"/containers") {
			found = append(found, "mount "+strings.Fields(line)[4])
		}
	}
	globs := []string{p.State + "/[0-9a-f]*", p.Root + "/containers/*", "/sys/fs/cgroup/glassbox-*", "/sys/fs/cgroup/*/glassbox-*"}
	if os.Geteuid() != 0 {
		globs, found = globs[:2], append(found, ownGroups()...)
	}
	for _, glob := range globs {
		m, err := filepath.Glob(glob)
		if err != nil {
			return nil, err
		}
		found = append(found, m...)
	}
	return found, nil
}
