package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/stages"
)

// folding is a stepper that folds what it reads, as a screen does.
type folding struct {
	*stepper
	state *journal.State
	ended map[string]time.Time // stages that are done, and when
}

func folded(s *stepper) *folding {
	return &folding{stepper: s, state: journal.NewState(s.in.Header), ended: map[string]time.Time{}}
}

// gate folds until the run waits at a gate that it has not waited at before; nil
// when the program runs.
func (f *folding) gate() *journal.Event {
	f.t.Helper()
	e := f.next(func(e journal.Event) bool {
		f.state.Apply(e)
		if e.Step != nil && e.Step.State == journal.Done {
			f.ended[e.Stage] = e.T
		}
		return e.Gate != nil && e.Gate.State == journal.Waiting || e.Stage == "exec" && e.Step != nil && e.Step.State == journal.Done
	})
	if e.Gate == nil {
		return nil
	}
	return &e
}

// TestGateShowsNow: at each call's gate the journal says of the container what
// /proc says at that moment, outside and inside: what the call before has changed
// is there, and nothing of the one that is announced.
func TestGateShowsNow(t *testing.T) {
	needRoot(t)
	for _, args := range [][]string{{}, {"--userns", "private"}, {"--network", "none", "-u", "1000", "--security-opt", "no-new-privileges"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			s := step(t, append(append([]string{"--step", "call", "-m", "64m"}, args...), "demo", "sleep", "1000")...)
			f := folded(s)
			seen, said := map[string]int{}, map[string]bool{}
			for g := f.gate(); g != nil; g = f.gate() {
				if g.Gate.At == "call" {
					for what := range f.compare(g) {
						seen[what]++
						said[g.Stage+" "+what] = true
					}
				}
				s.ask(stages.Request{Do: "go", Name: stages.StepCall})
			}
			for _, what := range []string{"outside proc.mountinfo", "inside proc.mountinfo", "outside proc.ns.net", "inside proc.ns.net", "outside proc.status", "inside proc.status"} {
				if seen[what] < 50 {
					t.Errorf("%s was compared at %d gates", what, seen[what])
				}
			}
			for _, stage := range []string{"namespaces", "rootfs", "exec"} {
				if !said[stage+" inside proc.status"] {
					t.Errorf("at no gate of %s was there anything to be seen from inside", stage)
				}
			}
		})
	}
}

// compare reads in /proc what the journal says of it, and tells which facts it compared.
func (f *folding) compare(g *journal.Event) map[string]bool {
	f.t.Helper()
	done := map[string]bool{}
	pid := f.run.Pid
	if pid == 0 {
		if r, err := stages.Find(stages.Default().State, f.name); err == nil {
			pid, f.run.Pid = r.Pid, r.Pid
		}
	}
	announced := ""
	if g.Gate.Call != nil {
		announced = g.Gate.Call.Name
	}
	for key, fact := range f.state.Facts {
		if fact.Gone || fact.Value.Err != "" {
			continue
		}
		now, ok := read(fact.Value, pid)
		if !ok {
			continue
		}
		said := meaning(key.Fact, string(fact.Value.Bytes()), f.run.Header.ID)
		if now = meaning(key.Fact, now, f.run.Header.ID); said != now {
			f.t.Fatalf("%s, before %s: the journal says of %s %s\n%s\nand the kernel\n%s", g.Stage, announced, key.Side, key.Fact, said, now)
			continue
		}
		done[string(key.Side)+" "+key.Fact] = true
	}
	return done
}

