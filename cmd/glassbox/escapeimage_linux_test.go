package main

import (
	"archive/tar"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// imageEscapes are what a stranger's image can try while it is set up.
func imageEscapes() []escape {
	return []escape{
		{"CVE-2019-19921 and CVE-2023-27561: /proc is a link", func(t *testing.T) {
			img := stranger(t, v1.Config{}, file{name: "proc", kind: tar.TypeSymlink, link: "tmp"})
			refusedWith(t, caged(t, img, nil, "true"), "no symbolic link")
		}},
		{"/sys is a link", func(t *testing.T) {
			img := stranger(t, v1.Config{}, file{name: "sys", kind: tar.TypeSymlink, link: "tmp"})
			refusedWith(t, caged(t, img, nil, "true"), "no symbolic link")
		}},
		{"/dev is a link out", func(t *testing.T) {
			dir, whole := canary(t)
			img := stranger(t, v1.Config{}, file{name: "dev", kind: tar.TypeSymlink, link: "../../../../../../.." + dir})
			caged(t, img, nil, "true")
			whole()
		}},
		{"/etc/hosts, hostname and resolv.conf are links out", func(t *testing.T) {
			dir, whole := canary(t)
			img := stranger(t, v1.Config{}, file{name: "etc/hosts", kind: tar.TypeSymlink, link: dir + "/canary"},
				file{name: "etc/hostname", kind: tar.TypeSymlink, link: "../../../../../../.." + dir + "/canary"},
				file{name: "etc/resolv.conf", kind: tar.TypeSymlink, link: dir + "/new"})
			if r := caged(t, img, nil, "sh", "-c", "echo changed > /etc/hosts; echo changed > /etc/resolv.conf; cat /etc/hosts"); r.out != "changed\n" {
				t.Errorf("the container has no /etc/hosts of its own: %+v", r)
			}
			whole()
		}},
		{"a link to itself in the place of a mount", func(t *testing.T) {
			img := stranger(t, v1.Config{}, file{name: "etc/hosts", kind: tar.TypeSymlink, link: "hosts"})
			refusedWith(t, caged(t, img, nil, "true"), "symbolic links")
		}},
		{"CVE-2024-9676: /etc/passwd is a FIFO, a device or a link out", func(t *testing.T) {
			dir, _ := canary(t)
			for _, f := range []file{
				{name: "etc/passwd", kind: tar.TypeFifo},
				{name: "etc/passwd", kind: tar.TypeChar, major: 1, minor: 5}, // /dev/zero has no end
				{name: "etc/passwd", kind: tar.TypeChar, major: 10, minor: 130},
			} {
				r := caged(t, stranger(t, v1.Config{}, f), nil, "true")
				if f.kind != tar.TypeChar || os.Geteuid() == 0 {
					refusedWith(t, r, "no regular file")
				} else if r.code != 0 { // without root no device of an image is made
					t.Errorf("a device that was left out: %+v", r)
				}
			}
			img := stranger(t, v1.Config{}, file{name: "etc/passwd", kind: tar.TypeSymlink, link: dir + "/canary"})
			if r := caged(t, img, nil, "true"); r.code != 0 {
				t.Errorf("a link to nowhere is no /etc/passwd, and root needs none: %+v", r)
			}
		}},
		{"CVE-2024-40635: a user id that means another", func(t *testing.T) {
			for _, id := range []string{"-1", "4294967295", "4294967296", "2147483648"} {
				img := stranger(t, v1.Config{User: "evil"}, file{name: "etc/passwd", body: "evil:x:" + id + ":0::/:/bin/sh\n"})
				r := run(t, append(append([]string{"run", "--quiet", "--network", "none"}, own(t)...), img, "id")...)
				refusedWith(t, r, "user")
				img = stranger(t, v1.Config{})
				r = run(t, append(append([]string{"run", "--quiet", "--network", "none", "-u", id}, own(t)...), img, "id")...)
				refusedWith(t, r, "user")
			}
		}},
		{"CVE-2022-23648: VOLUME with a path out", func(t *testing.T) {
			dir, whole := canary(t)
			img := stranger(t, v1.Config{Volumes: map[string]struct{}{"/../../../../../../.." + dir: {}}})
			if r := caged(t, img, nil, "ls", dir); strings.Contains(r.out, "canary") {
				t.Errorf("the host's directory is in the container: %q", r.out)
			}
			whole()
		}},
		{"WORKDIR through a link out", func(t *testing.T) {
			dir, whole := canary(t)
			img := stranger(t, v1.Config{WorkingDir: "/x/new/dir"}, file{name: "x", kind: tar.TypeSymlink, link: "../../../../../../.." + dir})
			caged(t, img, nil, "touch", "here")
			whole()
		}},
		{"CVE-2024-21626: WORKDIR and ENTRYPOINT in a leaked descriptor", leaked},
		{"escape sequences and bidi marks in an image's words", sequences},
	}
}

// leaked starts the engine with a directory and a file of the host's open, as a
// careless caller would, and lets the image go through every descriptor.
func leaked(t *testing.T) {
	dir, whole := canary(t)
	try := func(img string, args ...string) result {
		t.Helper()
		c := exec.Command(program, append(append([]string{"run", "--quiet", "--network", "none", "-u", "0"}, own(t)...), append([]string{img}, args...)...)...)
		for _, p := range []string{dir, dir + "/canary", "/"} { // its descriptors 3, 4, 5
			f, err := os.Open(p)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			c.ExtraFiles = append(c.ExtraFiles, f)
		}
		return runCmd(t, c)
	}
	for fd := 3; fd < 12; fd++ {
		img := stranger(t, v1.Config{WorkingDir: fmt.Sprintf("/proc/self/fd/%d", fd)})
		if r := try(img, "cat", "canary", "../../../../../../.."+dir+"/canary"); strings.Contains(r.out, "alive") {
			t.Errorf("a working directory in descriptor %d reads the host's file", fd)
		}
		img = stranger(t, v1.Config{Entrypoint: []string{fmt.Sprintf("/proc/self/fd/%d/bin/cat", fd), fmt.Sprintf("/proc/self/fd/%d/canary", fd)}})
		if r := try(img); r.code < 125 || strings.Contains(r.out, "alive") {
			t.Errorf("a program in descriptor %d runs: %+v", fd, r)
		}
	}
	r := try(stranger(t, v1.Config{}), "sh", "-c", "for f in /proc/self/fd/*; do readlink $f; done")
	for line := range strings.Lines(r.out) {
		if l := strings.TrimSpace(line); l != "/dev/null" && !strings.HasPrefix(l, "pipe:") && !strings.HasPrefix(l, "/proc/") {
			t.Errorf("the program was handed %s", l)
		}
	}
	whole()
}

// sequences puts into an image what a terminal would obey.
func sequences(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\u009b31m\u202e\u2066\r"
	img := stranger(t, v1.Config{Cmd: []string{"sh", "-c", "exit 3", evil}, Env: []string{"A=" + evil}, User: "no" + evil, WorkingDir: "/" + evil})
	for _, args := range [][]string{
		{"run", "--plain", "--auto=0s", "--network", "none", img},
		{"run", "--plain", "--auto=0s", "--network", "none", "-u", "0", img},
		{"run", "--quiet", "--network", "none", "--entrypoint", evil, img},
		{"run", "--quiet", "--network", "none", img + evil},
	} {
		r := run(t, append([]string{args[0]}, append(own(t), args[1:]...)...)...)
		for _, bad := range []string{"\x1b", "\x07", "\u009b", "\u202e", "\u2066", "\r"} {
			if strings.Contains(r.err, bad) {
				t.Errorf("%q reaches the terminal from %q", bad, args)
			}
		}
		if r.err == "" {
			t.Errorf("nothing is said by %q", args)
		}
	}
}

// mountEscapes are what a stranger's image can try with what is mounted into it.
func mountEscapes() []escape {
	return []escape{
		{"CVE-2019-16884 and CVE-2023-28642: a volume is led over /proc", func(t *testing.T) {
			vol, whole := canary(t)
			for _, to := range []string{"/proc", "/proc/sys", "/proc/self/attr", "../../proc/1"} {
				img := stranger(t, v1.Config{}, file{name: "data", kind: tar.TypeSymlink, link: to})
				refusedWith(t, caged(t, img, []string{"-v", vol + ":/data"}, "true"), "/proc")
				refusedWith(t, caged(t, img, []string{"--tmpfs", "/data"}, "true"), "/proc")
			}
			refusedWith(t, caged(t, stranger(t, v1.Config{}), []string{"-v", vol + ":/proc/sys"}, "true"), "/proc")
			whole()
		}},
		{"CVE-2021-30465 and CVE-2024-45310: links are swapped in a shared volume while it is mounted", swapped},
		{"a read-only volume stays writable below", func(t *testing.T) {
			needRoot(t)
			vol := t.TempDir()
			sub := filepath.Join(vol, "sub")
			if err := os.Mkdir(sub, 0o755); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("mount", "-t", "tmpfs", "below", sub).CombinedOutput(); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			defer func() { _ = exec.Command("umount", sub).Run() }()
			r := caged(t, stranger(t, v1.Config{}), []string{"-v", vol + ":/data:ro"}, "sh", "-c", "touch /data/x; touch /data/sub/x; ls /data/sub")
			if r.out != "" || r.code != 0 {
				t.Errorf("it wrote below a read-only volume: %+v", r)
			}
		}},
	}
}

// swapped runs containers that mount below a volume, while somebody who shares it
// swaps a directory in it for a link to the host's.
func swapped(t *testing.T) {
	dir, whole := canary(t)
	vol, sub := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(sub, "right"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	a, b := filepath.Join(vol, "a"), filepath.Join(vol, "b")
	if err := os.Mkdir(a, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../../../../../.."+dir, b); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				exchange(a, b)
			}
		}
	}()
	img := stranger(t, v1.Config{})
	runs := 40
	if testing.Short() {
		runs = 5
	}
	store := own(t)
	for range runs {
		r := run(t, append(append([]string{"run", "--quiet", "--network", "none", "-u", "0", "-v", vol + ":/data", "-v", sub + ":/data/a/new/place:ro"}, store...),
			img, "sh", "-c", "for p in /data/a /data/b /tmp; do echo in > $p/new/place/x; done; true")...)
		if r.code != 0 && r.code != 125 {
			t.Errorf("status %d %s", r.code, r.err)
		}
		whole()
		if list, _ := os.ReadDir(sub); len(list) != 1 {
			t.Fatalf("a read-only volume was written to: %v", list)
		}
	}
	close(stop)
	<-done
}
