package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// look is what the program in the bundle prints of its surroundings, in
// sections that begin with a line "== NAME".
const look = `
echo "== mounts"; cat /proc/self/mountinfo
echo "== status"; grep -E '^(Umask|Uid|Gid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp|Seccomp_filters|SigIgn|SigBlk):' /proc/self/status
echo "== namespaces"; for n in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$n | sed 's/:.*//'; done; cat /proc/self/cgroup
echo "== devices"; ls -ln /dev /dev/pts | sed -E 's/ [A-Z][a-z]{2} +[0-9]+ +[0-9:]+ / /'
echo "== limits"; cat /proc/self/limits
echo "== environment"; env | sort
echo "== cgroup"; for f in memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpu/cpu.shares pids/pids.max memory.max cpu.max cpu.weight pids.max; do [ -r /sys/fs/cgroup/$f ] && echo $f $(cat /sys/fs/cgroup/$f); done; cat /sys/fs/cgroup/devices/devices.list 2>/dev/null | sort
echo "== rest"; hostname; pwd; cat /proc/self/oom_score_adj; ls /proc/self/fd | wc -l; head -c 1 /proc/keys | wc -c; head -c 1 /proc/timer_list | wc -c; id
echo "== interfaces"; cat /proc/net/if_inet6; grep . /proc/sys/net/ipv6/conf/*/disable_ipv6; sed 's/:.*//' /proc/net/dev
`

// differences are where glassbox and runc 1.1.5 are known to differ, and why. The
// README lists them; each must be seen.
var differences = []struct{ section, runc, ours, why string }{
	{"mounts", "/ /sys/fs/cgroup rw,", "/ /sys/fs/cgroup ro,", "runc 1.1 leaves the tmpfs above the version 1 hierarchies writable where there is a cgroup namespace"},
	{"cgroup", "cpu.weight 20", "cpu.weight 59", "runc turned shares into weights by another formula until 1.3.1"},
	{"cgroup", "c 10:200 rwm", "", "runc allowed /dev/net/tun in every container until 1.2"},
}

// TestSameAsRunc runs one bundle with runc and with glassbox, and compares what
// the program in it sees.
func TestSameAsRunc(t *testing.T) {
	needRoot(t)
	runc := needTool(t, "runc")
	dir := bundle(t, func(s map[string]any) {
		linux := part(s, "linux")
		linux["resources"] = map[string]any{
			"memory":  map[string]any{"limit": 64 << 20},
			"cpu":     map[string]any{"quota": 50000, "period": 100000, "shares": 512},
			"pids":    map[string]any{"limit": 50},
			"devices": []any{map[string]any{"allow": false, "access": "rwm"}},
		}
		p := part(s, "process")
		p["rlimits"] = []any{map[string]any{"type": "RLIMIT_NOFILE", "hard": 2048, "soft": 1024}}
		p["user"] = map[string]any{"uid": 1000, "gid": 1001, "additionalGids": []any{10, 20}}
		p["noNewPrivileges"] = true
		p["env"] = []any{"PATH=/bin", "A=1", "B=two words"}
		p["cwd"] = "/tmp"
		linux["seccomp"] = map[string]any{
			"defaultAction": "SCMP_ACT_ALLOW", "architectures": []any{"SCMP_ARCH_X86_64"},
			"syscalls": []any{map[string]any{"names": []any{"swapon"}, "action": "SCMP_ACT_ERRNO"}},
		}
	}, "/bin/sh", "-c", look)
	if err := os.Symlink("busybox", filepath.Join(dir, "rootfs/bin/sed")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("busybox", filepath.Join(dir, "rootfs/bin/wc")); err != nil {
		t.Fatal(err)
	}
	theirs, err := exec.Command(runc, "run", "--bundle", dir, "glassbox-compare").CombinedOutput()
	if err != nil {
		t.Fatalf("runc: %v\n%s", err, theirs)
	}
	ours := quiet(t, "bundle:"+dir)
	a, b := sections(string(theirs)), sections(ours)
	if len(a) != 9 {
		t.Fatalf("runc's program printed %d sections:\n%s", len(a), theirs)
	}
	for name, text := range a {
		for _, d := range differences {
			if d.section == name && strings.Contains(text, d.runc) {
				text = strings.Replace(text, d.runc, d.ours, 1)
			}
		}
		if squeeze(text) != squeeze(b[name]) {
			t.Errorf("%s differs:\n--- runc\n%s\n--- glassbox\n%s", name, text, b[name])
		}
	}
}

// unstable are the numbers in mountinfo that no two containers share: identifiers, devices, peer groups.
var unstable = regexp.MustCompile(`(?m)^\d+ \d+ \d+:\d+ |(master|shared):\d+`)

// place is the group's own name and where it is: runc puts it below its caller's.
var place = regexp.MustCompile(`(/process_api/\w+)?/(glassbox-[0-9a-f]{12}|glassbox-compare)`)

func sections(text string) map[string]string {
	m := map[string]string{}
	for _, part := range strings.Split(text, "== ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		m[name] = place.ReplaceAllString(unstable.ReplaceAllString(body, "$1"), "/GROUP")
	}
	return m
}

func squeeze(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, strings.Join(f, " "))
		}
	}
	return strings.Join(out, "\n")
}