// read is what a value's source says now; false where the test can't tell.
func read(v journal.Value, pid int) (string, bool) {
	dir := fmt.Sprintf("/proc/%d/", pid)
	path := v.Source
	if v.Side == journal.Inside {
		switch v.Fact {
		case "uts.hostname":
			return hostnameOf(dir + "ns/uts")
		case "proc.cgroup": // relative to who reads
			return "", false
		}
		own, ok := strings.CutPrefix(path, "/proc/self/")
		if !ok {
			if own, ok = strings.CutPrefix(path, "/proc/1/"); !ok {
				return "", false
			}
		}
		path = dir + own
	}
	switch {
	case strings.HasPrefix(v.Fact, "proc.ns."):
		l, err := os.Readlink(path)
		return l, err == nil
	case v.Fact == "proc.mountinfo", v.Fact == "proc.uid_map" && v.Side == journal.Outside, v.Fact == "proc.cgroup", v.Fact == "proc.status", v.Fact == "proc.limits",
		v.Fact == "cgroup.memory.limit_in_bytes", v.Fact == "cgroup.memory.max", v.Fact == "cgroup.pids.max", v.Fact == "proc.oom_score_adj":
		b, err := os.ReadFile(path)
		return string(b), err == nil && pid != 0
	}
	return "", false
}

// hostnameOf is the host name in another uts namespace.
func hostnameOf(ns string) (name string, ok bool) {
	f, err := os.Open(ns)
	if err != nil {
		return "", false
	}
	defer f.Close()
	done := make(chan struct{})
	go func() { // on a thread that ends with it
		defer close(done)
		runtime.LockOSThread()
		if unix.Setns(int(f.Fd()), unix.CLONE_NEWUTS) == nil {
			name, err = os.Hostname()
			ok = err == nil
		}
	}()
	<-done
	return name, ok
}

// lasting are the lines of /proc/PID/status that no reader's own namespaces change, and
// that do not move by themselves.
var lasting = regexp.MustCompile(`(?m)^(Cap\w+|NoNewPrivs|Seccomp|Seccomp_filters|Umask|Name):.*$`)

// foreign are the mounts of cgroups, whose roots are shown as the reader's own cgroup
// namespace has them, and those of other containers, which come and go meanwhile.
var foreign = regexp.MustCompile(`(?m)^.* (- cgroup2? |/\S*/containers/\S*/merged ).*\n`)

func meaning(fact, text, own string) string {
	switch fact {
	case "proc.status":
		return strings.Join(lasting.FindAllString(text, -1), "\n")
	case "proc.mountinfo":
		return foreign.ReplaceAllStringFunc(text, func(line string) string {
			if strings.Contains(line, " - cgroup") {
				f := strings.Fields(line)
				f[3] = "*"
				return strings.Join(f, " ") + "\n"
			}
			if strings.Contains(line, "/containers/"+own+"/") {
				return line
			}
			return ""
		})
	}
	return strings.TrimSpace(text)
}

// TestGateTakesNoTime: what a stage took does not count the time that it waited at
// its gates, neither at those of the engine nor at those of the first process.
func TestGateTakesNoTime(t *testing.T) {
	needRoot(t)
	const pause = 200 * time.Millisecond // a person looks
	s := step(t, "--network", "none", "--step", "call", "-m", "64m", "--pids-limit", "50", "demo", "true")
	f := folded(s)
	waited := map[string]time.Duration{}
	for g := f.gate(); g != nil; g = f.gate() {
		if g.Gate.At == "call" && (g.Stage == "namespaces" || g.Stage == "cgroups") && waited[g.Stage] < 5*pause {
			time.Sleep(pause)
			waited[g.Stage] += pause
		}
		s.ask(stages.Request{Do: "go", Name: stages.StepCall})
	}
	for stage, w := range waited {
		if w < 5*pause {
			t.Fatalf("%s had gates for %v only", stage, w)
		}
		st := f.state.Stage(stage)
		took, lasted := time.Duration(st.DurUS)*time.Microsecond, f.ended[stage].Sub(st.Began)
		if took <= 0 || took > lasted-w {
			t.Errorf("%s took %v of %v, of which it waited %v at its gates", stage, took, lasted, w)
		}
	}
	if len(waited) != 2 {
		t.Errorf("it waited in %v", waited)
	}
}
