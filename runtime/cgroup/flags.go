package cgroup

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Asked is what a person asked for, as written. The names and forms are those of
// docker run(1); Requests and Limits are those of Kubernetes.
type Asked struct {
	Memory            string // -m: 512m, 1g
	MemorySwap        string // --memory-swap: the sum of both; -1 for no limit
	MemoryReservation string
	CPUs              string // --cpus: 1.5
	CPUShares         string // 1024 is the default weight
	PidsLimit         string // -1 and 0 for no limit
	CpusetCPUs        string // 0-3,5
	CpusetMems        string
	DeviceReadBps     []string // /dev/sda:1mb
	DeviceWriteBps    []string
	DeviceReadIOps    []string // /dev/sda:1000
	DeviceWriteIOps   []string
	Requests          string // cpu=100m,memory=64Mi
	Limits            string // cpu=1,memory=512Mi
}

// Machine is what of this machine limits are measured by.
type Machine struct {
	CPUs   int                                               // how many there are, at least 1
	V2     bool                                              // memory is limited by version 2
	Device func(path string) (major, minor int64, err error) // of a block device
}

// minMemory is the least that Docker takes: below, not even a runtime starts.
const minMemory = 6 << 20

// Resources reads all that was asked for. It is nil for nothing. The error has one
// line for each fault.
func (a Asked) Resources(m Machine) (*specs.LinuxResources, error) {
	var r specs.LinuxResources
	err := errors.Join(
		a.memory(&r), a.cpu(&r, m), a.pids(&r), a.io(&r, m), a.kubernetes(&r, m),
	)
	if err != nil {
		return nil, err
	}
	if r.Memory == nil && r.CPU == nil && r.Pids == nil && r.BlockIO == nil && r.HugepageLimits == nil && r.Unified == nil {
		return nil, nil
	}
	return &r, nil
}

func (a Asked) memory(r *specs.LinuxResources) error {
	if a.Memory == "" && a.MemorySwap == "" && a.MemoryReservation == "" {
		return nil
	}
	limit, err := optional("-m", a.Memory)
	swap, err2 := optional("--memory-swap", a.MemorySwap)
	low, err3 := optional("--memory-reservation", a.MemoryReservation)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	switch {
	case limit == -1 || low == -1:
		return errors.New("-m: -1 is no size; leave the flag out for no limit")
	case limit != 0 && limit < minMemory:
		return fmt.Errorf("-m %s: the least is 6m", a.Memory)
	case low != 0 && low < minMemory:
		return fmt.Errorf("--memory-reservation %s: the least is 6m", a.MemoryReservation)
	case limit != 0 && low > limit:
		return fmt.Errorf("--memory-reservation %s is more than -m %s", a.MemoryReservation, a.Memory)
	case swap > 0 && limit == 0:
		return fmt.Errorf("--memory-swap %s: it is the sum of memory and swap, so give -m as well", a.MemorySwap)
	case swap > 0 && swap < limit:
		return fmt.Errorf("--memory-swap %s: it is the sum of memory and swap, and -m alone is %s", a.MemorySwap, a.Memory)
	}
	if swap == 0 && limit != 0 {
		swap = 2 * limit // as dockerd does: as much swap as memory
	}
	r.Memory = &specs.LinuxMemory{Limit: ptr(limit), Swap: ptr(swap), Reservation: ptr(low)}
	return nil
}

func (a Asked) cpu(r *specs.LinuxResources, m Machine) error {
	var (
		c    specs.LinuxCPU
		errs []error
	)
	if a.CPUs != "" {
		quota, err := cpus(a.CPUs, m.CPUs)
		errs = append(errs, err)
		c.Quota, c.Period = ptr(quota), ptr(uint64(defaultPeriod))
	}
	if a.CPUShares != "" {
		n, err := strconv.ParseUint(a.CPUShares, 10, 32)
		if err != nil || n != 0 && (n < minShares || n > maxShares) {
			errs = append(errs, fmt.Errorf("--cpu-shares %q: a number from %d to %d is what the kernel takes", a.CPUShares, minShares, maxShares))
		}
		c.Shares = ptr(n)
	}
	for _, f := range []struct{ flag, list string }{{"--cpuset-cpus", a.CpusetCPUs}, {"--cpuset-mems", a.CpusetMems}} {
		if f.list == "" {
			continue
		}
		top, ok := highest(f.list)
		switch {
		case !ok:
			errs = append(errs, fmt.Errorf("%s %q: a list of numbers like 0-3,5 is what the kernel takes", f.flag, f.list))
		case f.flag == "--cpuset-cpus" && top >= m.CPUs:
			errs = append(errs, fmt.Errorf("--cpuset-cpus %s: this machine has the CPUs 0-%d", f.list, m.CPUs-1))
		}
	}
	c.Cpus, c.Mems = a.CpusetCPUs, a.CpusetMems
	if c != (specs.LinuxCPU{}) {
		r.CPU = &c
	}
	return errors.Join(errs...)
}

