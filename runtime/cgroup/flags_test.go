package cgroup

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"k8s.io/apimachinery/pkg/api/resource"
)

var here = Machine{CPUs: 4, V2: true, Device: func(path string) (int64, int64, error) {
	if path == "/dev/sda" {
		return 8, 0, nil
	}
	return 0, 0, errors.New("no such file or directory")
}}

// TestFlags: what Docker's and Kubernetes' words come to in version 2.
func TestFlags(t *testing.T) {
	for _, c := range []struct {
		asked Asked
		want  string
	}{
		{Asked{}, ""},
		{Asked{Memory: "512m"}, "memory.max=536870912 memory.swap.max=536870912"},
		{Asked{Memory: "512m", MemorySwap: "512M"}, "memory.max=536870912 memory.swap.max=0"},
		{Asked{Memory: "1g", MemorySwap: "-1"}, "memory.max=1073741824 memory.swap.max=max"},
		{Asked{Memory: "64m", MemoryReservation: "32m"}, "memory.max=67108864 memory.swap.max=67108864 memory.low=33554432"},
		{Asked{CPUs: "1.5"}, "cpu.max=150000 100000"},
		{Asked{CPUs: "0.01"}, "cpu.max=1000 100000"},
		{Asked{CPUs: "4"}, "cpu.max=400000 100000"},
		{Asked{CPUShares: "512"}, "cpu.weight=59"},
		{Asked{PidsLimit: "64"}, "pids.max=64"},
		{Asked{PidsLimit: "-1"}, "pids.max=max"},
		{Asked{PidsLimit: "0"}, "pids.max=max"},
		{Asked{CpusetCPUs: "0-2,3"}, "cpuset.cpus=0-2,3"},
		{Asked{DeviceReadBps: []string{"/dev/sda:1mb"}, DeviceWriteIOps: []string{"/dev/sda:100"}}, "io.max=8:0 rbps=1048576 wiops=100"},
		{Asked{Limits: "cpu=1,memory=512Mi"}, "memory.max=536870912 memory.swap.max=0 cpu.weight=100 cpu.max=100000 100000 memory.oom.group=1"},
		{Asked{Requests: "cpu=100m,memory=64Mi", Limits: "cpu=1,memory=512Mi"}, "memory.max=536870912 memory.swap.max=0 cpu.weight=17 cpu.max=100000 100000 memory.oom.group=1"},
		{Asked{Requests: "cpu=500m"}, "cpu.weight=59"},
		{Asked{Requests: "memory=64Mi"}, "cpu.weight=1"},
		{Asked{Limits: "cpu=1m"}, "cpu.weight=1 cpu.max=1000 100000"},
		{Asked{Limits: "memory=1e8"}, "memory.max=100000000 memory.swap.max=0 cpu.weight=1 memory.oom.group=1"},
		{Asked{Limits: "hugepages-2Mi=4Mi"}, "cpu.weight=1 hugetlb.2MB.max=4194304 hugetlb.2MB.rsvd.max=4194304"},
		{Asked{Limits: "cpu=1000000000000000000"}, "cpu.weight=10000 cpu.max=100000000000 100000"},
		{Asked{Limits: "cpu=2", PidsLimit: "9"}, "pids.max=9 cpu.weight=174 cpu.max=200000 100000"},
	} {
		r, err := c.asked.Resources(here)
		if err != nil {
			t.Errorf("%+v: %v", c.asked, err)
			continue
		}
		if r == nil {
			r = &specs.LinuxResources{}
		}
		files, err := Files(V2, r, nil)
		if got := names(files); err != nil || got != c.want {
			t.Errorf("%+v:\n got %s %v\nwant %s", c.asked, got, err, c.want)
		}
	}
	// Version 1 has no memory.oom.group.
	r, err := Asked{Limits: "memory=64Mi"}.Resources(Machine{CPUs: 1})
	if err != nil || r.Unified != nil {
		t.Errorf("%+v %v", r, err)
	}
}

