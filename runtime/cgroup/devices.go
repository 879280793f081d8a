package cgroup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Rule is one exception to what a device table does by default.
type Rule struct {
	Type         byte  // 'c' or 'b'
	Major, Minor int64 // -1 is any
	Access       Access
}

// Access is a set of ways to use a device.
type Access uint8

// The ways to use a device, as <linux/bpf.h> numbers them (BPF_DEVCG_ACC_*).
const (
	Mknod Access = 1 << iota
	Read
	Write
)

const anyAccess = Mknod | Read | Write

// String writes the set as devices.allow has it: "rwm".
func (a Access) String() string {
	var s strings.Builder
	for _, l := range []struct {
		bit Access
		c   byte
	}{{Read, 'r'}, {Write, 'w'}, {Mknod, 'm'}} {
		if a&l.bit != 0 {
			s.WriteByte(l.c)
		}
	}
	return s.String()
}

// String writes the rule as devices.allow and devices.deny have it: "c 1:3 rwm".
func (r Rule) String() string {
	return fmt.Sprintf("%c %s:%s %s", r.Type, wild(r.Major), wild(r.Minor), r.Access)
}

func wild(n int64) string {
	if n < 0 {
		return "*"
	}
	return fmt.Sprint(n)
}

// DeviceTable is what a list of rules comes to.
type DeviceTable struct {
	Allow bool   // what holds for devices that no rule names
	Rules []Rule // the exceptions, sorted
}

// Devices takes a list of the OCI specification (linux.resources.devices), in its
// order, and returns what version 1's controller would have made of it, starting
// from nothing allowed. A rule of type "a" sets what holds for all and forgets the
// rules before it; a later rule adds to or takes from what an earlier one said of
// the same numbers. Taking a part out of a rule with a wildcard is an error: version
// 1 would silently not do it. See cgroup-v1/devices.rst.
func Devices(list []specs.LinuxDeviceCgroup) (DeviceTable, error) {
	var t DeviceTable
	type key struct {
		kind         byte
		major, minor int64
	}
	set := map[key]Access{}
	for i, d := range list {
		r, all, err := rule(d)
		if err != nil {
			return DeviceTable{}, fmt.Errorf("device rule %d: %w", i, err)
		}
		if all {
			t.Allow = d.Allow
			clear(set)
			continue
		}
		k := key{r.Type, r.Major, r.Minor}
		if d.Allow != t.Allow {
			set[k] |= r.Access
			continue
		}
		for _, w := range []key{{r.Type, -1, r.Minor}, {r.Type, r.Major, -1}, {r.Type, -1, -1}} {
			if w != k && set[w]&r.Access != 0 {
				return DeviceTable{}, fmt.Errorf("device rule %d (%s): %s is already covered by %s, and a part of that can't be taken out again: order or split the rules",
					i, r, r.Access, Rule{w.kind, w.major, w.minor, set[w]})
			}
		}
		if set[k] &^= r.Access; set[k] == 0 {
			delete(set, k)
		}
	}
	for k, a := range set {
		t.Rules = append(t.Rules, Rule{k.kind, k.major, k.minor, a})
	}
	slices.SortFunc(t.Rules, func(a, b Rule) int { return strings.Compare(sortKey(a), sortKey(b)) })
	return t, nil
}

func sortKey(r Rule) string { return fmt.Sprintf("%c%13d%13d", r.Type, r.Major, r.Minor) }

// The largest numbers that the kernel's dev_t holds.
const (
	MaxMajor = 1<<12 - 1
	MaxMinor = 1<<20 - 1
)

func rule(d specs.LinuxDeviceCgroup) (r Rule, all bool, err error) {
	switch d.Type {
	case "", "a":
		return Rule{}, true, nil
	case "c", "b":
		r.Type = d.Type[0]
	default:
		return r, false, fmt.Errorf("type %q is none of a, b, c", d.Type)
	}
	r.Major, r.Minor = -1, -1
	if d.Major != nil {
		r.Major = *d.Major
	}
	if d.Minor != nil {
		r.Minor = *d.Minor
	}
	if r.Major < -1 || r.Major > MaxMajor || r.Minor < -1 || r.Minor > MaxMinor {
		return r, false, fmt.Errorf("%d:%d is no device number", r.Major, r.Minor)
	}
	for _, c := range d.Access {
		switch c {
		case 'r':
			r.Access |= Read
		case 'w':
			r.Access |= Write
		case 'm':
			r.Access |= Mknod
		default:
			return r, false, fmt.Errorf("access %q has other letters than r, w, m", d.Access)
		}
	}
	if r.Access == 0 {
		return r, false, fmt.Errorf("%s %d:%d has no access: r, w, m or several are wanted", d.Type, r.Major, r.Minor)
	}
	return r, false, nil
}

// Allowed says whether the table lets a device be used so. An exception counts when
// it covers all of the access where it allows, and any of it where it denies, as in
// the kernel's security/device_cgroup.c.
func (t DeviceTable) Allowed(kind byte, major, minor int64, access Access) bool {
	for _, r := range t.Rules {
		if r.Type != kind || r.Major >= 0 && r.Major != major || r.Minor >= 0 && r.Minor != minor {
			continue
		}
		if !t.Allow && access&^r.Access == 0 || t.Allow && access&r.Access != 0 {
			return !t.Allow
		}
	}
	return t.Allow
}

// Files are the lines to write in version 1, one a write.
func (t DeviceTable) Files() []File {
	base, rest := "devices.deny", "devices.allow"
	if t.Allow {
		base, rest = rest, base
	}
	file := func(name, value string) File {
		return File{Controller: "devices", Name: name, Value: value, Man: manV1("devices")}
	}
	files := []File{file(base, "a *:* rwm")}
	for _, r := range t.Rules {
		files = append(files, file(rest, r.String()))
	}
	return files
}

// DefaultDevices are the rules that runc adds to a specification's own: any node
// may be made, and null, zero, full, random, urandom, tty, console, ptmx and pts
// may be used. They come after the specification's.
func DefaultDevices() []specs.LinuxDeviceCgroup {
	allow := func(kind string, major, minor int64, access string) specs.LinuxDeviceCgroup {
		d := specs.LinuxDeviceCgroup{Allow: true, Type: kind, Access: access}
		if major >= 0 {
			d.Major = &major
		}
		if minor >= 0 {
			d.Minor = &minor
		}
		return d
	}
	return []specs.LinuxDeviceCgroup{
		allow("c", -1, -1, "m"),
		allow("b", -1, -1, "m"),
		allow("c", 1, 3, "rwm"),    // /dev/null
		allow("c", 1, 8, "rwm"),    // /dev/random
		allow("c", 1, 7, "rwm"),    // /dev/full
		allow("c", 5, 0, "rwm"),    // /dev/tty
		allow("c", 1, 5, "rwm"),    // /dev/zero
		allow("c", 1, 9, "rwm"),    // /dev/urandom
		allow("c", 136, -1, "rwm"), // /dev/pts/*
		allow("c", 5, 2, "rwm"),    // /dev/ptmx
	}
}
