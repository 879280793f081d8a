package cgroup

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestDevicesAsRunc holds tables against what runc's emulator of version 1 reduces the
// same lists to.
func TestDevicesAsRunc(t *testing.T) {
	var cases []struct {
		In    []specs.LinuxDeviceCgroup
		Allow bool
		Lines []string
		Err   string
	}
	golden(t, "devices.json", &cases)
	if len(cases) < 100 {
		t.Fatalf("%d cases", len(cases))
	}
	for i, c := range cases {
		table, err := Devices(c.In)
		if (err != nil) != (c.Err != "") {
			t.Errorf("case %d: %v, runc says %q", i, err, c.Err)
			continue
		}
		if err != nil {
			continue
		}
		var got []string
		for _, r := range table.Rules {
			got = append(got, r.String())
		}
		want := slices.DeleteFunc(c.Lines, func(l string) bool { return strings.HasPrefix(l, "a ") })
		slices.Sort(got)
		slices.Sort(want)
		if table.Allow != c.Allow || !slices.Equal(got, want) {
			t.Errorf("case %d: allow %v %q\nrunc: allow %v %q", i, table.Allow, got, c.Allow, want)
		}
		agree(t, table)
	}
}

// agree asks a table and its program about every device that a rule may mean.
func agree(t *testing.T, table DeviceTable) {
	t.Helper()
	program := table.Program()
	for _, kind := range []byte{'c', 'b'} {
		for major := range int64(4) {
			for minor := range int64(4) {
				for access := Access(1); access <= anyAccess; access++ {
					want := table.Allowed(kind, major, minor, access)
					if got := run(t, program, kind, major, minor, access); got != want {
						t.Fatalf("%c %d:%d %s: the program says %v, the table %v\n%v", kind, major, minor, access, got, want, table)
					}
				}
			}
		}
	}
}

// run is a small interpreter of eBPF, by the kernel's description of the instructions.
func run(t *testing.T, program []Insn, kind byte, major, minor int64, access Access) bool {
	t.Helper()
	number := uint32(devChar)
	if kind == 'b' {
		number = devBlock
	}
	context := make([]byte, 12)
	binary.LittleEndian.PutUint32(context, uint32(access)<<16|number)
	binary.LittleEndian.PutUint32(context[4:], uint32(major))
	binary.LittleEndian.PutUint32(context[8:], uint32(minor))
	var r [11]uint64
	for pc := 0; ; pc++ {
		if pc >= len(program) {
			t.Fatal("the program has no end")
		}
		i := program[pc]
		imm := uint64(int64(i.Imm))
		taken := false
		switch i.Code {
		case opLoad:
			if i.Src != 1 {
				t.Fatalf("%d: loads from r%d", pc, i.Src)
			}
			r[i.Dst] = uint64(binary.LittleEndian.Uint32(context[i.Off:]))
		case opMov:
			r[i.Dst] = imm
		case opMovX:
			r[i.Dst] = r[i.Src]
		case opAnd:
			r[i.Dst] &= imm
		case opShift:
			r[i.Dst] >>= imm
		case opEq:
			taken = r[i.Dst] == imm
		case opNe:
			taken = r[i.Dst] != imm
		case opNeX:
			taken = r[i.Dst] != r[i.Src]
		case opExit:
			return r[0] != 0
		default:
			t.Fatalf("%d: %v", pc, i)
		}
		if taken {
			pc += int(i.Off)
		}
	}
}

// TestDefaultDevices is what a container may do with devices.
func TestDefaultDevices(t *testing.T) {
	table, err := Devices(append([]specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}, DefaultDevices()...))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind         byte
		major, minor int64
		access       Access
		want         bool
	}{
		{'c', 1, 3, Read | Write, true},
		{'c', 1, 3, anyAccess, true},
		{'c', 136, 7, Read, true},
		{'c', 10, 200, Read, false}, // tun
		{'c', 10, 200, Mknod, true},
		{'b', 8, 0, Read, false},
		{'b', 8, 0, Mknod, true},
		{'c', 1, 1, Read, false}, // mem
	} {
		if got := table.Allowed(c.kind, c.major, c.minor, c.access); got != c.want {
			t.Errorf("%c %d:%d %s: %v", c.kind, c.major, c.minor, c.access, got)
		}
	}
	if n := len(table.Program()); n > 100 {
		t.Errorf("%d instructions", n)
	}
	if f := table.Files(); f[0].Name != "devices.deny" || f[0].Value != "a *:* rwm" || len(f) != 11 {
		t.Errorf("%v", f)
	}
}

func TestBadDevices(t *testing.T) {
	for want, d := range map[string]specs.LinuxDeviceCgroup{
		"none of a, b, c": {Type: "x", Access: "r"},
		"other letters":   {Type: "c", Access: "rx"},
		"no access":       {Type: "c"},
		"device number":   {Type: "c", Access: "r", Major: p(int64(1 << 40))},
	} {
		if _, err := Devices([]specs.LinuxDeviceCgroup{d}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func FuzzDevices(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Add([]byte{0x83, 0, 0, 7, 0, 1, 1, 2, 0x81, 0xff, 1, 7})
	f.Fuzz(func(t *testing.T, b []byte) {
		var list []specs.LinuxDeviceCgroup
		for ; len(b) >= 4; b = b[4:] {
			d := specs.LinuxDeviceCgroup{Allow: b[0]&0x80 != 0, Type: []string{"c", "b", "c", "a"}[b[0]&3], Access: Access(b[3] & 7).String()}
			if b[1] < 0xf0 {
				d.Major = p(int64(b[1] % 3))
			}
			if b[2] < 0xf0 {
				d.Minor = p(int64(b[2] % 3))
			}
			list = append(list, d)
		}
		if table, err := Devices(list); err == nil {
			agree(t, table)
		}
	})
}
