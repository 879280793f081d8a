package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"glassbox/runtime/journal"
)

// fixture is a run told in events, so that pictures can be tested without one.
// The texts are what a 6.18 kernel with control groups version 2 printed.
type fixture struct {
	s     *journal.State
	now   time.Time
	stage string
}

const (
	fixID    = "3f2a9c01d7e4"
	fixBase  = "/var/lib/glassbox/containers/" + fixID
	fixGroup = "/sys/fs/cgroup/system.slice/glassbox-" + fixID
)

// stateAt is the state at the end of a stage.
func stateAt(t testing.TB, stage string) *journal.State {
	t.Helper()
	began := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	f := &fixture{now: began, s: journal.NewState(journal.Header{
		ID: fixID, Name: "quiet_heron", Started: began, Kernel: "6.18.44", Arch: "amd64", Cgroup: "v2",
		Image: "docker.io/library/nginx:1.27", Stages: journal.Stages(),
	})}
	tell := map[string]func(){
		"pull": f.pull, "unpack": f.unpack, "overlay": f.overlay, "clone": f.clone, "namespaces": f.namespaces,
		"cgroups": f.cgroups, "rootfs": f.rootfs, "network": f.network, "exec": f.exec, "exit": f.exit,
	}
	for _, name := range journal.Stages() {
		f.stage = name
		f.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Begin}})
		from := f.now
		tell[name]()
		f.emit(journal.Event{Kind: journal.KindStage, Step: &journal.Step{State: journal.Done, DurUS: f.now.Sub(from).Microseconds()}})
		if name == stage {
			return f.s
		}
	}
	t.Fatalf("no stage %q", stage)
	return nil
}

func (f *fixture) emit(e journal.Event) {
	f.now = f.now.Add(3 * time.Millisecond)
	e.T, e.Stage, e.Seq = f.now, f.stage, f.s.Seq+1
	f.s.Apply(e)
}

func (f *fixture) progress(p journal.Progress) {
	f.emit(journal.Event{Kind: journal.KindProgress, Progress: &p})
}

// see is a snapshot of facts: name, side (o or i), source, text.
func (f *fixture) see(list ...[4]string) {
	snap := &journal.Snapshot{When: "after " + f.stage}
	for _, k := range list {
		side := journal.Outside
		if k[1] == "i" {
			side = journal.Inside
		}
		snap.Values = append(snap.Values, journal.Value{Fact: k[0], Side: side, Source: k[2], Text: &k[3]})
	}
	f.emit(journal.Event{Kind: journal.KindSnapshot, Snapshot: snap})
}

func (f *fixture) undo(id uint64, op, target, state string) {
	f.emit(journal.Event{Kind: journal.KindUndo, Undo: &journal.Undo{ID: id, Op: op, Target: target, State: state}})
}

// fixLayer is a layer's digest, bytes, entries, whiteouts and history.
var fixLayers = []struct {
	id            string
	size          int64
	entries, hide int
	by            string
}{
	{"sha256:a2abf6c4d29d43a4bf9fbb769f524d0fb36a2edab49819c1bf3e76f409f953ea", 28_230_000, 3412, 0, "/bin/sh -c #(nop) ADD file:ab12 in / "},
	{"sha256:b1dbf1ac9c5d2a0b3c4c7a3dd0ff2d6a0a7a2c7ab49819c1bf3e76f409f953eb", 44_100_000, 1207, 12, "RUN /bin/sh -c set -x && groupadd --system --gid 101 nginx # buildkit"},
	{"sha256:c0c5ed8e35cad1fa8a2e5dd3d2ff2d6a0a7a2c7ab49819c1bf3e76f409f953ec", 1_420, 1, 0, "COPY docker-entrypoint.sh / # buildkit"},
}

func (f *fixture) pull() {
	f.progress(journal.Progress{What: "manifest", ID: "sha256:0be28a2cd22e9f53", State: journal.Verified, Done: 2296, Total: 2296})
	f.progress(journal.Progress{What: "config", ID: "sha256:00e038fe2ddc4d29", State: journal.Verified, Done: 8581, Total: 8581})
	for i, l := range fixLayers {
		p := journal.Progress{What: "layer", ID: l.id, Index: i, Total: l.size, By: l.by}
		switch i {
		case 0:
			p.State, p.Done = journal.Present, l.size
		case 1:
			p.State, p.Done = journal.Downloading, 27_000_000
			f.now = f.now.Add(1500 * time.Millisecond)
		default:
			p.State, p.Done = journal.Verified, l.size
		}
		f.progress(p)
	}
}

func (f *fixture) unpack() {
	for i, l := range fixLayers {
		p := journal.Progress{
			What: "layer", ID: l.id, Index: i, State: journal.Unpacked, Done: l.size, Total: l.size,
			Entries: l.entries, Added: l.entries - l.hide, Hidden: l.hide, Path: fixDir(i),
		}
		if i == 1 {
			p.State, p.Done = journal.Unpacking, l.size/3
		}
		f.progress(p)
	}
}

func fixDir(layer int) string { return "/var/lib/glassbox/layers/" + fixLayers[layer].id[7:19] + "/fs" }

func fixOptions() string {
	return "lowerdir=" + fixDir(2) + ":" + fixDir(1) + ":" + fixDir(0) + ",upperdir=" + fixBase + "/upper,workdir=" + fixBase + "/work"
}

