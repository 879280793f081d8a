package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glassbox/stages"
	"glassbox/tui"
)

// examined is what the doctor says behind other words, such as unshare(1).
func examined(t *testing.T, env []string, before ...string) (stages.Report, int) {
	t.Helper()
	words := slices.Concat(before, []string{program, "doctor", "--json"})
	r := with(t, env, words...)
	var out stages.Report
	if err := json.Unmarshal([]byte(r.out), &out); err != nil {
		t.Fatalf("%v: %v\n%s%s", words, err, r.out, r.err)
	}
	return out, r.code
}

func finding(t *testing.T, r stages.Report, name string) stages.Finding {
	t.Helper()
	i := slices.IndexFunc(r.Findings, func(f stages.Finding) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("the report has no %s: %+v", name, r.Findings)
	}
	return r.Findings[i]
}

// TestDoctorWhole: each finding is in a known state, each lack says its effect
// and its mend, and nothing is left behind.
func TestDoctorWhole(t *testing.T) {
	r, code := examined(t, nil)
	need := false
	for _, f := range r.Findings {
		switch {
		case f.State != stages.Have && f.State != stages.Lack && f.State != stages.Unused && f.State != stages.Untried:
			t.Errorf("%s is %q", f.Name, f.State)
		case f.State == stages.Lack && (f.Lose == "" || len(f.Mend) == 0 || f.Said == ""):
			t.Errorf("the lack of %s says too little: %+v", f.Name, f)
		case f.What == "" || f.Tried == "":
			t.Errorf("%s does not say what it is and what was tried: %+v", f.Name, f)
		}
		lack := tui.Health{Kernel: r.Kernel, Found: []tui.Found{{State: tui.FoundLack, Name: f.Name, What: "?"}}}
		if line, _ := lack.Line(tui.KO); strings.Contains(line, "?") {
			t.Errorf("%s has no Korean: %s", f.Name, line)
		}
		need = need || f.State == stages.Lack && f.Need
	}
	if need != (code != 0) {
		t.Errorf("status %d, and what no container can do without is missing: %v", code, need)
	}
	if len(r.Findings) < 15 || r.Kernel == "" || r.Cgroup == "" {
		t.Errorf("a short report: %+v", r)
	}
	if left, _ := filepath.Glob(stages.Default().Root + "/.glassbox-doctor-*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for line := range strings.Lines(traces(t)) { // others may run beside us
		if strings.Contains(line, "doctor") {
			t.Errorf("left behind: %s", line)
		}
	}
	if b, err := os.ReadFile("/proc/self/cgroup"); err == nil && strings.Contains(string(b), "doctor") {
		t.Errorf("we are in the doctor's group: %s", b)
	}
}

