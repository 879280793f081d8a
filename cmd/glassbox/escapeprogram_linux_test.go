package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/userland"
	"glassbox/stages"
)

// attacker are the flags that let this test binary be the program in a container.
func attacker(t *testing.T, name string) []string {
	t.Helper()
	self, err := attackFile()
	must(t, err)
	return []string{"-v", self + ":/attack:ro", "-e", attackEnv + "=" + name}
}

// attackFile is this test binary, or one like it where it was built with cgo: the images
// have no shared libraries.
var attackFile = sync.OnceValues(func() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(self)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if userland.Alone(f) {
		return self, nil
	}
	self = filepath.Join(filepath.Dir(program), "attack")
	c := exec.Command("go", "test", "-c", "-o", self, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests without cgo: %w\n%s", err, out)
	}
	return self, nil
})

// programEscapes are what a container's program can try by itself.
func programEscapes() []escape {
	nothing := func(name string) func(t *testing.T) {
		return func(t *testing.T) {
			img := stranger(t, v1.Config{})
			for _, flags := range [][]string{nil, {"--without", "cgroupns"}, {"--security-opt", "seccomp=unconfined"}} {
				r := caged(t, img, append(attacker(t, name), flags...), "/attack")
				if r.code != 0 || r.out != "" {
					// Without a filter what needs no capability is allowed, as in docker.
					if len(flags) == 2 && flags[0] == "--security-opt" && onlyUnprivileged(r.out) {
						continue
					}
					t.Errorf("%q: status %d\n%s%s", flags, r.code, r.out, r.err)
				}
			}
		}
	}
	return []escape{
		{"Shocker (open_by_handle_at) and 26 calls more that docker refuses", nothing("calls")},
		{"CVE-2022-0492, CVE-2023-25809: release_agent, core_pattern and other files of the host's kernel", nothing("files")},
		{"CVE-2022-24769 and CVE-2022-29162: inheritable capabilities", func(t *testing.T) {
			name := captive(t, stranger(t, v1.Config{}), nil, "grep CapInh /proc/self/status > /tmp/own; echo ready; sleep 60")
			for _, c := range []string{"cat /tmp/own", "grep CapInh /proc/self/status"} {
				if r := run(t, "exec", name, "sh", "-c", c); r.out != "CapInh:\t0000000000000000\n" {
					t.Errorf("%s: %q %s", c, r.out, r.err)
				}
			}
		}},
		{"the host's /dev/null changes through a standard stream", func(t *testing.T) {
			var before, after unix.Stat_t
			must(t, unix.Stat("/dev/null", &before))
			img := stranger(t, v1.Config{})
			caged(t, img, attacker(t, "null"), "/attack")
			name := captive(t, img, attacker(t, "null")[:2], "rm /dev/null; echo ready; sleep 60")
			c := exec.Command(program, "exec", "-e", attackEnv+"=null", name, "/attack")
			c.Stdin, c.Stdout = nil, nil // the host's
			_ = c.Run()
			must(t, unix.Stat("/dev/null", &after))
			if before.Mode != after.Mode || before.Uid != after.Uid {
				t.Errorf("/dev/null had mode %o of %d, and has %o of %d", before.Mode, before.Uid, after.Mode, after.Uid)
				_ = os.Chmod("/dev/null", 0o666)
				_ = os.Chown("/dev/null", 0, 0)
			}
		}},
	}
}

func onlyUnprivileged(out string) bool {
	for line := range strings.Lines(out) {
		call := strings.TrimPrefix(strings.TrimSpace(line), "it can ")
		if !strings.HasPrefix(call, "unshare(NEWUSER)") && !strings.HasPrefix(call, "unshare(NEWNS)") && call != "keyctl" && call != "add_key" &&
			call != "io_uring_setup" && call != "socket(AF_VSOCK)" && call != "userfaultfd" && call != "ptrace(ATTACH, 1)" {
			return false
		}
	}
	return true
}

