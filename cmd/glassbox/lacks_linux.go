package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/lessons"
	"glassbox/runtime/cgroup"
	"glassbox/stages"
)

// Lacks says what this machine has not of what a lesson needs.
func (m *lessonMachine) Lacks(n lessons.Needs) []string {
	var list []string
	say := func(key string, args ...any) { list = append(list, lessonText(m.lang, key, args...)) }
	if n.Root && (os.Geteuid() != 0 || stages.NeedsOuter() || stages.Rootless()) {
		say("needs root")
	}
	if n.Users {
		if err := stages.Users(); err != nil {
			say("needs users", err)
		}
	}
	t, err := stages.Tree()
	if err != nil {
		say("needs groups", err)
		return list
	}
	if len(n.Controllers) > 0 {
		groupless(t, n.Controllers, say)
	}
	if n.Cgroup == "v1" || n.Cgroup == "v2" {
		want := int(n.Cgroup[1] - '0')
		for _, c := range append([]string{}, n.Controllers...) {
			if v := t.Version(c); v != 0 && v != want {
				say("needs version of", n.Cgroup, c, v)
			}
		}
		if len(n.Controllers) == 0 && string(t.Mode) != n.Cgroup {
			say("needs version", n.Cgroup, t.Mode)
		}
	}
	if n.Kernel != "" && older(n.Kernel) {
		say("needs kernel", n.Kernel)
	}
	for _, c := range n.Commands {
		if _, err := exec.LookPath(c); err != nil {
			say("needs program", c)
		}
	}
	if n.Network && !online() {
		say("needs internet")
	}
	return list
}

// groupless says which controllers a container's group can't have here.
func groupless(t cgroup.Tree, want []string, say func(key string, args ...any)) {
	has, err := stages.Controllers()
	if err != nil {
		say("needs limits", strings.Join(want, ", "), err)
		return
	}
	for _, c := range want {
		switch {
		case t.Version(c) == 0:
			say("needs controller", c)
		case !has(c):
			say("needs delegation", c)
		}
	}
}

// older tells whether this kernel is older than a version.
func older(want string) bool {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return false
	}
	var a, b, c, d int
	_, _ = fmt.Sscanf(unix.ByteSliceToString(u.Release[:]), "%d.%d", &a, &b)
	_, _ = fmt.Sscanf(want, "%d.%d", &c, &d)
	return a < c || a == c && b < d
}

// online tells whether a registry can be reached.
func online() bool {
	c, err := net.DialTimeout("tcp", "registry-1.docker.io:443", 3*time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
