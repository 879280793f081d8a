package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestBadSurroundings: what a host can lack. Each is told in one sentence that says
// what to do. What an image or a registry can have wrong is tested in runtime/image,
// and words of the command line in TestExitStatus.
func TestBadSurroundings(t *testing.T) {
	needRoot(t)
	if !alone(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "store")
	must(t, os.MkdirAll("/run/glassbox", 0o700))
	mustRun(t, program, "run", "--quiet", "--root", root, "--network", "none", "demo", "true")
	before := host(t, root, nil)
	says := func(what, words string, flags ...string) {
		t.Helper()
		r := run(t, append(append([]string{"run", "--quiet", "--root", root}, flags...), "demo", "true")...)
		if r.code != 125 || !strings.Contains(r.err, words) || strings.Count(strings.TrimSpace(r.err), "\n") > 0 {
			t.Errorf("%s: status %d, says %q; want one sentence with %q", what, r.code, r.err, words)
		}
		asBefore(t, what, root, before, nil)
	}

	taken, err := net.Listen("tcp4", "0.0.0.0:0")
	must(t, err)
	port := taken.Addr().(*net.TCPAddr).Port
	says("a port already taken", "choose another port with -p", "-p", fmt.Sprintf("%d:80", port))
	_ = taken.Close()

	for _, n := range []string{"10.66.160.0/21", "172.30.160.0/21", "192.168.160.0/21"} {
		mustRun(t, "ip", "route", "add", "unreachable", n)
	}
	says("every subnet in use", "ip route")
	mustRun(t, "ip", "route", "flush", "type", "unreachable")

	mustRun(t, "ip", "link", "add", "gb0", "type", "bridge")
	before = host(t, root, nil)
	says("another's interface of our name", "is not glassbox's")
	mustRun(t, "ip", "link", "del", "gb0")
	before = host(t, root, nil)

	must(t, unix.Mount(root, root, "", unix.MS_BIND, ""))
	must(t, unix.Mount("", root, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	before = host(t, root, nil)
	says("a read-only disk", "--root", "--network", "none")
	must(t, unix.Unmount(root, unix.MNT_DETACH))

	r := run(t, "run", "--quiet", "--root", root, "--network", "none", "-p", "8080:80", "demo", "true")
	if r.code != 0 || !strings.Contains(r.err, "-p") {
		t.Errorf("-p without a bridge: status %d, says %q", r.code, r.err)
	}
}

// TestBadKernel: a kernel without overlayfs, or that withholds what is needed; played by strace.
func TestBadKernel(t *testing.T) {
	needRoot(t)
	strace := needTool(t, "strace")
	for _, c := range []struct{ what, inject, words string }{
		{"no overlayfs", "mount:error=ENODEV", "modprobe"},
		{"mounting withheld", "mount:error=EPERM", "doctor"},
		{"no more namespaces", "unshare:error=ENOSPC", "/proc/sys/user"},
		{"no pivot_root", "pivot_root:error=EINVAL", "mount point"},
	} {
		call, _, _ := strings.Cut(c.inject, ":")
		r := runCmd(t, exec.Command(strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call, "-e", "inject="+c.inject, program, "run", "--quiet", "--network", "none", "demo", "true"))
		if r.code != 125 || !strings.Contains(r.err, c.words) || strings.Count(strings.TrimSpace(r.err), "\n") > 0 {
			t.Errorf("%s: status %d, says %q; want one sentence with %q", c.what, r.code, r.err, c.words)
		}
	}
}
