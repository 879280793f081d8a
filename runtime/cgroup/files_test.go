package cgroup

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

func golden(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// TestAsRunc holds values against what runc wrote for the same resources. Where this
// package knows better, the case says so.
func TestAsRunc(t *testing.T) {
	var cases []struct {
		Name   string
		In     specs.LinuxResources
		V1, V2 map[string]string
		E1, E2 string
	}
	golden(t, "runc.json", &cases)
	if len(cases) < 30 {
		t.Fatalf("%d cases", len(cases))
	}
	// What the kernel would refuse, runc finds out there for version 1.
	refused := []string{"swap without memory", "swap less than memory"}
	for _, c := range cases {
		for mode, want := range map[Mode]map[string]string{V1: c.V1, V2: c.V2} {
			wrong := mode == V1 && c.E1 != "" || mode == V2 && c.E2 != "" || slices.Contains(refused, c.Name)
			files, err := Files(mode, &c.In, nil)
			if wrong {
				if err == nil {
					t.Errorf("%s, %s: runc says %q %q, no error here", c.Name, mode, c.E1, c.E2)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", c.Name, mode, err)
				continue
			}
			got := map[string]string{}
			for _, f := range files {
				if !f.Inherit {
					got[f.Name] = f.Value
				}
				if f.Man == "" || f.Controller == "" {
					t.Errorf("%s: %+v lacks its page or controller", c.Name, f)
				}
			}
			if c.Name == "rate lifted" && mode == V2 {
				// The kernel refuses a rate of 0 in io.max.
				want = map[string]string{"io.max": "8:0 rbps=max"}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s, %s:\n got %v\nwant %v", c.Name, mode, got, want)
			}
		}
	}
}

func names(files []File) string {
	var list []string
	for _, f := range files {
		list = append(list, f.Name+"="+f.Value)
	}
	return strings.Join(list, " ")
}

func p[T any](v T) *T { return &v }

// TestOrder: what depends on another file comes behind it.
func TestOrder(t *testing.T) {
	r := &specs.LinuxResources{
		Memory: &specs.LinuxMemory{Limit: p(int64(64 << 20)), Swap: p(int64(128 << 20))},
		CPU:    &specs.LinuxCPU{Quota: p(int64(50000)), Period: p(uint64(100000)), Shares: p(uint64(512)), Cpus: "0"},
		Pids:   &specs.LinuxPids{Limit: p(int64(10))},
	}
	v1, err := Files(V1, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(v1); got != "cpuset.cpus=0 cpuset.mems= pids.max=10 memory.limit_in_bytes=67108864 "+
		"memory.memsw.limit_in_bytes=134217728 cpu.shares=512 cpu.cfs_period_us=100000 cpu.cfs_quota_us=50000" {
		t.Error(got)
	}
	for _, f := range v1 {
		if f.Before != (f.Controller == "cpuset") || f.Inherit != (f.Name == "cpuset.mems") {
			t.Errorf("%+v", f)
		}
	}
	v2, err := Files(V2, r, LinearWeight)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(v2); got != "cpuset.cpus=0 pids.max=10 memory.max=67108864 memory.swap.max=67108864 cpu.weight=20 cpu.max=50000 100000" {
		t.Error(got)
	}
	if got := SubtreeControl(v2); got != "+cpu +cpuset +memory +pids" {
		t.Error(got)
	}
}

// TestReorder: a group that has limits gets new ones in an order that the kernel takes.
func TestReorder(t *testing.T) {
	at := func(values map[string]string) func(File) (string, bool) {
		return func(f File) (string, bool) { v, ok := values[f.Name]; return v, ok }
	}
	memory := func(limit, memsw string) []File {
		return []File{{Name: "memory.limit_in_bytes", Value: limit}, {Name: "memory.memsw.limit_in_bytes", Value: memsw}}
	}
	cpu := []File{{Name: "cpu.cfs_period_us", Value: "10000"}, {Name: "cpu.cfs_quota_us", Value: "5000"}}
	for _, c := range []struct {
		name  string
		files []File
		now   map[string]string
		want  string
	}{
		{"raised", memory("200", "400"), map[string]string{"memory.memsw.limit_in_bytes": "100\n"}, "memory.memsw.limit_in_bytes=400 memory.limit_in_bytes=200"},
		{"raised below the old sum", memory("200", "400"), map[string]string{"memory.memsw.limit_in_bytes": "300\n"}, "memory.limit_in_bytes=200 memory.memsw.limit_in_bytes=400"},
		{"lifted", memory("-1", "-1"), map[string]string{"memory.memsw.limit_in_bytes": "300\n"}, "memory.memsw.limit_in_bytes=-1 memory.limit_in_bytes=-1"},
		{"lowered", memory("200", "200"), map[string]string{"memory.memsw.limit_in_bytes": "9223372036854771712\n"}, "memory.limit_in_bytes=200 memory.memsw.limit_in_bytes=200"},
		{"not known", memory("200", "400"), nil, "memory.limit_in_bytes=200 memory.memsw.limit_in_bytes=400"},
		{"shorter period", cpu, map[string]string{"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "50000"}, "cpu.cfs_quota_us=5000 cpu.cfs_period_us=10000"},
		{"no quota yet", cpu, map[string]string{"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "-1"}, "cpu.cfs_period_us=10000 cpu.cfs_quota_us=5000"},
		{"longer period", cpu, map[string]string{"cpu.cfs_period_us": "1000", "cpu.cfs_quota_us": "500"}, "cpu.cfs_period_us=10000 cpu.cfs_quota_us=5000"},
	} {
		if got := names(Order(c.files, at(c.now))); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

// TestIOMax: all rates of a device are one line, and one write.
func TestIOMax(t *testing.T) {
	dev := func(major, minor int64, rate uint64) []specs.LinuxThrottleDevice {
		d := specs.LinuxThrottleDevice{Rate: rate}
		d.Major, d.Minor = major, minor
		return []specs.LinuxThrottleDevice{d}
	}
	r := &specs.LinuxResources{BlockIO: &specs.LinuxBlockIO{
		ThrottleReadBpsDevice: dev(8, 0, 1), ThrottleWriteBpsDevice: dev(8, 16, 2),
		ThrottleReadIOPSDevice: dev(8, 0, 3), ThrottleWriteIOPSDevice: dev(8, 0, 4),
	}}
	files, err := Files(V2, r, nil)
	if got := names(files); err != nil || got != "io.max=8:0 rbps=1 riops=3 wiops=4 io.max=8:16 wbps=2" {
		t.Errorf("%s %v", got, err)
	}
}

// TestHybrid goes by where each controller is.
func TestHybrid(t *testing.T) {
	tree := Tree{
		Mode:    Hybrid,
		V1:      []Hierarchy{{Mount: "/sys/fs/cgroup/memory", Controllers: []string{"memory"}}, {Mount: "/sys/fs/cgroup/blkio", Controllers: []string{"blkio"}}},
		Unified: &Hierarchy{Mount: "/sys/fs/cgroup/unified"},
	}
	tree.Have([]byte("hugetlb pids\n"))
	r := &specs.LinuxResources{
		Memory:         &specs.LinuxMemory{Limit: p(int64(64 << 20))},
		Pids:           &specs.LinuxPids{Limit: p(int64(10))},
		HugepageLimits: []specs.LinuxHugepageLimit{{Pagesize: "2MB", Limit: 0}},
	}
	files, err := tree.Files(r, nil)
	if got := names(files); err != nil || got != "pids.max=10 memory.limit_in_bytes=67108864 hugetlb.2MB.max=0 hugetlb.2MB.rsvd.max=0" {
		t.Errorf("%s %v", got, err)
	}
	if got := SubtreeControl(files); got != "+hugetlb +pids" {
		t.Error(got)
	}
	r.CPU = &specs.LinuxCPU{Shares: p(uint64(100))}
	if _, err := tree.Files(r, nil); !errors.Is(err, ErrNoController) || !strings.Contains(err.Error(), `"cpu"`) {
		t.Errorf("a controller that is nowhere: %v", err)
	}
}

// TestBadResources: each is one sentence, and nothing is written.
func TestBadResources(t *testing.T) {
	for want, r := range map[string]*specs.LinuxResources{
		"below zero":   {Memory: &specs.LinuxMemory{Limit: p(int64(-2))}},
		"1000 at":      {CPU: &specs.LinuxCPU{Quota: p(int64(999))}},
		"1000 and":     {CPU: &specs.LinuxCPU{Period: p(uint64(2000000))}},
		"10 to 1000":   {BlockIO: &specs.LinuxBlockIO{Weight: p(uint16(5))}},
		"2MB or 1GB":   {HugepageLimits: []specs.LinuxHugepageLimit{{Pagesize: "../2MB"}}},
		"CONTROLLER":   {Unified: map[string]string{"../../etc/passwd": "x"}},
		"cgroup.procs": {Unified: map[string]string{"cgroup.procs": "1"}},
		"always has":   {Memory: &specs.LinuxMemory{DisableOOMKiller: p(true)}},
		"0-3,5":        {CPU: &specs.LinuxCPU{Cpus: "0; rm"}},
		"RDMA device":  {Rdma: map[string]specs.LinuxRdma{"a b": {HcaHandles: p(uint32(1))}}},
		"real-time":    {CPU: &specs.LinuxCPU{RealtimePeriod: p(uint64(1000))}},
	} {
		if _, err := Files(V2, r, nil); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one sentence with %q", err, want)
		}
	}
	if _, err := Files(V1, &specs.LinuxResources{Unified: map[string]string{"memory.high": "1"}}, nil); err == nil {
		t.Error("a file of version 2 was taken for version 1")
	}
}

func TestWeight(t *testing.T) {
	for shares, want := range map[uint64][2]uint64{
		0: {0, 0}, 2: {1, 1}, 102: {17, 4}, 512: {59, 20}, 1024: {100, 39}, 262144: {10000, 10000}, 1 << 40: {10000, 10000}, 1: {1, 1},
	} {
		if got := [2]uint64{Weight(shares), LinearWeight(shares)}; got != want {
			t.Errorf("%d shares weigh %v, not %v", shares, got, want)
		}
	}
}
