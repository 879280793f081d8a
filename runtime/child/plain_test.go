package child

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// plain is of everything that halves are sent.
type plain struct {
	Name     string
	Flag     bool
	Small    int8
	UID      int
	Mask     uint64
	Flags    uintptr
	Args     []string
	Raw      []byte
	Groups   []int
	Rlimits  []specs.POSIXRlimit
	Mounts   []specs.Mount
	Devices  []specs.LinuxDevice
	Filter   []unix.SockFilter
	Sysctl   map[string]string
	Values   []journal.Value
	Address  netip.Prefix
	Gateway  netip.Addr
	Deep     map[string][]*specs.LinuxDevice
	Inherits struct{ Effective, Ambient uint64 }
}

// TestEncode: whatever halves are sent comes out as it went in.
func TestEncode(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 1000 {
		var want, got plain
		anything(r, reflect.ValueOf(&want).Elem())
		b, err := Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if err := decode(b, &got); err != nil {
			t.Fatal(err)
		}
		if text(got) != text(want) || !reflect.DeepEqual(got.Filter, want.Filter) || got.Address != want.Address || got.Gateway != want.Gateway {
			t.Fatalf("sent\n%s\ncame\n%s", text(want), text(got))
		}
		for cut := range min(len(b), 60) {
			if err := decode(b[:len(b)-1-cut], new(plain)); err == nil {
				t.Fatalf("%d bytes are missing, and it was read", cut+1)
			}
		}
	}
}

// TestEncodeRefuses: what can't be put together again is an error, no panic.
func TestEncodeRefuses(t *testing.T) {
	type loop struct{ Next *loop }
	round := &loop{}
	round.Next = round
	for _, c := range []struct {
		v    any
		into any
		want string
	}{
		{struct{ F func() }{}, nil, "func() can't go"},
		{struct{ V any }{1}, nil, "interface {} can't go"},
		{round, nil, "not well formed"},
		{struct{ hidden int }{1}, new(struct{ hidden int }), "without a capital letter"},
	} {
		b, err := Encode(c.v)
		if err == nil && c.into != nil {
			err = decode(b, c.into)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, %q is right", c.v, err, c.want)
		}
	}
}

// TestEncodeNothing: a half may need no arguments.
func TestEncodeNothing(t *testing.T) {
	if b, err := Encode(nil); err != nil || len(b) > 0 {
		t.Errorf("%q, %v", b, err)
	}
}

func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 5 {
		var v plain
		anything(r, reflect.ValueOf(&v).Elem())
		b, err := Encode(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, again plain
		if decode(b, &v) != nil {
			return
		}
		b, err := Encode(v)
		if err == nil {
			err = decode(b, &again)
		}
		if err != nil || text(v) != text(again) {
			t.Errorf("%v\n%s\n%s", err, text(v), text(again))
		}
	})
}

// BenchmarkEncode is what the rootfs stage sends for a container of runc's own specification.
func BenchmarkEncode(b *testing.B) {
	v := plain{Name: "/var/lib/glassbox/containers/0123456789ab/merged", Args: make([]string, 12), Devices: make([]specs.LinuxDevice, 6)}
	for range 7 {
		v.Mounts = append(v.Mounts, specs.Mount{Destination: "/dev/shm", Type: "tmpfs", Source: "shm", Options: []string{"nosuid", "noexec", "nodev", "mode=1777"}})
	}
	for b.Loop() {
		if _, err := Encode(v); err != nil {
			b.Fatal(err)
		}
	}
}

// anything gives a value something of everything; a third of it stays empty.
func anything(r *rand.Rand, v reflect.Value) {
	if r.IntN(3) == 0 {
		return
	}
	switch v.Interface().(type) {
	case netip.Prefix:
		v.Set(reflect.ValueOf(netip.MustParsePrefix("10.88.0.7/16")))
		return
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.MustParseAddr("fd00::1")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			anything(r, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		anything(r, v.Elem())
	case reflect.Slice:
		if n := r.IntN(4); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			anything(r, v.Index(i))
			if e := v.Index(i); e.Kind() == reflect.Pointer && e.IsNil() {
				e.Set(reflect.New(e.Type().Elem()))
			}
		}
	case reflect.Map:
		if r.IntN(2) == 0 {
			v.Set(reflect.MakeMap(v.Type()))
			value := reflect.New(v.Type().Elem()).Elem()
			anything(r, value)
			v.SetMapIndex(reflect.ValueOf("net.ipv4.ip_forward"), value)
		}
	case reflect.String:
		v.SetString([]string{"rw", "수프", "a\x00b"}[r.IntN(3)])
	case reflect.Bool:
		v.SetBool(true)
	default:
		n := r.Uint64()
		if v.CanInt() {
			v.SetInt(int64(n) >> (64 - v.Type().Bits()))
			return
		}
		v.SetUint(n >> (64 - v.Type().Bits()))
	}
}
