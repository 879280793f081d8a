package cgroup

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// defaultPeriod is the kernel's, in microseconds; Docker and the kubelet use it, too.
const defaultPeriod = 100000

// cpu writes weight and quota. The kernel takes a quota of 1 ms at least in a
// period of 1 ms to 1 s.
func (b *builder) cpu(c specs.LinuxCPU) {
	set := or(c.Shares) != 0 || or(c.Quota) != 0 || or(c.Period) != 0 || c.Burst != nil || c.Idle != nil ||
		or(c.RealtimePeriod) != 0 || or(c.RealtimeRuntime) != 0
	if !set {
		return
	}
	if q := or(c.Quota); q > 0 && q < 1000 {
		b.fail("limit cpu: a quota of %d µs is less than the kernel takes: 1000 at least", q)
	}
	if p := or(c.Period); p != 0 && (p < 1000 || p > 1000000) {
		b.fail("limit cpu: a period of %d µs is not between 1000 and 1000000, which the kernel takes", p)
	}
	switch b.version("cpu", "cpu") {
	case 1:
		b.cpuV1(c)
	case 2:
		b.cpuV2(c)
	}
}

func (b *builder) cpuV2(c specs.LinuxCPU) {
	if c.Idle != nil {
		b.v2("cpu", "cpu.idle", strconv.FormatInt(*c.Idle, 10))
	}
	if s := or(c.Shares); s != 0 {
		b.v2("cpu", "cpu.weight", strconv.FormatUint(b.weight(s), 10))
	}
	if or(c.Quota) != 0 || or(c.Period) != 0 {
		quota, period := "max", uint64(defaultPeriod)
		if q := or(c.Quota); q > 0 {
			quota = strconv.FormatInt(q, 10)
		}
		if p := or(c.Period); p != 0 {
			period = p
		}
		b.v2("cpu", "cpu.max", quota+" "+strconv.FormatUint(period, 10))
	}
	if c.Burst != nil {
		b.v2("cpu", "cpu.max.burst", strconv.FormatUint(*c.Burst, 10))
	}
	if or(c.RealtimePeriod) != 0 || or(c.RealtimeRuntime) != 0 {
		b.fail("limit cpu: version 2 of control groups has no limits for real-time tasks")
	}
}

func (b *builder) cpuV1(c specs.LinuxCPU) {
	const page, cfs, rt = "scheduler/sched-design-CFS", "scheduler/sched-bwc", "scheduler/sched-rt-group"
	// A task under a real-time policy can't join a group that has no time for such.
	if p := or(c.RealtimePeriod); p != 0 {
		b.add(File{Controller: "cpu", Name: "cpu.rt_period_us", Value: strconv.FormatUint(p, 10), Man: manV1(rt), Before: true})
	}
	if q := or(c.RealtimeRuntime); q != 0 {
		b.add(File{Controller: "cpu", Name: "cpu.rt_runtime_us", Value: strconv.FormatInt(q, 10), Man: manV1(rt), Before: true})
	}
	if c.Idle != nil {
		b.v1("cpu", "cpu.idle", strconv.FormatInt(*c.Idle, 10), page)
	}
	if s := or(c.Shares); s != 0 {
		b.v1("cpu", "cpu.shares", strconv.FormatUint(min(max(s, minShares), maxShares), 10), page)
	}
	if p := or(c.Period); p != 0 {
		b.v1("cpu", "cpu.cfs_period_us", strconv.FormatUint(p, 10), cfs)
	}
	if q := or(c.Quota); q != 0 {
		b.v1("cpu", "cpu.cfs_quota_us", strconv.FormatInt(max(q, -1), 10), cfs)
	}
	if c.Burst != nil {
		b.v1("cpu", "cpu.cfs_burst_us", strconv.FormatUint(*c.Burst, 10), cfs)
	}
}

// cpuset writes which CPUs and memory nodes may be used. In version 1 a new group
// has neither, and no process can join it before it has both. See cpuset(7).
func (b *builder) cpuset(c specs.LinuxCPU) {
	for _, l := range []string{c.Cpus, c.Mems} {
		if l != "" && !listForm().MatchString(l) {
			b.fail("limit cpuset: %q is no list of numbers like 0-3,5", l)
			return
		}
	}
	if c.Cpus == "" && c.Mems == "" {
		if b.at("cpuset") != 1 {
			return
		}
	} else if b.version("cpuset", "cpuset") == 0 {
		return
	}
	for _, f := range []struct{ name, value string }{{"cpuset.cpus", c.Cpus}, {"cpuset.mems", c.Mems}} {
		switch {
		case b.at("cpuset") == 1:
			b.add(File{
				Controller: "cpuset", Name: f.name, Value: f.value, Man: manV1("cpusets"),
				Before: true, Inherit: f.value == "",
			})
		case f.value != "":
			b.v2("cpuset", f.name, f.value)
		}
	}
}

// listForm is the "List format" of cpuset(7).
var listForm = form(`^[0-9]+(-[0-9]+(:[0-9]+/[0-9]+)?)?(,[0-9]+(-[0-9]+(:[0-9]+/[0-9]+)?)?)*$`)