// TestBadFlags: one sentence for each fault, which names the flag.
func TestBadFlags(t *testing.T) {
	for _, c := range []struct {
		asked Asked
		want  string
	}{
		{Asked{Memory: "5m"}, "-m 5m: the least is 6m"},
		{Asked{Memory: "lots"}, `-m "lots": a size`},
		{Asked{Memory: "-5m"}, "a size"},
		{Asked{Memory: "-1"}, "-1 is no size"},
		{Asked{Memory: "99999999p"}, "more than the kernel"},
		{Asked{Memory: "0x10"}, "a size"},
		{Asked{MemorySwap: "64m"}, "so give -m as well"},
		{Asked{Memory: "64m", MemorySwap: "32m"}, "the sum"},
		{Asked{Memory: "64m", MemoryReservation: "65m"}, "is more than"},
		{Asked{CPUs: "5"}, "this machine has 4"},
		{Asked{CPUs: "0"}, "from 0.01"},
		{Asked{CPUs: "-1"}, "from 0.01"},
		{Asked{CPUs: "1/2"}, "a number like 1.5"},
		{Asked{CPUs: "1e9"}, "a number like 1.5"},
		{Asked{CPUs: "many"}, "a number like 1.5"},
		{Asked{CPUShares: "1"}, "from 2 to 262144"},
		{Asked{CPUShares: "x"}, "from 2 to 262144"},
		{Asked{PidsLimit: "x"}, "a number is wanted"},
		{Asked{PidsLimit: "-2"}, "a number is wanted"},
		{Asked{CpusetCPUs: "0-4"}, "has the CPUs 0-3"},
		{Asked{CpusetCPUs: "0-"}, "a list of numbers"},
		{Asked{CpusetCPUs: "3-1"}, "a list of numbers"},
		{Asked{CpusetMems: "a"}, "a list of numbers"},
		{Asked{DeviceReadBps: []string{"/dev/sda"}}, "NAME:RATE"},
		{Asked{DeviceReadBps: []string{"sda:1mb"}}, "NAME:RATE"},
		{Asked{DeviceReadBps: []string{"/dev/none:1mb"}}, "no such file"},
		{Asked{DeviceReadIOps: []string{"/dev/sda:1mb"}}, "no rate"},
		{Asked{DeviceReadIOps: []string{"/dev/sda:0"}}, "no rate"},
		{Asked{Limits: "cpu=1", Memory: "64m"}, "use one"},
		{Asked{Limits: "cpu"}, "NAME=QUANTITY"},
		{Asked{Limits: "cpu=1,cpu=2"}, "given twice"},
		{Asked{Limits: "cpu=one"}, "a quantity like 100m"},
		{Asked{Limits: "cpu=-1"}, "below zero"},
		{Asked{Limits: "gpu=1"}, "what the kernel limits"},
		{Asked{Limits: "ephemeral-storage=1Gi"}, "no file of the kernel"},
		{Asked{Limits: "hugepages-x=1"}, "hugepages-2Mi"},
		{Asked{Requests: "cpu=2", Limits: "cpu=1"}, "more than --limits cpu=1"},
		{Asked{Limits: "memory=" + strings.Repeat("9", 100)}, "a quantity like"},
		{Asked{Limits: "memory=" + strings.Repeat("9", 25)}, "more than the kernel"},
		{Asked{Limits: "cpu=1e-1000000000"}, "a quantity like"}, // the library would take minutes
		{Asked{Limits: "cpu=1e99"}, "more than the kernel"},
		{Asked{Limits: "hugepages-1e-99999999=1"}, "hugepages-2Mi"},
	} {
		r, err := c.asked.Resources(here)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%+v: %v %v, want one sentence with %q", c.asked, r, err, c.want)
		}
	}
	// Several faults are all told.
	if _, err := (Asked{Memory: "x", CPUs: "y", PidsLimit: "z"}).Resources(here); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("%v", err)
	}
}

// TestSize compares with what docker/go-units documents and does.
func TestSize(t *testing.T) {
	for text, want := range map[string]int64{
		"32": 32, "32b": 32, "32B": 32, "32k": 32 << 10, "32kb": 32 << 10, "32KiB": 32 << 10, "32Mb": 32 << 20, "32g": 32 << 30,
		"32t": 32 << 40, "32p": 32 << 50, "32.5kB": 32*1024 + 512, "32 mb": 32 << 20, "0.5g": 1 << 29, "0": 0,
	} {
		if n, err := ParseSize(text); err != nil || n != want {
			t.Errorf("%q is %d %v, not %d", text, n, err, want)
		}
	}
	for _, bad := range []string{"", "b", "k32", "32mbb", "32  mb", "1,5g", "1e3", "+1", "１", "1.", ".5", "32x", "8192p1"} {
		if n, err := ParseSize(bad); err == nil {
			t.Errorf("%q was taken as %d", bad, n)
		}
	}
}

// TestShares holds the kubelet's conversion over all that it may be given.
func TestShares(t *testing.T) {
	for milli, want := range map[int64]uint64{
		-1: 2, 0: 2, 1: 2, 2: 2, 10: 10, 100: 102, 250: 256, 500: 512, 1000: 1024, 2500: 2560, 256000: 262144, math.MaxInt64: 262144,
	} {
		if got := milliShares(milli); got != want {
			t.Errorf("%dm are %d shares, not %d", milli, got, want)
		}
	}
}

func FuzzFlags(f *testing.F) {
	for _, s := range [][3]string{{"512m", "1.5", "cpu=100m,memory=64Mi"}, {"-1", "0x1p4", "cpu=1e1000000000"}, {"1.5.5g", "1_0", "memory=0.1m,hugepages-1Gi=1Gi"}} {
		f.Add(s[0], s[1], s[2], "0-3,5:1/2")
	}
	f.Fuzz(func(t *testing.T, memory, cpus, quantity, list string) {
		for _, a := range []Asked{
			{Memory: memory, MemorySwap: quantity, CPUs: cpus, CpusetCPUs: list, PidsLimit: cpus, DeviceReadBps: []string{"/dev/sda:" + memory}},
			{Limits: quantity, CpusetMems: list},
			{Requests: quantity},
		} {
			r, err := a.Resources(here)
			if err != nil || r == nil {
				continue
			}
			for _, mode := range []Mode{V1, V2} {
				files, err := Files(mode, r, nil)
				if err != nil && !strings.Contains(err.Error(), "version 2") {
					t.Fatalf("%+v was taken, but %v", a, err)
				}
				for _, f := range files {
					if strings.ContainsAny(f.Name, "\n/") || strings.Contains(f.Value, "\n") { // a list of CPUs may be 0-3:1/2
						t.Fatalf("%+v", f)
					}
				}
			}
		}
	})
}

// TestQuantityIsKubernetes makes sure that the library reads what the documentation says.
func TestQuantityIsKubernetes(t *testing.T) {
	for text, want := range map[string]int64{"64Mi": 64 << 20, "128974848": 128974848, "129e6": 129e6, "129M": 129e6, "128974848000m": 128974848, "0.5Gi": 1 << 29} {
		q, err := resource.ParseQuantity(text)
		if err != nil || q.Value() != want {
			t.Errorf("%s is %d %v", text, q.Value(), err)
		}
	}
	if reflect.TypeFor[resource.Quantity]().PkgPath() != "k8s.io/apimachinery/pkg/api/resource" {
		t.Error("it is another library")
	}
}
