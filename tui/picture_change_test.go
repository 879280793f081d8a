package tui

import (
	"strings"
	"testing"

	"glassbox/runtime/journal"
)

// change is one value of a recording that is told otherwise.
type change struct {
	fact, side, from, to string // a fact's text: o or i
	do                   func(*journal.State)
	name                 string
}

func fact(name, side, from, to string) change {
	return change{fact: name, side: side, from: from, to: to, name: name + " " + side + ": " + from}
}

func by(name string, do func(*journal.State)) change { return change{do: do, name: name} }

// changes are, for each stage, the values that its picture is drawn from.
var changes = map[string][]change{
	"pull": {
		by("image", func(s *journal.State) { s.Header.Image = "docker.io/library/httpd:2" }),
		by("bytes", func(s *journal.State) { s.Progress[3].Done = 40_000_000 }),
		by("state", func(s *journal.State) { s.Progress[3].State = journal.Verified }),
		by("here", func(s *journal.State) { s.Progress[2].State = journal.Verified }),
		by("digest", func(s *journal.State) { s.Progress[4].ID = "sha256:ffffffffffffffff" }),
		by("time", func(s *journal.State) { s.Stages[0].DurUS *= 3 }),
	},
	"unpack": {
		by("added", func(s *journal.State) { s.Progress[2].Added++ }), by("hidden", func(s *journal.State) { s.Progress[2].Hidden = 7 }),
		by("far", func(s *journal.State) { s.Progress[3].Done *= 2 }), by("entries", func(s *journal.State) { s.Progress[4].Entries = 9 }),
		by("history", func(s *journal.State) { s.Progress[4].By = "RUN true" }), by("state", func(s *journal.State) { s.Progress[3].State = journal.Unpacked }),
	},
	"overlay": {
		fact(factHostMount, "o", "/layers/c0c5ed8e35ca", "/layers/000000000000"), fact(factHostMount, "o", "/merged rw", "/other rw"),
		fact(factHostMount, "o", fixDir(0), fixDir(0)+":/one/more"), fact(factUpper, "o", "root/a", "root/b"),
		fact(factUpper, "o", "- 6 ", "- 7 "), fact(factUpper, "o", "c--------- 0,0", "-rw-r--r-- 0"),
	},
	"clone": {
		fact(factStatus, "o", "NSpid:\t4711\t1", "NSpid:\t4712\t1"), fact(factStatus, "i", "NSpid:\t4711\t1", "NSpid:\t4711\t2"), fact(factStatus, "o", "PPid:\t4650", "PPid:\t4651"),
		fact(factStatus, "o", "glassbox-init", "other"), fact(famNS+"pid", "o", "4026532301", "4026532302"),
		fact(famHostNS+"pid", "o", "4026531836", "4026531999"), fact(factUIDMap, "o", "100000", "200000"),
	},
	"namespaces": {
		fact(famNS+"mnt", "o", "4026532298", "4026532999"), fact(famNS+"net", "o", "4026532303", fixHostNS["net"]),
		fact(famHostNS+"uts", "o", "4026531838", "4026531111"), fact(factHostname, "i", "quiet", "loud"), fact(factAddrs, "i", `"lo"`, `"l0"`),
		fact(famNS+"time", "o", fixHostNS["time"], "4026539999"), fact(factUIDMap, "o", "100000", "200000"),
	},
	"cgroups": {
		fact("cgroup.memory.current", "o", "41943040", "125829120"), fact("cgroup.memory.max", "o", "134217728", "max"),
		fact("cgroup.memory.events", "o", "oom_kill 0", "oom_kill 3"), fact("cgroup.cpu.max", "o", "50000", "150000"),
		fact("cgroup.cpu.stat", "o", "nr_throttled 12", "nr_throttled 39"), fact("cgroup.cpu.stat", "o", "usage_usec 230000", "usage_usec 930000"),
		fact("cgroup.cpu.weight", "o", "100", "39"), fact("cgroup.pids.max", "o", "64", "65"), fact("cgroup.pids.current", "o", "2", "60"),
		fact("cgroup.io.stat", "o", "wbytes=8192", "wbytes=9999999"), fact("cgroup.io.max", "o", "wbps=1048576", "wbps=2097152"),
		fact("cgroup.procs", "o", "4712\n", ""), fact(factCgroup, "i", "0::/", "0::/elsewhere"),
		by("path", func(s *journal.State) { resource(s, "cgroup.memory.max", "/sys/fs/cgroup/other/memory.max") }),
	},
	"rootfs": {
		fact(factMountinfo, "i", "/data rw", "/data ro"), fact(factMountinfo, "i", "master:1 - ext4", "shared:1 - ext4"),
		fact(factMountinfo, "i", "/proc/kcore", "/proc/keys"), fact(factMountinfo, "i", "/proc/bus", "/proc/irq"),
		fact(factMountinfo, "i", "- devpts devpts", "- tmpfs tmpfs"), fact(factMountinfo, "i", "/srv/data /data", "/srv/other /data"),
		fact(factMountinfo, "i", " / / rw", " / "+fixBase+"/merged rw"),
	},
	"network": {
		fact(factAddrs, "i", "10.66.160.2", "10.66.160.3"), fact(factAddrs, "o", "10.66.160.1", "10.66.160.9"),
		fact(factAddrs, "o", `"master":"gb0"`, `"master":"br9"`), fact(factAddrs, "i", `"link_index":8`, `"link_index":9`),
		fact(factAddrs, "o", "192.0.2.2", "192.0.2.3"), fact(factRoutes, "i", "10.66.160.1", "10.66.160.254"), fact(factRoutes, "o", `"ens3"`, `"ens4"`),
		fact(factRules, "o", "masquerade", "accept"), fact(factRules, "o", "dport 8080", "dport 8081"), fact(factRules, "o", "160.2:80", "160.2:81"),
	},
	"exec": {
		fact(factStatus, "o", "Name:\tnginx", "Name:\thttpd"), fact(factStatus, "o", "Uid:\t0\t0", "Uid:\t0\t101"),
		fact(factStatus, "o", "CapEff:\t00000000a80425fb", "CapEff:\t0000000000000400"), fact(factStatus, "o", "NoNewPrivs:\t1", "NoNewPrivs:\t0"),
		fact(factStatus, "o", "Seccomp:\t2", "Seccomp:\t0"), fact(factCmdline, "o", "daemon off", "daemon on"), fact(factEnviron, "i", "HOME=", "HOUSE="),
		by("output", func(s *journal.State) { s.Counts.OutputBytes++ }), fact(factMountinfo, "i", "/dev/pts rw", "/dev/console rw"),
		by("before", func(s *journal.State) { before(s, "Seccomp:\t0", "Seccomp:\t1") }),
	},
	"exit": {
		by("code", func(s *journal.State) { s.Exit.Code, s.Exit.Signal = 3, "" }), by("signal", func(s *journal.State) { s.Exit.Signal = "SIGTERM" }),
		by("oom", func(s *journal.State) { s.Exit.OOMKills = 0 }), by("source", func(s *journal.State) { s.Exit.OOMSource = "/elsewhere" }),
		by("time", func(s *journal.State) { s.Exit.UserUS = 1 }), by("memory", func(s *journal.State) { s.Exit.MaxRSSKiB = 1 }),
		by("undone", func(s *journal.State) { s.Undo[1].State = journal.Undone }), by("failed", func(s *journal.State) { s.Undo[0].State = journal.Failed }),
		by("kept", func(s *journal.State) { s.Undo[0].State = journal.Kept }), by("why", func(s *journal.State) { s.Undo[0].Err = "busy" }),
		by("target", func(s *journal.State) { s.Undo[2].Target = "1:1" }), by("running", func(s *journal.State) { s.Exit = nil }),
	},
}