// cpus turns --cpus into a quota in µs of each 100 ms. Docker counts in thousand
// millionths of a CPU, and refuses more than there are.
func cpus(text string, have int) (int64, error) {
	n, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > 32 || strings.ContainsAny(text, "/eEpPxX_") {
		return 0, fmt.Errorf("--cpus %q: a number like 1.5 is wanted", text)
	}
	if n.Cmp(big.NewRat(1, 100)) < 0 || n.Cmp(big.NewRat(int64(have), 1)) > 0 {
		return 0, fmt.Errorf("--cpus %s: from 0.01 to %d is possible: this machine has %d", text, have, have)
	}
	n.Mul(n, big.NewRat(defaultPeriod, 1))
	return new(big.Int).Div(n.Num(), n.Denom()).Int64(), nil
}

func (a Asked) pids(r *specs.LinuxResources) error {
	if a.PidsLimit == "" {
		return nil
	}
	n, err := strconv.ParseInt(a.PidsLimit, 10, 64)
	if err != nil || n < -1 {
		return fmt.Errorf("--pids-limit %q: a number is wanted, -1 for no limit", a.PidsLimit)
	}
	if n == 0 {
		n = -1
	}
	r.Pids = &specs.LinuxPids{Limit: &n}
	return nil
}

func (a Asked) io(r *specs.LinuxResources, m Machine) error {
	var (
		b    specs.LinuxBlockIO
		errs []error
	)
	for _, f := range []struct {
		flag string
		list []string
		to   *[]specs.LinuxThrottleDevice
		size bool
	}{
		{"--device-read-bps", a.DeviceReadBps, &b.ThrottleReadBpsDevice, true},
		{"--device-write-bps", a.DeviceWriteBps, &b.ThrottleWriteBpsDevice, true},
		{"--device-read-iops", a.DeviceReadIOps, &b.ThrottleReadIOPSDevice, false},
		{"--device-write-iops", a.DeviceWriteIOps, &b.ThrottleWriteIOPSDevice, false},
	} {
		for _, text := range f.list {
			d, err := throttle(f.flag, text, f.size, m)
			errs = append(errs, err)
			*f.to = append(*f.to, d)
			r.BlockIO = &b
		}
	}
	return errors.Join(errs...)
}

// throttle reads /dev/sda:1mb, or with operations /dev/sda:1000.
func throttle(flag, text string, bytes bool, m Machine) (specs.LinuxThrottleDevice, error) {
	var d specs.LinuxThrottleDevice
	i := strings.LastIndex(text, ":")
	if i < 0 || !strings.HasPrefix(text, "/dev/") {
		return d, fmt.Errorf("%s %q: /dev/NAME:RATE is wanted", flag, text)
	}
	var (
		n   int64
		err error
	)
	if bytes {
		n, err = ParseSize(text[i+1:])
	} else {
		n, err = strconv.ParseInt(text[i+1:], 10, 64)
	}
	if err != nil || n < 1 {
		return d, fmt.Errorf("%s %q: %q is no rate above 0", flag, text, text[i+1:])
	}
	d.Rate = uint64(n)
	if d.Major, d.Minor, err = m.Device(text[:i]); err != nil {
		return d, fmt.Errorf("%s %q: %w", flag, text, err)
	}
	return d, nil
}

// optional reads a size, 0 for none.
func optional(flag, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if text == "-1" {
		return -1, nil
	}
	n, err := ParseSize(text)
	if err != nil {
		return 0, fmt.Errorf("%s %q: %w", flag, text, err)
	}
	return n, nil
}

func ptr[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