// joinEscapes are what it can try when somebody joins.
func joinEscapes() []escape {
	return []escape{
		{"CVE-2016-9962: who joins is traced, or robbed of a descriptor", func(t *testing.T) {
			name := captive(t, stranger(t, v1.Config{}), attacker(t, "watch"), "exec /attack")
			for range 30 {
				run(t, "exec", "-e", attackEnv+"=", name, "true")
			}
			got := stopped(t, name)
			if strings.Contains(got, "\n") || !strings.HasPrefix(got, "met ") || got == "met 0" {
				t.Errorf("it %s", got)
			}
		}},
		{"CVE-2019-5736: glassbox is overwritten through /proc/PID/exe", func(t *testing.T) {
			before := sha256.Sum256([]byte(mustRead(t, program)))
			img := stranger(t, v1.Config{}, file{name: "bin/evil", body: "#!/proc/self/exe\n", mode: 0o755})
			name := captive(t, img, attacker(t, "overwrite"), "exec /attack")
			for i := range 20 {
				run(t, "exec", "-e", attackEnv+"=", name, []string{"true", "evil", "/proc/self/exe"}[i%3])
			}
			if got := stopped(t, name); got != "" {
				t.Errorf("it %s", got)
			}
			caged(t, stranger(t, v1.Config{Entrypoint: []string{"/proc/self/exe"}}), nil, "version")
			if after := sha256.Sum256([]byte(mustRead(t, program))); after != before {
				t.Fatal("glassbox itself was changed")
			}
		}},
		{"what exec meets was replaced: /dev/null, /dev/ptmx, /dev/pts, PATH", func(t *testing.T) {
			script := "rm -f /dev/null /dev/ptmx; mkfifo /dev/null; ln -s /proc/sysrq-trigger /dev/ptmx; rm /bin/true; mkfifo /bin/true; echo ready; sleep 60"
			name := captive(t, stranger(t, v1.Config{}), nil, script)
			if r := run(t, "exec", name, "sh", "-c", "echo here"); r.out != "here\n" {
				t.Errorf("%+v", r)
			}
			if r := run(t, "exec", "-t", name, "sh", "-c", "test -t 0 && echo here"); !strings.Contains(r.out, "here") {
				t.Errorf("%+v", r)
			}
			if r := run(t, "exec", name, "/bin/true"); r.code != 126 {
				t.Errorf("a FIFO as the program: %+v", r)
			}
		}},
		{"a program that joins has more than three descriptors, other limits or more power", func(t *testing.T) {
			probe := "for f in /proc/self/fd/*; do readlink $f; done | grep -v -e pipe: -e /dev/null -e /proc/; cat /proc/self/limits; grep -e Cap -e Seccomp: -e NoNew /proc/self/status"
			name := captive(t, stranger(t, v1.Config{}), nil, "("+probe+") > /tmp/own 2>&1; echo ready; sleep 60")
			first, later := run(t, "exec", name, "cat", "/tmp/own"), run(t, "exec", name, "sh", "-c", "("+probe+") > /tmp/own 2>&1; cat /tmp/own")
			if first.out != later.out || strings.Contains(first.out, "socket:") {
				t.Errorf("the first program has\n%s\none that joins\n%s", first.out, later.out)
			}
		}},
	}
}

// stopped ends an attack, and returns what it reported.
func stopped(t *testing.T, name string) string {
	t.Helper()
	r := run(t, "exec", "-e", attackEnv+"=", name, "sh", "-c", "touch /tmp/stop; until grep -q done /tmp/report; do sleep 0.1; done 2>/dev/null; cat /tmp/report")
	said, ok := strings.CutSuffix(r.out, "done\n")
	if !ok {
		t.Fatalf("the attack did not end as it should: %+v", r)
	}
	return strings.TrimSpace(said)
}

