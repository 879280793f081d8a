package main

import (
	"os/exec"
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// TestTyped: the command that is shown beside a call can be pasted: it is one row,
// a shell can read it, and it says what the call does.
func TestTyped(t *testing.T) {
	list, r := events(t, "-p", "[::1]::80", "-p", "127.0.0.1::80/udp", "demo", "true")
	if r.code != 0 {
		t.Fatalf("status %d: %s", r.code, r.err)
	}
	written, bound := 0, ""
	for _, e := range list {
		if e.Call == nil || e.Call.Sh == "" {
			continue
		}
		if strings.Contains(e.Call.Sh, "\n") {
			t.Errorf("%s: more than one row: %q", e.Call.Name, e.Call.Sh)
		}
		if out, err := exec.Command("sh", "-n", "-c", e.Call.Sh).CombinedOutput(); err != nil {
			t.Errorf("%s: a shell can't read %q: %s", e.Call.Name, e.Call.Sh, out)
		}
		switch text := argOf(e.Call, "content"); {
		case e.Call.Name == "unshare" && argOf(e.Call, "flags") == "CLONE_NEWNS":
			if e.Call.Sh != "unshare --mount --propagation unchanged" {
				t.Errorf("unshare(1) would make the mounts private, which the call does not: %s", e.Call.Sh)
			}
		case e.Call.Name == "fchdir":
			t.Errorf("%q goes by a name, which fchdir(2) does not", e.Call.Sh)
		case e.Call.Name == "bind":
			bound += e.Call.Sh + "\n"
		case strings.HasPrefix(e.Call.Sh, "printf "):
			written++
			typed, _, _ := strings.Cut(e.Call.Sh, " > ")
			if out, err := exec.Command("sh", "-c", typed).Output(); err != nil || string(out) != text {
				t.Errorf("%s prints %q, and %q is written", typed, out, text)
			}
		}
	}
	if written < 3 {
		t.Errorf("%d files were written, want resolv.conf, hosts and hostname", written)
	}
	if want := "socat TCP6-LISTEN:0,fork,reuseaddr,bind=[::1] -\nsocat UDP4-LISTEN:0,fork,reuseaddr,bind=127.0.0.1 -\n"; bound != want {
		t.Errorf("the ports are bound by\n%swant\n%s", bound, want)
	}
}

func argOf(c *journal.Call, name string) string {
	for _, a := range c.Args {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}
