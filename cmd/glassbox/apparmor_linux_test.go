package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"glassbox/stages"
)

// TestAppArmor: where AppArmor lets an ordinary user's programs have no user namespace
// (Ubuntu, since 23.10), a run is refused in a sentence, and what doctor says to do
// about it, done as it stands there, lets it run. A limit needs the user's own systemd
// then, which answers in a session; the sentence says so.
func TestAppArmor(t *testing.T) {
	needRoot(t)
	const knob = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
	if b, err := os.ReadFile(knob); err != nil || strings.TrimSpace(string(b)) != "1" {
		t.Skip("needs Ubuntu: its AppArmor restricts user namespaces")
	}
	u, err := user.Lookup("student")
	must(t, err)
	own := ownProgram(t, u)
	try := func() result { return asUser(t, u, own, "run", "--quiet", "--network", "none", "demo", "true") }
	if r := try(); r.code != 125 || !strings.Contains(r.err, "AppArmor forbids it: ") || strings.Count(r.err, "\n") != 1 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	mends := lacking(t, asUser(t, u, own, "doctor", "--json").out, "userns")
	if len(mends) != 2 {
		t.Fatalf("doctor's mends are %q", mends)
	}
	const profile = "/etc/apparmor.d/glassbox"
	for i, undo := range []func(){
		func() { _ = exec.Command("apparmor_parser", "-R", profile).Run(); _ = os.Remove(profile) },
		func() { _ = os.WriteFile(knob, []byte("1"), 0o600) },
	} {
		command, _, _ := strings.Cut(mends[i], " (for all programs)")
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		r := try()
		limited := asUser(t, u, own, "run", "--quiet", "--network", "none", "--memory", "64m", "demo", "true")
		undo()
		if limited.code != 125 || !strings.Contains(limited.err, "your systemd made none: ") || !strings.Contains(limited.err, ": log in at a console or by ssh (su opens no session), ") {
			t.Errorf("a limit, without a session: status %d\n%s", limited.code, limited.err)
		}
		if r.code != 0 {
			t.Errorf("after %s: status %d\n%s", command, r.code, r.err)
		}
		if r := try(); r.code != 125 {
			t.Errorf("without it again: status %d", r.code)
		}
	}
}

// ownProgram is a copy of glassbox in a folder of a user's own.
func ownProgram(t *testing.T, u *user.User) string {
	t.Helper()
	dir, err := os.MkdirTemp(u.HomeDir, "apparmor")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chown(dir, number(t, u.Uid), number(t, u.Gid)))
	own := filepath.Join(dir, "glassbox")
	copyBin(t, program, own)
	return own
}

// asUser runs a program as a user who has no session.
func asUser(t *testing.T, u *user.User, args ...string) result {
	t.Helper()
	c := exec.Command("setpriv", append([]string{"--reuid", u.Uid, "--regid", u.Gid, "--clear-groups"}, args...)...)
	dir := filepath.Dir(args[0])
	c.Dir, c.Env = dir, []string{"HOME=" + dir, "XDG_RUNTIME_DIR=" + dir + "/run", "PATH=" + os.Getenv("PATH")}
	return runCmd(t, c)
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	must(t, err)
	return n
}

// lacking are the mends of what a report of doctor's says to be missing.
func lacking(t *testing.T, text, name string) []string {
	t.Helper()
	var report stages.Report
	must(t, json.Unmarshal([]byte(text), &report))
	for _, f := range report.Findings {
		if f.Name == name && f.State == stages.Lack {
			return f.Mend
		}
	}
	t.Fatalf("doctor does not lack %s:\n%s", name, text)
	return nil
}
