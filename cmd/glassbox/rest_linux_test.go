package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/stages"
)

// TestRestKilled kills the engine of a container that has no pid namespace, and
// perhaps no group. What its program has left ends without a clean; if all that could end
// it was killed, too, by a clean. A program that has changed its user is no other.
func TestRestKilled(t *testing.T) {
	for i, c := range []struct{ what, user, without string }{
		{"engine", "0", "cgroup"}, {"engine", "33", "cgroup"}, {"engine", "33", ""}, {"all", "0", "cgroup"}, {"all", "33", "cgroup"}, {"all", "33", ""},
	} {
		t.Run(strings.Join([]string{c.what, c.user, c.without}, " "), func(t *testing.T) {
			name := fmt.Sprintf("rest-%d-%d", os.Getpid(), i)
			mark := fmt.Sprintf("3%d", os.Getpid())
			args := []string{"run", "--quiet", "--network", "none", "--pid", "host", "-u", c.user, "--name", name}
			if c.without != "" {
				args = append(args, "--without", c.without)
			}
			engine := exec.Command(program, append(args, "demo", "sh", "-c", "sleep MARK & (sleep MARK &); echo ready; sleep MARK")...)
			engine.Args[len(engine.Args)-1] = strings.ReplaceAll(engine.Args[len(engine.Args)-1], "MARK", mark)
			out, err := engine.StdoutPipe()
			must(t, err)
			must(t, engine.Start())
			if _, err := out.Read(make([]byte, 16)); err != nil {
				t.Fatal(err)
			}
			found, err := stages.Find(stages.Default().State, name)
			must(t, err)
			await(t, "three programs", func() bool { return len(sleeping(mark)) == 3 })
			fd, err := unix.PidfdOpen(found.Header.Pid, 0)
			must(t, err)
			defer unix.Close(fd)
			if c.what == "all" {
				must(t, engine.Process.Signal(unix.SIGSTOP)) // without root it starts the engine, and would see it die
				for _, pid := range childrenOf(found.Header.Pid) {
					if b, _ := os.ReadFile("/proc/" + pid + "/comm"); string(b) == "glassbox-init\n" {
						n, err := strconv.Atoi(pid)
						must(t, err)
						must(t, unix.Kill(n, unix.SIGKILL))
					}
				}
			}
			must(t, unix.Kill(found.Header.Pid, unix.SIGKILL))
			if c.what == "all" {
				_ = engine.Process.Kill()
			}
			_ = engine.Wait()
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 5000)
			if c.what == "all" {
				if len(sleeping(mark)) == 0 {
					t.Error("it ended though nobody was left to end it: the test is none")
				}
				mustRun(t, program, "clean")
			}
			defer mustRun(t, program, "clean")
			defer func() {
				if left := sleeping(mark); len(left) > 0 {
					mustRun(t, append([]string{"kill", "-9"}, left...)...)
				}
			}()
			await(t, "their end", func() bool { return len(sleeping(mark)) == 0 })
		})
	}
}

// await waits up to a minute until something is so.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// sleeping are the processes that run `sleep MARK`.
func sleeping(mark string) (pids []string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, l := range lines {
		if b, err := os.ReadFile(l); err == nil && strings.HasSuffix(string(b), "sleep\x00"+mark+"\x00") {
			pids = append(pids, strings.Split(l, "/")[2])
		}
	}
	return pids
}

// childrenOf are the children of all threads of a process.
func childrenOf(pid int) (pids []string) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, l := range lists {
		b, _ := os.ReadFile(l) // a thread may have ended
		pids = append(pids, strings.Fields(string(b))...)
	}
	return pids
}
