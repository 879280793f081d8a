package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestNameForm(t *testing.T) {
	for name, right := range map[string]bool{
		"web": true, "0": true, "a_b.c-d": true, strings.Repeat("x", 63): true,
		"": false, ".web": false, "-web": false, "_web": false, "a/b": false, "a b": false, "웹": false, "a웹": false, "a\n": false, strings.Repeat("x", 64): false,
	} {
		if nameForm(name) != right {
			t.Errorf("%q: %v is right", name, right)
		}
	}
}

// TestNameTaken: a name that a running container has is not given to a second one; when
// that has ended, it is free.
func TestNameTaken(t *testing.T) {
	first := start(t, nil, "--network", "none", "demo", "sleep", "1000")
	again := []string{"run", "--quiet", "--network", "none", "--name", first.name, "demo", "true"}
	if r := run(t, again...); r.code != 125 || !strings.Contains(r.err, filepath.Base(first.dir)) || !strings.Contains(r.err, "take another name") {
		t.Errorf("status %d, and it says %q", r.code, r.err)
	}
	first.stop()
	if r := run(t, again...); r.code != 0 {
		t.Errorf("when it was free: status %d, %q", r.code, r.err)
	}
}

// TestJoinedNames: in another container's network the same names hold as for that one,
// whose own are its program's to add; a name server of one's own is kept.
func TestJoinedNames(t *testing.T) {
	needRoot(t)
	first := start(t, nil, "--user", "0", "demo", "sh", "-c", "echo 10.9.8.7 friend >> /etc/hosts; sleep 1000")
	hosts := ""
	for end := time.Now().Add(patience); !strings.Contains(hosts, "friend") && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		b, err := os.ReadFile(filepath.Join(first.dir, "hosts"))
		if err != nil {
			t.Fatal(err)
		}
		hosts = string(b)
	}
	if !strings.Contains(hosts, "friend") {
		t.Fatalf("the program could not add to its hosts file: %q", hosts)
	}
	joined := func(with ...string) string {
		r := run(t, append(append([]string{"run", "--quiet", "--network", "container:" + first.name}, with...), "demo", "cat", "/etc/hosts", "/etc/resolv.conf")...)
		if r.code != 0 {
			t.Fatalf("status %d, %q", r.code, r.err)
		}
		return r.out
	}
	resolv, err := os.ReadFile(filepath.Join(first.dir, "resolv.conf"))
	if err != nil {
		t.Fatal(err)
	}
	if got := joined(); got != hosts+string(resolv) {
		t.Errorf("the one has\n%s\nand who joins it\n%s", hosts+string(resolv), got)
	}
	if got := joined("--dns", "9.9.9.9"); !strings.HasPrefix(got, hosts) || !strings.Contains(got, "nameserver 9.9.9.9\n") {
		t.Errorf("with a server of its own it has\n%s", got)
	}
}
