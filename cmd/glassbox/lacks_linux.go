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
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if n.Root && (os.Geteuid() != 0 || stages.NeedsOuter() || stages.Rootless()) {
		say("it needs root of this machine: try sudo glassbox lesson …")
	}
	if n.Users {
		if err := stages.Users(); err != nil {
			say("its programs are no root, and this user has no further ids: %v", err)
		}
	}
	t, err := stages.Tree()
	if err != nil {
		say("the cgroups can't be read: %v", err)
		return list
	}
	if len(n.Controllers) > 0 {
		list = append(list, groupless(t, n.Controllers)...)
	}
	if n.Cgroup == "v1" || n.Cgroup == "v2" {
		want := int(n.Cgroup[1] - '0')
		for _, c := range append([]string{}, n.Controllers...) {
			if v := t.Version(c); v != 0 && v != want {
				say("it needs cgroup %s; this machine has %s in version %d", n.Cgroup, c, v)
			}
		}
		if len(n.Controllers) == 0 && string(t.Mode) != n.Cgroup {
			say("it needs cgroup %s; this machine has %s", n.Cgroup, t.Mode)
		}
	}
	if n.Kernel != "" && older(n.Kernel) {
		say("it needs Linux %s", n.Kernel)
	}
	for _, c := range n.Commands {
		if _, err := exec.LookPath(c); err != nil {
			say("it needs the program %s on the host", c)
		}
	}
	if n.Network && !online() {
		say("it needs a way to the internet: registry-1.docker.io does not answer")
	}
	return list
}

// groupless says which controllers a container's group can't have here.
func groupless(t cgroup.Tree, want []string) (list []string) {
	has, err := stages.Controllers()
	if err != nil {
		return []string{fmt.Sprintf("it sets limits (%s), and there can be no group for them: %v", strings.Join(want, ", "), err)}
	}
	for _, c := range want {
		switch {
		case t.Version(c) == 0:
			list = append(list, "it needs the cgroup controller "+c+", which this machine has not")
		case !has(c):
			list = append(list, "it needs the cgroup controller "+c+", which is not handed on to this user: `glassbox doctor` says how to mend that")
		}
	}
	return list
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
