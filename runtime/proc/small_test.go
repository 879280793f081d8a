package proc

import (
	"reflect"
	"slices"
	"testing"
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestParseArgs(t *testing.T) {
	same(t, "cmdline", ParseCmdline([]byte("sh\x00-c\x00\x00echo a\nb\x00")), []string{"sh", "-c", "", "echo a\nb"})
	same(t, "cmdline of a title", ParseCmdline([]byte("nginx: master")), []string{"nginx: master"})
	same(t, "no cmdline", ParseCmdline(nil), []string(nil))
	same(t, "environ", ParseEnviron([]byte("A=1\x00B=x=y\x00\x00C\x00")), []string{"A=1", "B=x=y", "C"})
}

func TestParseCgroup(t *testing.T) {
	text := "9:name=systemd:/\n4:memory:/a:b\n3:cpu,cpuacct:/docker/x\n0::/user.slice\nrubbish\n7:x:relative\n"
	groups := ParseCgroup([]byte(text))
	same(t, "groups", groups, []Group{
		{9, []string{"name=systemd"}, "/"},
		{4, []string{"memory"}, "/a:b"},
		{3, []string{"cpu", "cpuacct"}, "/docker/x"},
		{0, nil, "/user.slice"},
	})
	for c, want := range map[string]string{"": "/user.slice", "cpuacct": "/docker/x", "memory": "/a:b", "pids": ""} {
		if p, ok := PathOf(groups, c); p != want || ok != (want != "") {
			t.Errorf("path of %q is %q %v", c, p, ok)
		}
	}
}

func TestParseIDMap(t *testing.T) {
	maps := ParseIDMap([]byte("         0       1000          1\n         1     100000      65536\nx y z\n1 2\n0 0 99999999999\n"))
	same(t, "maps", maps, []IDMap{{0, 1000, 1}, {1, 100000, 65536}})
	for id, want := range map[uint32]uint32{0: 1000, 1: 100000, 65536: 165535} {
		if got, ok := Outer(maps, id); !ok || got != want {
			t.Errorf("%d is %d outside, not %d", id, got, want)
		}
	}
	if _, ok := Outer(maps, 65537); ok {
		t.Error("65537 is not mapped")
	}
	if Identity(maps) || !Identity(ParseIDMap([]byte("         0          0 4294967295\n"))) {
		t.Error("the initial namespace is not recognized")
	}
}

func TestParseLimits(t *testing.T) {
	text := "Limit                     Soft Limit           Hard Limit           Units     \n" +
		"Max cpu time              unlimited            unlimited            seconds   \n" +
		"Max open files            1024                 20000                files     \n" +
		"Max nice priority         0                    0                    \n" +
		"Max something new         1                    2                    things    \nMax\n"
	limits := ParseLimits([]byte(text))
	same(t, "limits", limits, []Rlimit{
		{"Max cpu time", "unlimited", "unlimited", "seconds"},
		{"Max open files", "1024", "20000", "files"},
		{"Max nice priority", "0", "0", ""},
		{"Max something new", "1", "2", "things"},
	})
	same(t, "resource", limits[1].Resource(), "RLIMIT_NOFILE")
	same(t, "unknown resource", limits[3].Resource(), "")
}

func TestParseNamespace(t *testing.T) {
	if k, n, err := ParseNamespace("pid:[4026531836]"); k != "pid" || n != 4026531836 || err != nil {
		t.Errorf("%s %d %v", k, n, err)
	}
	for _, bad := range []string{"", "pid", "pid:[", "pid:[x]", "pid:[1", ":[1]", "/proc/1", "pid:[-1]"} {
		if _, _, err := ParseNamespace(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	same(t, "flags", []string{CloneFlag("mnt"), CloneFlag("uts"), CloneFlag("cgroup"), CloneFlag("x")},
		[]string{"CLONE_NEWNS", "CLONE_NEWUTS", "CLONE_NEWCGROUP", ""})
}

func TestCapabilities(t *testing.T) {
	var all uint64
	for i, name := range Capabilities() {
		n, ok := CapNumber(name)
		if !ok || n != i || CapName(i) != name {
			t.Errorf("%s is %d, not %d", name, n, i)
		}
		all |= 1 << i
	}
	same(t, "all", all, uint64(0x1ffffffffff))
	same(t, "names", CapNames(1<<21|1|1<<63), []string{"CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_63"})
	if m, err := CapMask([]string{"chown", "CAP_SYS_ADMIN", "cap_bpf"}); err != nil || m != 1|1<<21|1<<39 {
		t.Errorf("%x %v", m, err)
	}
	if _, err := CapMask([]string{"CAP_EVERYTHING"}); err == nil {
		t.Error("CAP_EVERYTHING was taken")
	}
}

func TestSignals(t *testing.T) {
	for name, want := range map[string]int{
		"KILL": 9, "SIGTERM": 15, "sigusr1": 10, "9": 9, "SIGRTMIN": 34, "RTMIN+3": 37, "SIGRTMAX-1": 63, "RTMAX": 64,
		"POLL": 29, "IOT": 6, " HUP ": 1, "64": 64,
	} {
		if n, ok := SignalNumber(name); !ok || n != want {
			t.Errorf("%q is %d %v, not %d", name, n, ok, want)
		}
	}
	for _, bad := range []string{"", "0", "65", "-1", "NONE", "SIGRTMIN+31", "RTMAX+1", "RTMINx"} {
		if n, ok := SignalNumber(bad); ok {
			t.Errorf("%q was taken as %d", bad, n)
		}
	}
	for n := 1; n <= 64; n++ {
		if n == 32 || n == 33 {
			continue
		}
		if back, ok := SignalNumber(SignalName(n)); !ok || back != n {
			t.Errorf("%d is called %s, which is %d", n, SignalName(n), back)
		}
	}
	same(t, "names", SignalNames(1<<8|1<<31), []string{"SIGKILL", "SIG32"})
}

func FuzzSmall(f *testing.F) {
	f.Add([]byte("9:name=systemd:/\n0::/\n"), "pid:[1]")
	f.Add([]byte("0 0 4294967295\n4294967295 4294967295 4294967295\n"), "RTMAX-99999999999999999999")
	f.Add([]byte("Max cpu time              unlimited            unlimited            seconds   \n"), "KILL")
	f.Fuzz(func(t *testing.T, b []byte, s string) {
		PathOf(ParseCgroup(b), s)
		for _, m := range ParseIDMap(b) {
			Outer([]IDMap{m}, m.Inside)
		}
		for _, l := range ParseLimits(b) {
			l.Resource()
		}
		ParseCmdline(b)
		if slices.Contains(ParseEnviron(b), "") {
			t.Fatal("an empty entry")
		}
		_, _, _ = ParseNamespace(s)
		SignalNumber(s)
		CapNumber(s)
	})
}