func (f *fixture) overlay() {
	f.undo(1, "removetree", fixBase, journal.Planned)
	f.undo(2, "umount", fixBase+"/merged", journal.Planned)
	f.see(
		[4]string{factHostMount, "o", "/proc/self/mountinfo", "80 22 0:60 / " + fixBase + "/merged rw,relatime - overlay overlay rw," + fixOptions() + "\n"},
		[4]string{factUpper, "o", fixBase + "/upper/", "drwxr-xr-x 4096 root\n-rw-r--r-- 6 root/a\nc--------- 0,0 root/old\n"},
	)
}

func fixStatus(name string, pid, ppid int, nspid, caps string, filters int) string {
	lines := []string{
		"Name:\t" + name, "Umask:\t0022", "State:\tS (sleeping)", fmt.Sprintf("Tgid:\t%d", pid), fmt.Sprintf("Pid:\t%d", pid), fmt.Sprintf("PPid:\t%d", ppid),
		"Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0", "Groups:\t101 ", "NStgid:\t" + nspid, "NSpid:\t" + nspid, "Threads:\t1", "VmRSS:\t    5240 kB",
		"CapInh:\t0000000000000000", "CapPrm:\t" + caps, "CapEff:\t" + caps, "CapBnd:\t" + caps, "CapAmb:\t0000000000000000",
		fmt.Sprintf("NoNewPrivs:\t%d", filters), fmt.Sprintf("Seccomp:\t%d", 2*filters), fmt.Sprintf("Seccomp_filters:\t%d", filters),
	}
	return strings.Join(lines, "\n") + "\n"
}

var fixHostNS = map[string]string{
	"user": "4026531837", "pid": "4026531836", "mnt": "4026531841", "uts": "4026531838", "ipc": "4026531839",
	"net": "4026531840", "cgroup": "4026531835", "time": "4026531834",
}

// ns is the fact of one of the container's namespaces.
func fixNS(kind, inode string) [4]string {
	return [4]string{famNS + kind, "o", "/proc/4711/ns/" + kind, kind + ":[" + inode + "]"}
}

func (f *fixture) clone() {
	var list [][4]string
	for kind, n := range fixHostNS {
		list = append(list, [4]string{famHostNS + kind, "o", "/proc/self/ns/" + kind, kind + ":[" + n + "]"})
		if kind == "pid" {
			n = "4026532301"
		}
		list = append(list, fixNS(kind, n))
	}
	const all = "000001ffffffffff"
	list = append(list,
		[4]string{factStatus, "o", "/proc/4711/status", fixStatus("glassbox-init", 4711, 4650, "4711\t1", all, 0)},
		[4]string{factStatus, "i", "/proc/self/status", fixStatus("glassbox-init", 4711, 4650, "4711\t1", all, 0)},
		[4]string{factUIDMap, "o", "/proc/4711/uid_map", "         0     100000      65536\n"},
	)
	f.see(list...)
	f.undo(3, "kill", "4711:88123", journal.Planned)
}

func (f *fixture) namespaces() {
	f.see(
		fixNS("mnt", "4026532298"), fixNS("uts", "4026532299"), fixNS("ipc", "4026532300"), fixNS("net", "4026532303"),
		[4]string{factHostname, "i", "uname(2)", "quiet_heron\n"},
		[4]string{factAddrs, "i", "netlink", "[" + fixLo + "]"},
	)
}

// TestJoinedNamespaces: a namespace that was there already is neither the host's nor the container's own.
func TestJoinedNamespaces(t *testing.T) {
	s := journal.NewState(journal.Header{Stages: []string{"namespaces"}})
	namespacesAre(s, map[string][2]string{"mnt": {"1", "11"}, "net": {"2", "12"}, "time": {"3", "3"}})
	s.Stage("namespaces").Notes = []journal.Note{*journal.NewNote("info", "namespaces-joined", "", "kinds", "uts, net")}
	if got, want := sayNamespaces(s, EN), "Its own: mnt. Joined: net. The host's: time."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b := lines{sc: &Scene{S: s, Text: &textEN, Theme: NewTheme("none", false)}}
	namespaces(&b)
	for _, l := range b.out {
		if want := map[string]string{"mnt": textEN.Own, "net": textEN.Joined, "time": textEN.Host}[l.Label]; l.Out.Note != want {
			t.Errorf("%s: %q, want %q", l.Label, l.Out.Note, want)
		}
	}
}

// namespacesAre puts namespaces of the host's and the container's into a state.
func namespacesAre(s *journal.State, kinds map[string][2]string) {
	fact := func(name, text string) {
		s.Facts[journal.Key{Fact: name, Side: journal.Outside}] = journal.Fact{Value: journal.Value{Fact: name, Text: &text}}
	}
	for kind, n := range kinds {
		fact(famHostNS+kind, kind+":["+n[0]+"]")
		fact(famNS+kind, kind+":["+n[1]+"]")
	}
}

// TestEnginesNamespaces: what the container shares with an engine that runs without
// root is not the machine's.
func TestEnginesNamespaces(t *testing.T) {
	s := journal.NewState(journal.Header{Rootless: true, Stages: []string{"namespaces"}})
	namespacesAre(s, map[string][2]string{"user": {"5", "5"}, "mnt": {"1", "11"}, "time": {"3", "3"}})
	if got, want := sayNamespaces(s, EN), "Its own: mnt. The engine's: user. The host's: time."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	b := lines{sc: &Scene{S: s, Text: &textEN, Theme: NewTheme("none", false)}}
	namespaces(&b)
	for _, l := range b.out {
		if want := map[string]string{"user": textEN.Engine, "mnt": textEN.Own, "time": textEN.Host}[l.Label]; l.Out.Note != want {
			t.Errorf("%s: %q, want %q", l.Label, l.Out.Note, want)
		}
	}
}