// TestRootlessDoctor holds what the doctor says against what happens.
func TestRootlessDoctor(t *testing.T) {
	needUser(t)
	r, _ := examined(t, nil)
	if f := finding(t, r, "userns"); f.State != stages.Have {
		t.Fatalf("%+v", f)
	}
	// The claim about limits is what a run does.
	got := run(t, "run", "--quiet", "--network", "none", "-u", "root", "-m", "64m", "demo", "true")
	if f, g := finding(t, r, "cgroup"), got.code == 0; (f.State == stages.Have) != g {
		t.Errorf("the doctor says %+v, and a run with a limit ends with %d: %s", f, got.code, got.err)
	}
	// Without newuidmap there is no range, and the mend is its package.
	r, _ = examined(t, []string{"PATH=/nowhere"})
	if f := finding(t, r, "subids"); f.State != stages.Lack || !strings.Contains(strings.Join(f.Mend, " "), "uidmap") {
		t.Errorf("without newuidmap: %+v", f)
	}
	// Where user namespaces are used up, nothing can start, and the sysctl is named.
	needTool(t, "unshare")
	r, code := examined(t, nil, "unshare", "-r", "sh", "-c", `echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"`, "sh")
	f := finding(t, r, "userns")
	if f.State != stages.Lack || code != 1 || !strings.Contains(strings.Join(f.Mend, " "), "user.max_user_namespaces") {
		t.Errorf("without user namespaces: status %d, %+v", code, f)
	}
	if line, ok := healthOf(r).Line(tui.EN); ok || !strings.Contains(line, "no container can start") {
		t.Errorf("the line says %q", line)
	}
	// Where parts of /proc are covered, as in a container of Docker, a new one can't be mounted.
	cover := []string{"unshare", "-rm", "sh", "-c", `mount -t tmpfs none /proc/fs && exec unshare -rm "$@"`, "sh"} // what was there before a user namespace is locked in it
	r, code = examined(t, nil, cover...)
	if f := finding(t, r, "proc"); f.State != stages.Lack || code != 1 {
		t.Errorf("with a covered /proc: status %d, %+v", code, f)
	}
	got = with(t, []string{"XDG_RUNTIME_DIR=" + t.TempDir()}, slices.Concat(cover, []string{program, "run", "--quiet", "--network", "none", "-u", "root", "demo", "true"})...)
	if got.code != 125 || !strings.Contains(got.err, "systempaths=unconfined") {
		t.Errorf("a run with a covered /proc: %d %s", got.code, got.err)
	}
	// A user namespace without power, as Ubuntu's AppArmor has it, is said to be one, and nothing is guessed from it.
	powerless := []string{needTool(t, "strace"), "-f", "-qq", "-o", "/dev/null", "-e", "trace=mount,open_tree", "-e", "inject=mount,open_tree:error=EACCES"}
	r, code = examined(t, nil, powerless...)
	if f := finding(t, r, "userns"); f.State != stages.Lack || code != 1 || !strings.Contains(f.Said, "power") {
		t.Errorf("with a powerless user namespace: status %d, %+v", code, f)
	}
	if f := finding(t, r, "overlay"); f.State != stages.Untried || len(f.Mend) > 0 {
		t.Errorf("what could not be tried: %+v", f)
	}
	got = with(t, nil, slices.Concat(powerless, []string{program, "run", "--quiet", "--network", "none", "demo", "true"})...)
	if got.code != 125 || !strings.HasPrefix(got.err, "glassbox: mount in the engine's own user namespace: ") {
		t.Errorf("a run in a powerless user namespace: %d %s", got.code, got.err)
	}
	// In a namespace of somebody else's, everything that matters is there.
	r, code = examined(t, nil, "unshare", "-rm")
	if f := finding(t, r, "mount"); code != 0 || f.State != stages.Have {
		t.Errorf("in unshare -rm: status %d, %+v", code, f)
	}
}

// TestDoctorLacks takes things away, and sees them missed: in a mount namespace
// of its own, so that the machine keeps them.
func TestDoctorLacks(t *testing.T) {
	needRoot(t)
	needTool(t, "unshare")
	for _, c := range []struct{ name, take, lack string }{
		{"no network namespaces", "echo 0 >/proc/sys/user/max_net_namespaces", "net"},
		{"no cgroups", "umount -l -R /sys/fs/cgroup", "cgroup"},
		{"a store on a file system that can't be written", "mkdir -p /var/lib/glassbox && mount -t tmpfs -o ro none /var/lib/glassbox", "!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Contains(c.take, "max_net") {
				// The limit counts for the user namespace in which it is set.
				r, _ := examined(t, nil, "unshare", "-rm", "sh", "-c", c.take+`; exec "$@"`, "sh")
				if f := finding(t, r, c.lack); f.State != stages.Lack {
					t.Errorf("%+v", f)
				}
				return
			}
			words := []string{"unshare", "-m", "sh", "-c", c.take + ` && exec "$@"`, "sh", program, "doctor", "--json"}
			out := with(t, nil, words...)
			if c.lack == "!" {
				if out.code != 125 || !strings.Contains(out.err, "read-only") {
					t.Errorf("status %d %s", out.code, out.err)
				}
				return
			}
			var r stages.Report
			if err := json.Unmarshal([]byte(out.out), &r); err != nil {
				t.Fatalf("%v %s", err, out.err)
			}
			if f := finding(t, r, c.lack); f.State != stages.Lack || len(f.Mend) == 0 {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestDoctorText: the words for people name each lack's mend.
func TestDoctorText(t *testing.T) {
	c := exec.Command(program, "doctor")
	c.Env = append(os.Environ(), "PATH=/nowhere")
	r := runCmd(t, c)
	for _, want := range []string{"Linux ", "+ have"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("%q is not in\n%s%s", want, r.out, r.err)
		}
	}
	if os.Geteuid() != 0 && !strings.Contains(r.out, "mend   apt-get install") {
		t.Errorf("no mend in\n%s", r.out)
	}
}
