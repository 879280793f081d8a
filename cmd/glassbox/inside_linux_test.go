package main

import (
	"fmt"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
	"glassbox/stages"
)

// TestInsideIsWhatAProgramReads compares the inside view of a running container,
// fact by fact, with what programs in it print.
func TestInsideIsWhatAProgramReads(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
	}{
		{"bridge", []string{"--network", "bridge", "demo", "sleep", "1000"}},
		{"none, another user, limits", slices.Concat([]string{"--network", "none", "-u", "nobody"}, limits("-m", "64m"), []string{"demo", "sleep", "1000"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := step(t, c.args...)
			s.ask(stages.Request{Do: "go", Name: stages.StepNone})
			state := s.running()
			same := func(fact, command string, form func(string) string) {
				t.Helper()
				f, ok := state.Fact(fact, journal.Inside)
				if !ok || f.Value.Err != "" {
					t.Errorf("%s can't be read inside: %+v", fact, f.Value.Err)
					return
				}
				saw, printed := form(string(f.Value.Bytes())), form(s.exec(command))
				if saw != printed {
					t.Errorf("%s (%s):\n--- the inside view\n%s\n--- %s\n%s", fact, f.Value.Source, saw, command, printed)
				}
			}
			same("proc.mountinfo", "cat /proc/1/mountinfo", trimmed)
			same("proc.cgroup", "cat /proc/1/cgroup", trimmed)
			same("proc.cmdline", "cat /proc/1/cmdline", trimmed)
			same("proc.uid_map", "cat /proc/1/uid_map", trimmed)
			same("proc.gid_map", "cat /proc/1/gid_map", trimmed)
			same("proc.limits", "cat /proc/1/limits", trimmed)
			same("proc.environ", "cat /proc/1/environ", trimmed)
			same("proc.status", "cat /proc/1/status", steady)
			for _, n := range []string{"mnt", "uts", "ipc", "net", "pid", "cgroup", "user"} {
				same("proc.ns."+n, "readlink /proc/1/ns/"+n, trimmed)
			}
			same("uts.hostname", "hostname", trimmed)
			same("etc.resolv.conf", "cat /etc/resolv.conf", trimmed)
			same("etc.hosts", "cat /etc/hosts", trimmed)
			same("etc.hostname", "cat /etc/hostname", trimmed)
			if got, want := addresses(state.Text("net.addr", journal.Inside)), words(s.exec("ip -4 addr | grep -o 'inet [0-9./]*' | grep -o '[0-9./]*$'")); !slices.Equal(got, want) {
				t.Errorf("addresses: the inside view has %v, ip prints %v", got, want)
			}
			if got, want := names(state.Text("fs.root", journal.Inside)), words(s.exec("ls -A /")); !slices.Equal(got, want) {
				t.Errorf("/: the inside view has %v, ls prints %v", got, want)
			}
		})
	}
}

// letRun opens every gate, and waits until the program runs.
func (s *stepper) letRun() {
	s.t.Helper()
	s.ask(stages.Request{Do: "go", Name: stages.StepNone})
	s.running()
}

// running waits until the program runs and a snapshot of that was taken, and folds up to it.
func (s *stepper) running() *journal.State {
	s.t.Helper()
	state := journal.NewState(journal.Header{})
	s.next(func(e journal.Event) bool {
		state.Apply(e)
		if e.Gate != nil && e.Gate.State == journal.Waiting {
			s.ask(stages.Request{Do: "go", Name: stages.StepNone})
		}
		_, ok := state.Fact("proc.mountinfo", journal.Inside)
		return e.Snapshot != nil && e.Snapshot.When == "running" && ok
	})
	return state
}

// exec runs a shell command in the container, as its user.
func (s *stepper) exec(command string) string {
	s.t.Helper()
	out, err := exec.Command(program, "exec", s.name, "/bin/sh", "-c", command).CombinedOutput()
	if err != nil {
		s.t.Errorf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

func trimmed(s string) string { return strings.TrimSpace(s) }

// steady are the lines of /proc/PID/status that do not change while the program sleeps.
func steady(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "Name", "Umask", "Pid", "PPid", "Uid", "Gid", "Groups", "NSpid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp":
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func words(s string) []string {
	f := strings.Fields(s)
	sort.Strings(f)
	return f
}

// addresses are the IPv4 addresses of a dump in the shape of `ip -j addr`.
func addresses(text string) []string {
	links, err := proc.ParseLinks([]byte(text))
	if err != nil {
		return []string{err.Error()}
	}
	var list []string
	for _, l := range links {
		for _, a := range l.Addrs {
			if a.Family == "inet" {
				list = append(list, fmt.Sprintf("%s/%d", a.Local, a.PrefixLen))
			}
		}
	}
	sort.Strings(list)
	return list
}

// names are the last columns of a listing as observe makes it.
func names(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 2 {
			list = append(list, f[2])
		}
	}
	sort.Strings(list)
	return list
}
