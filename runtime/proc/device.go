package proc

import "strings"

// IOMax is one device's line of version 2's io.max: bytes and operations a
// second; Max where there is no limit.
type IOMax struct {
	Major, Minor             int
	RBps, WBps, RIOps, WIOps uint64
}

// ParseIOMax reads io.max: "8:0 rbps=1048576 wbps=max riops=max wiops=max".
func ParseIOMax(b []byte) []IOMax {
	var list []IOMax
	for _, r := range ParseNested(b) {
		d := IOMax{RBps: Max, WBps: Max, RIOps: Max, WIOps: Max}
		var ok bool
		if d.Major, d.Minor, ok = device(r.Key); !ok {
			continue
		}
		for _, e := range r.Values {
			switch e.Key {
			case "rbps":
				d.RBps = e.Value
			case "wbps":
				d.WBps = e.Value
			case "riops":
				d.RIOps = e.Value
			case "wiops":
				d.WIOps = e.Value
			}
		}
		list = append(list, d)
	}
	return list
}

// IOStat is what a group has read from, written to and discarded on one device.
type IOStat struct {
	Major, Minor           int
	RBytes, WBytes, DBytes uint64
	RIOs, WIOs, DIOs       uint64
}

// ParseIOStat reads version 2's io.stat.
func ParseIOStat(b []byte) []IOStat {
	var list []IOStat
	for _, r := range ParseNested(b) {
		var (
			d  IOStat
			ok bool
		)
		if d.Major, d.Minor, ok = device(r.Key); !ok {
			continue
		}
		for _, e := range r.Values {
			switch e.Key {
			case "rbytes":
				d.RBytes = e.Value
			case "wbytes":
				d.WBytes = e.Value
			case "dbytes":
				d.DBytes = e.Value
			case "rios":
				d.RIOs = e.Value
			case "wios":
				d.WIOs = e.Value
			case "dios":
				d.DIOs = e.Value
			}
		}
		list = append(list, d)
	}
	return list
}

// Throttle is one line of a version 1 blkio file: a limit of a device, or, with
// an operation, a count.
type Throttle struct {
	Major, Minor int
	Op           string // Read, Write, Sync, Async, Discard, Total; empty in the files of limits
	Value        uint64
}

// ParseThrottle reads version 1's blkio files. Limits,
// blkio.throttle.read_bps_device and its like, are lines of "8:0 1048576"; counts,
// blkio.throttle.io_service_bytes and its like, lines of "8:0 Read 4096". Their
// last line, the total of all devices, is left out. See
// Documentation/admin-guide/cgroup-v1/blkio-controller.rst.
func ParseThrottle(b []byte) []Throttle {
	var list []Throttle
	for line := range lines(b) {
		f := strings.Fields(line)
		if len(f) < 2 || len(f) > 3 {
			continue
		}
		major, minor, ok := device(f[0])
		value, good := amount(f[len(f)-1])
		if !ok || !good {
			continue
		}
		t := Throttle{Major: major, Minor: minor, Value: value}
		if len(f) == 3 {
			t.Op = f[1]
		}
		list = append(list, t)
	}
	return list
}
