package main

import (
	"fmt"
	"io"
	"net"
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
	"glassbox/stages"
)

func registry(t *testing.T) string {
	t.Helper()
	r := os.Getenv("GLASSBOX_TEST_REGISTRY")
	if r == "" {
		t.Skip("needs images: `make test` serves them")
	}
	return r
}

func images(t *testing.T) string {
	t.Helper()
	d := os.Getenv("GLASSBOX_TEST_IMAGES")
	if d == "" {
		t.Skip("needs images: `make test` makes them")
	}
	return d
}

// TestNginx: a real server from a real registry answers on its own address, on a
// published port, and on localhost; a second start transfers no layer.
func TestNginx(t *testing.T) {
	ref := registry(t) + "/nginx"
	port := freePort(t)
	store := ownStore(t)
	s := step(t, slices.Concat([]string{"--root", store, "-p", fmt.Sprintf("%d:80", port)}, limits("-m", "512m", "--cpus", "1"), []string{ref})...)
	s.ask(stages.Request{Do: "go", Name: stages.StepNone})
	state := s.running()
	addr := ""
	for _, a := range addresses(state.Text("net.addr", journal.Inside)) {
		if !strings.HasPrefix(a, "127.") {
			addr, _, _ = strings.Cut(a, "/")
		}
	}
	urls := []string{"http://" + addr, fmt.Sprintf("http://127.0.0.1:%d", port), fmt.Sprintf("http://%s:%d", hostAddress(t), port)}
	if os.Geteuid() != 0 {
		urls = urls[1:] // its bridge is in a network of the engine's own
	}
	for _, url := range urls {
		s.wait(url, func() bool { return strings.Contains(get(url), "nginx in a glassbox") })
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
	if left := traces(t); strings.Contains(left, s.run.Header.ID) {
		t.Errorf("left behind:\n%s", left)
	}
	list, r := events(t, "--root", store, "--network", "none", "--until", "pull", ref)
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	for _, e := range list {
		if e.HTTP != nil {
			t.Errorf("a second pull asks the registry: %s %s", e.HTTP.Method, e.HTTP.URL)
		}
	}
}

func get(url string) string {
	c := http.Client{Timeout: time.Second}
	r, err := c.Get(url)
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return string(b)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("no TCP address")
	}
	return a.Port
}

// hostAddress is an address of this machine that is neither loopback nor a bridge of ours.
func hostAddress(t *testing.T) string {
	t.Helper()
	list, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if i.Flags&net.FlagLoopback != 0 || i.Flags&net.FlagUp == 0 || strings.HasPrefix(i.Name, "gb") {
			continue
		}
		addrs, _ := i.Addrs()
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil {
				return n.IP.String()
			}
		}
	}
	t.Skip("needs network: this machine has no address but loopback")
	return ""
}

// TestRealImages: what Debian's packages become when they are images.
func TestRealImages(t *testing.T) {
	r, store := registry(t), ownStore(t)
	for _, c := range []struct {
		image string
		args  []string
		want  string
	}{
		{"python", []string{"python3", "-c", "import os,sys; print('python', os.getpid(), os.getcwd())"}, "python 1 /app"},
		{"node", []string{"node", "-e", "console.log('node', process.pid, process.cwd())"}, "node 1 /app"},
		{"debian", []string{"bash", "-c", "dpkg -l | grep -c '^ii' >/dev/null && . /etc/os-release && echo $ID"}, "debian"},
		{"layers40", []string{"sh", "-c", "grep -c lowerdir /proc/self/mountinfo"}, "1"},
	} {
		t.Run(c.image, func(t *testing.T) {
			out := strings.TrimSpace(quiet(t, append([]string{"--root", store, r + "/" + c.image}, c.args...)...))
			if out != c.want {
				t.Errorf("it printed %q, want %q", out, c.want)
			}
		})
	}
}

// TestOtherSources: an OCI layout, and an archive in docker's format on standard input.
func TestOtherSources(t *testing.T) {
	dir, store := images(t), ownStore(t)
	if out := quiet(t, "--root", store, "oci:"+dir+"/debian:latest", "cat", "/etc/debian_version"); !strings.Contains(out, ".") {
		t.Errorf("from a layout it printed %q", out)
	}
	skopeo := needTool(t, "skopeo")
	tar := filepath.Join(t.TempDir(), "image.tar")
	if out, err := exec.Command(skopeo, "--insecure-policy", "copy", "-q", "oci:"+dir+"/layers40:latest", "docker-archive:"+tar+":test/layers:1").CombinedOutput(); err != nil {
		t.Fatalf("skopeo: %v\n%s", err, out)
	}
	f, err := os.Open(tar)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := exec.Command(program, "run", "--quiet", "--root", store, "--network", "none", "docker-archive:-", "echo", "from an archive")
	c.Stdin = f
	if r := runCmd(t, c); r.out != "from an archive\n" || r.code != 0 {
		t.Errorf("from an archive: %d %q %q", r.code, r.out, r.err)
	}
}

// TestExport writes a bundle that runc runs.
func TestExport(t *testing.T) {
	needRoot(t)
	runc := needTool(t, "runc")
	dir := filepath.Join(t.TempDir(), "bundle")
	r := run(t, "run", "--oci-bundle", dir, "demo", "sh", "-c", "id -un; pwd; hostname; cat /etc/hostname; grep localhost /etc/hosts; grep -c nameserver /etc/resolv.conf; cat /app/www/index.html")
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	theirs, err := exec.Command(runc, "run", "--bundle", dir, "glassbox-export").CombinedOutput()
	if err != nil {
		t.Fatalf("runc: %v\n%s", err, theirs)
	}
	if r := run(t, "run", "--quiet", "--oci-bundle", dir, "demo"); r.code != 125 || !strings.Contains(r.err, "is there already") {
		t.Errorf("a bundle over another: status %d, %q", r.code, r.err)
	}
	if ours := quiet(t, "bundle:"+dir); ours != string(theirs) || !strings.HasPrefix(ours, "demo\n/app\n") || !strings.Contains(ours, "127.0.0.1\tlocalhost\n") {
		t.Errorf("runc:\n%s\nglassbox:\n%s", theirs, ours)
	}
	t.Run("crun", func(t *testing.T) {
		crun := needTool(t, "crun") // it refuses to run beside the v2 half of a hybrid tree
		other, err := exec.Command("unshare", "-m", "sh", "-c",
			`mountpoint -q /sys/fs/cgroup/unified && umount /sys/fs/cgroup/unified; exec "$0" run --bundle "$1" glassbox-export`, crun, dir).CombinedOutput()
		if err != nil || string(other) != string(theirs) {
			t.Errorf("crun: %v\n%s\nrunc:\n%s", err, other, theirs)
		}
	})
}
