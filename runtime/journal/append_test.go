package journal

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestAppendEvent holds the encoder against encoding/json: events whose every
// field is filled at random, or empty, come out the same.
func TestAppendEvent(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	kinds := map[string]bool{}
	for range 3000 {
		var e Event
		fill(r, reflect.ValueOf(&e).Elem(), 0)
		got, err := appendEvent(nil, &e)
		sameAsJSON(t, &e, got, err)
		for i := range reflect.TypeOf(e).NumField() {
			if f := reflect.ValueOf(e).Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
				kinds[reflect.TypeOf(e).Field(i).Name] = true
			}
		}
	}
	if len(kinds) != 12 {
		t.Errorf("payloads that were tried: %v", kinds)
	}
}

// TestAppendHeader is the same for the first line.
func TestAppendHeader(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		var h Header
		fill(r, reflect.ValueOf(&h).Elem(), 0)
		got, err := appendHeader(nil, &h)
		sameAsJSON(t, &h, got, err)
	}
}

// sameAsJSON fails unless got is what encoding/json makes of v.
func sameAsJSON(t *testing.T, v any, got []byte, err error) {
	t.Helper()
	want, wrong := json.Marshal(v)
	if (err == nil) != (wrong == nil) {
		t.Fatalf("encoding/json says %v, we %v", wrong, err)
	}
	if err == nil && string(got) != string(want) {
		t.Fatalf("appended\n%s\nencoding/json\n%s", got, want)
	}
}

var odd = []string{
	"", "mount", `a"b\c`, "<script>&", "\x00\x01\x1f\x7f\b\f\n\r\t", "\u2028\u2029", "\xff\xc3\x28\xe2\x82", "수프 🐳", "\ufffd", strings.Repeat("x", 300),
}

// fill gives a value something of everything; a third of what may be empty is.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	if r.IntN(3) == 0 || depth > 6 {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		zone := time.FixedZone("", (r.IntN(27)-13)*1800)
		v.Set(reflect.ValueOf(time.Unix(r.Int64N(4e9), r.Int64N(1e9)).In(zone)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i), depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		for i := range v.Len() {
			fill(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(4) {
			v.SetMapIndex(reflect.ValueOf(odd[r.IntN(len(odd))]), reflect.ValueOf(odd[r.IntN(len(odd))]))
		}
	case reflect.String:
		v.SetString(odd[r.IntN(len(odd))])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(r.Int64() - r.Int64())
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(r.Uint64())
	default:
		panic("a field of a kind that this test does not fill: " + v.Kind().String())
	}
}

// FuzzAppendString: any string is written as encoding/json writes it.
func FuzzAppendString(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendString(nil, s); string(got) != string(want) {
			t.Errorf("%q (valid %v): %s, encoding/json %s", s, utf8.ValidString(s), got, want)
		}
	})
}

func BenchmarkEmit(b *testing.B) {
	w, err := Create(b.TempDir()+"/journal", Header{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	e := Event{Stage: "rootfs", Side: Child, Kind: KindCall, T: time.Now(), Call: &Call{
		Name: "mount", Man: "mount(2)", Sh: "mount -t proc -o nosuid,nodev,noexec proc /proc",
		Args: []Arg{{"source", "proc"}, {"target", "/proc/self/fd/7"}, {"filesystemtype", "proc"}, {"mountflags", "MS_NOSUID|MS_NODEV|MS_NOEXEC"}, {"data", ""}},
	}}
	b.ReportAllocs()
	for b.Loop() {
		w.Emit(e)
	}
}