// hostEscapes are what others on the host, or on its network, can try meanwhile.
func hostEscapes() []escape {
	return []escape{
		{"CVE-2021-41091 and CVE-2024-25621: an ordinary user of the host enters the container's directory", func(t *testing.T) {
			store := filepath.Join(t.TempDir(), "store")
			must(t, os.Chmod(filepath.Dir(store), 0o755))
			must(t, os.Chmod(filepath.Dir(filepath.Dir(store)), 0o755))
			c := exec.Command(program, "run", "--quiet", "--network", "none", "--root", store, "-i", "demo", "sh", "-c", "echo ready; cat")
			in, err := c.StdinPipe()
			must(t, err)
			out, err := c.StdoutPipe()
			must(t, err)
			must(t, c.Start())
			defer func() { _ = in.Close(); _ = c.Wait() }()
			if _, err := out.Read(make([]byte, 16)); err != nil {
				t.Fatal(err)
			}
			found, _ := filepath.Glob(store + "/containers/*/merged")
			if len(found) != 1 {
				t.Fatalf("containers: %v", found)
			}
			for _, dir := range []string{found[0], filepath.Dir(found[0]) + "/upper", store + "/layers", store + "/content"} {
				if out, err := exec.Command("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "ls", dir).CombinedOutput(); err == nil {
					t.Errorf("nobody can list %s:\n%s", dir, out)
				}
			}
		}},
		{"CVE-2020-15257: a socket that a container on the host's network reaches", func(t *testing.T) {
			img := stranger(t, v1.Config{})
			r := run(t, append(append([]string{"run", "--quiet", "--network", "host", "-u", "0"}, own(t)...), img, "sh", "-c", "grep -i glassbox /proc/net/unix; true")...)
			for line := range strings.Lines(r.out) {
				if f := strings.Fields(line); strings.HasPrefix(f[len(f)-1], "@") {
					t.Errorf("an abstract socket: %s", line)
				}
			}
		}},
		{"CVE-2020-13401 and CVE-2024-32473: router advertisements from a container", func(t *testing.T) {
			name := captive(t, stranger(t, v1.Config{}), nil, "echo ready; sleep 60")
			if os.Geteuid() == 0 { // an ordinary user's bridge is in a network of its own
				if got := strings.TrimSpace(mustRead(t, "/proc/sys/net/ipv6/conf/gb0/disable_ipv6")); got != "1" {
					t.Errorf("the bridge has IPv6: disable_ipv6 is %s", got)
				}
			}
			if r := run(t, "exec", name, "cat", "/proc/sys/net/ipv6/conf/eth0/disable_ipv6"); r.out != "1\n" {
				t.Errorf("eth0 has IPv6: %q", r.out)
			}
		}},
		{"CVE-2025-52881: what is written below /proc is led to another file", func(t *testing.T) {
			needTool(t, "unshare")
			dir, whole := canary(t)
			apart := []string{"unshare", "-m"}
			if os.Geteuid() != 0 {
				apart = []string{"unshare", "-rm"}
			}
			const file = "/proc/sys/net/ipv6/conf/default/disable_ipv6"
			for _, put := range []string{
				"ln -s " + dir + "/canary " + file, "touch " + file + " && mount --bind " + dir + "/canary " + file, "touch " + file + " && mount --bind /proc/$$/comm " + file,
			} {
				script := "mount -t tmpfs none /proc/sys && mkdir -p ${0%/*} && " + put + ` && exec "$@"`
				words := append(append(apart[:2:2], "sh", "-c", script, file, program, "run", "--quiet", "-u", "0"), own(t)...)
				refusedWith(t, runCmd(t, exec.Command(words[0], append(words[1:], stranger(t, v1.Config{}), "true")...)), "nothing is written")
			}
			whole()
		}},
		{"CVE-2025-47291: a container with a user namespace of its own is in no group", func(t *testing.T) {
			needRoot(t)
			if r := run(t, "run", "--quiet", "--network", "none", "--userns", "private", "-u", "0", "-m", "32m", "demo", "eat", "100Mi"); r.code != 137 {
				t.Errorf("it took what it wanted: %+v", r)
			}
		}},
		{"a program outlives the engine, with its PDEATHSIG cleared", func(t *testing.T) {
			name := fmt.Sprintf("adopt-%d", os.Getpid())
			c := exec.Command(program, append(append([]string{"run", "--quiet", "--network", "none", "-u", "0", "--name", name}, own(t)...), append(attacker(t, "adopt"), stranger(t, v1.Config{}), "/attack")...)...)
			out, err := c.StdoutPipe()
			must(t, err)
			must(t, c.Start())
			if _, err := out.Read(make([]byte, 16)); err != nil {
				t.Fatal(err)
			}
			found, err := stages.Find(stages.Default().State, name)
			must(t, err)
			fd, err := unix.PidfdOpen(found.Pid, 0)
			must(t, err)
			defer unix.Close(fd)
			if os.Geteuid() == 0 { // else who started the engine is the guard
				await(t, "the guard", func() bool { return slices.ContainsFunc(childrenOf(found.Header.Pid), guards) })
			}
			must(t, c.Process.Kill())
			_ = c.Wait()
			if n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 60_000); n != 1 || err != nil {
				t.Errorf("it still runs a minute after its engine was killed (%v)", err)
			}
			mustRun(t, program, "clean")
		}},
		{"a program without a pid namespace leaves others behind", func(t *testing.T) {
			began := time.Now()
			r := caged(t, stranger(t, v1.Config{}), []string{"--pid", "host"}, "sh", "-c", "sleep 300 & echo started")
			if r.out != "started\n" || time.Since(began) > patience {
				t.Errorf("after %v: %+v", time.Since(began), r)
			}
			if out, err := exec.Command("pgrep", "-u", fmt.Sprint(os.Geteuid()), "-f", "^sleep 300$").Output(); err == nil {
				t.Errorf("it left behind: %s", out)
			}
		}},
	}
}

// guards tells whether a process is the guard, and does what it is for: it waits
// for the engine on its socket. See child.Serve and proc_pid_syscall(5).
func guards(pid string) bool {
	comm, _ := os.ReadFile("/proc/" + pid + "/comm")
	call, _ := os.ReadFile("/proc/" + pid + "/syscall")
	return string(comm) == child.Name+"\n" && strings.HasPrefix(string(call), fmt.Sprint(unix.SYS_RECVMSG, " 0x3 "))
}

// exchange swaps two names at once: renameat2(2).
func exchange(a, b string) {
	_ = unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
}
