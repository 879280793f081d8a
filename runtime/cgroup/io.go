package cgroup

import (
	"fmt"
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// io writes weights and rates of block devices.
func (b *builder) io(io specs.LinuxBlockIO) {
	if or(io.Weight) == 0 && or(io.LeafWeight) == 0 && len(io.WeightDevice)+len(io.ThrottleReadBpsDevice)+
		len(io.ThrottleWriteBpsDevice)+len(io.ThrottleReadIOPSDevice)+len(io.ThrottleWriteIOPSDevice) == 0 {
		return
	}
	if w := or(io.Weight); w != 0 && (w < 10 || w > 1000) {
		b.fail("set the weight of block IO to %d: 10 to 1000 is what is taken", w)
		return
	}
	switch b.version("io", "block IO") {
	case 1:
		b.ioV1(io)
	case 2:
		b.ioV2(io)
	}
}

// ioV2 writes one line of io.max for each device with all of its rates.
func (b *builder) ioV2(io specs.LinuxBlockIO) {
	if w := or(io.Weight); w != 0 {
		b.v2("io", "io.weight", strconv.FormatUint(ioWeight(w), 10))
	}
	for _, d := range io.WeightDevice {
		if w := or(d.Weight); w != 0 {
			b.v2("io", "io.weight", fmt.Sprintf("%d:%d %d", d.Major, d.Minor, ioWeight(min(max(w, 10), 1000))))
		}
	}
	type device struct{ major, minor int64 }
	var order []device
	lines := map[device]string{}
	for _, l := range []struct {
		key  string
		list []specs.LinuxThrottleDevice
	}{
		{"rbps", io.ThrottleReadBpsDevice},
		{"wbps", io.ThrottleWriteBpsDevice},
		{"riops", io.ThrottleReadIOPSDevice},
		{"wiops", io.ThrottleWriteIOPSDevice},
	} {
		for _, t := range l.list {
			d := device{t.Major, t.Minor}
			if lines[d] == "" {
				order = append(order, d)
				lines[d] = fmt.Sprintf("%d:%d", d.major, d.minor)
			}
			lines[d] += " " + l.key + "=" + rate(t.Rate, "max")
		}
	}
	for _, d := range order {
		b.v2("io", "io.max", lines[d])
	}
}

// ioV1 writes one line for each device and rate. Weights are the BFQ scheduler's:
// the files without "bfq" went with CFQ in kernel 5.0, and leaf weights with them.
func (b *builder) ioV1(io specs.LinuxBlockIO) {
	const page = "blkio-controller"
	if w := or(io.Weight); w != 0 {
		b.v1("blkio", "blkio.bfq.weight", strconv.Itoa(int(w)), page)
	}
	leaf := or(io.LeafWeight)
	for _, d := range io.WeightDevice {
		if w := or(d.Weight); w != 0 {
			b.v1("blkio", "blkio.bfq.weight_device", fmt.Sprintf("%d:%d %d", d.Major, d.Minor, w), page)
		}
		leaf += or(d.LeafWeight)
	}
	if leaf != 0 {
		b.fail("set a leaf weight of block IO: it went with the CFQ scheduler in kernel 5.0")
	}
	for _, l := range []struct {
		name string
		list []specs.LinuxThrottleDevice
	}{
		{"blkio.throttle.read_bps_device", io.ThrottleReadBpsDevice},
		{"blkio.throttle.write_bps_device", io.ThrottleWriteBpsDevice},
		{"blkio.throttle.read_iops_device", io.ThrottleReadIOPSDevice},
		{"blkio.throttle.write_iops_device", io.ThrottleWriteIOPSDevice},
	} {
		for _, t := range l.list {
			b.v1("blkio", l.name, fmt.Sprintf("%d:%d %s", t.Major, t.Minor, rate(t.Rate, "0")), page)
		}
	}
}

// rate writes a rate; 0 lifts the limit, which version 2 calls max and version 1 0.
func rate(n uint64, none string) string {
	if n == 0 {
		return none
	}
	return strconv.FormatUint(n, 10)
}