// before changes what a status said before its stage.
func before(s *journal.State, from, to string) {
	k := journal.Key{Fact: factStatus, Side: journal.Outside}
	f := s.Facts[k]
	text := strings.Replace(string(f.Was.Bytes()), from, to, 1)
	was := *f.Was
	was.Text = &text
	f.Was = &was
	s.Facts[k] = f
}

// resource changes where a fact was read.
func resource(s *journal.State, name, source string) {
	k := journal.Key{Fact: name, Side: journal.Outside}
	f := s.Facts[k]
	f.Value.Source = source
	s.Facts[k] = f
}

// apply makes the change; false if there was nothing to change.
func (c change) apply(s *journal.State) bool {
	if c.do != nil {
		c.do(s)
		return true
	}
	k := journal.Key{Fact: c.fact, Side: journal.Outside}
	if c.side == "i" {
		k.Side = journal.Inside
	}
	f, ok := s.Facts[k]
	old := string(f.Value.Bytes())
	text := strings.Replace(old, c.from, c.to, 1)
	f.Value.Text, f.Value.B64 = &text, nil
	s.Facts[k] = f
	return ok && text != old
}

// TestPictureFollowsEachValue: nothing is drawn that was not read.
func TestPictureFollowsEachValue(t *testing.T) {
	th := NewTheme("none", false)
	for _, stage := range journal.Stages() {
		if len(changes[stage]) < 5 {
			t.Errorf("%s: only %d values are looked at", stage, len(changes[stage]))
		}
		want := strings.Join(Picture(stage, stateAt(t, stage), 100, 30, th, EN), "\n")
		for _, c := range changes[stage] {
			s := stateAt(t, stage)
			if !c.apply(s) {
				t.Errorf("%s, %s: the fixture has no such value", stage, c.name)
				continue
			}
			if got := strings.Join(Picture(stage, s, 100, 30, th, EN), "\n"); got == want {
				t.Errorf("%s, %s: the picture is the same\n%s", stage, c.name, got)
			}
		}
	}
}
