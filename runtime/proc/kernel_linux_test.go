package proc_test

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

// The tests here read this machine's kernel and compare with what others make of it.

func slurp(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("this kernel does not have it: %v", err)
	}
	return b
}

func TestMountinfoAsMobyReadsIt(t *testing.T) {
	b := slurp(t, "/proc/self/mountinfo")
	got, err := proc.ParseMountinfo(b)
	if err != nil {
		t.Fatal(err)
	}
	want, err := mountinfo.GetMountsFromReader(strings.NewReader(string(b)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d mounts, moby has %d", len(got), len(want))
	}
	for i, m := range got {
		w := want[i]
		if m.ID != w.ID || m.Parent != w.Parent || m.Major != w.Major || m.Minor != w.Minor || m.Root != w.Root ||
			m.Point != w.Mountpoint || m.FSType != w.FSType || m.Source != w.Source || m.Propagation != w.Optional ||
			strings.Join(m.Options, ",") != w.Options || strings.Join(m.Super, ",") != w.VFSOptions {
			t.Errorf("line %d:\n got %+v\nwant %+v", i+1, m, *w)
		}
	}
}

func TestOwnStatus(t *testing.T) {
	s := proc.ParseStatus(slurp(t, "/proc/self/status"))
	if s.Pid != os.Getpid() || s.PPid != os.Getppid() || s.UID[1] != os.Geteuid() || s.GID[1] != os.Getegid() {
		t.Errorf("%+v", s)
	}
	if len(s.NSpid) == 0 || s.NSpid[len(s.NSpid)-1] != os.Getpid() || s.Threads < 1 || s.RSS == 0 {
		t.Errorf("%+v", s)
	}
	stat, err := proc.ParseStat(slurp(t, "/proc/self/stat"))
	if err != nil || stat.Pid != s.Pid || stat.PPid != s.PPid || stat.Comm != s.Name || stat.Start == 0 {
		t.Errorf("%+v %v", stat, err)
	}
	if args := proc.ParseCmdline(slurp(t, "/proc/self/cmdline")); !slices.Equal(args, os.Args) {
		t.Errorf("%q", args)
	}
}

func TestOwnLimits(t *testing.T) {
	limits := proc.ParseLimits(slurp(t, "/proc/self/limits"))
	if len(limits) < 16 {
		t.Fatalf("%d limits", len(limits))
	}
	for _, l := range limits {
		if l.Resource() == "" {
			t.Errorf("%s has no resource", l.Name)
		}
		if l.Name != "Max open files" {
			continue
		}
		var r unix.Rlimit
		if err := unix.Prlimit(0, unix.RLIMIT_NOFILE, nil, &r); err != nil {
			t.Fatal(err)
		}
		if l.Soft != strconv.FormatUint(r.Cur, 10) || l.Hard != strconv.FormatUint(r.Max, 10) || l.Unit != "files" {
			t.Errorf("%+v, getrlimit says %+v", l, r)
		}
	}
}

func TestOwnNamespaces(t *testing.T) {
	for _, kind := range proc.Namespaces() {
		link, err := os.Readlink("/proc/self/ns/" + kind)
		if err != nil {
			t.Logf("this kernel does not have it: %v", err)
			continue
		}
		var st unix.Stat_t
		if err := unix.Stat("/proc/self/ns/"+kind, &st); err != nil {
			t.Fatal(err)
		}
		if k, n, err := proc.ParseNamespace(link); k != kind || n != st.Ino || err != nil {
			t.Errorf("%s: %s %d %v", link, k, n, err)
		}
	}
}

func TestSignalsAsUnixNamesThem(t *testing.T) {
	for n := 1; n < 32; n++ {
		if want := unix.SignalName(syscall.Signal(n)); proc.SignalName(n) != want {
			t.Errorf("%d is %s here, %s there", n, proc.SignalName(n), want)
		}
	}
}

func TestCapabilitiesAsCapshNamesThem(t *testing.T) {
	out, err := exec.Command("capsh", "--decode=1ffffffffff").Output()
	if err != nil {
		t.Skipf("capsh (of libcap2-bin) does not run: %v", err)
	}
	_, list, _ := strings.Cut(strings.TrimSpace(string(out)), "=")
	if got := strings.ToLower(strings.Join(proc.CapNames(1<<41-1), ",")); got != list {
		t.Errorf("\n got %s\nwant %s", got, list)
	}
}

func TestLinksAsIPWritesThem(t *testing.T) {
	out, err := exec.Command("ip", "-j", "-d", "addr").Output()
	if err != nil {
		t.Skipf("ip (of iproute2) does not run: %v", err)
	}
	links, err := proc.ParseLinks(out)
	if err != nil || len(links) == 0 || links[0].Name != "lo" {
		t.Errorf("%+v %v", links, err)
	}
}
