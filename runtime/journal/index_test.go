package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

var began = time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC)

// mixed writes n events of all kinds, and returns them with the file.
func mixed(t testing.TB, n int) (path string, events []Event) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "journal")
	w, err := Create(path, Header{ID: "0123456789ab", Image: "demo", Stages: Stages()})
	if err != nil {
		t.Fatal(err)
	}
	stages := Stages()
	for i := range n {
		e := Event{Stage: stages[i*len(stages)/n], Side: Host, T: began.Add(time.Duration(i) * time.Millisecond)}
		pick(&e, i)
		e.Seq = w.Emit(e)
		events = append(events, e)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path, events
}

func pick(e *Event, i int) {
	text := fmt.Sprintf("line %d <&> \"quoted\" \\ 한글 \x01 \u2028\n", i)
	switch i % 11 {
	case 0:
		e.Kind, e.Step = KindStage, &Step{State: Begin}
	case 1, 2, 3:
		e.Kind, e.Call = KindCall, &Call{Name: "mount", Args: []Arg{{"source", text}}, Man: "mount(2)"}
	case 4:
		e.Kind, e.Write = KindWrite, &Write{Path: "/sys/fs/cgroup/cpu.max", Value: "100000 100000"}
	case 5, 6:
		e.Kind, e.Output = KindOutput, &Output{Stream: "stdout", Text: &text}
	case 7:
		e.Kind, e.Output = KindOutput, &Output{Stream: "stderr", B64: []byte{0xff, 0xfe}, Dropped: int64(i)}
	case 8:
		v := fmt.Sprint(i / 50)
		e.Kind, e.Snapshot = KindSnapshot, &Snapshot{When: "running", Values: []Value{{Fact: "cgroup.pids.current", Side: Outside, Source: "/x", Text: &v}}}
	case 9:
		e.Kind, e.Gate = KindGate, &Gate{ID: uint64(i), State: Waiting, At: "call", Call: &Call{Name: "pivot_root"}}
	case 10:
		e.Kind, e.Progress = KindProgress, &Progress{What: "layer", ID: "sha256:1", Done: int64(i)}
	}
}

func grown(t testing.TB, path string) *Index {
	t.Helper()
	x, err := OpenIndex(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	for {
		if _, err := x.Grow(1 << 20); errors.Is(err, io.EOF) {
			return x
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// plainly folds as a reader without an index does.
func plainly(h Header, events []Event, seq uint64) *State {
	s := NewState(h)
	for _, e := range events {
		if e.Seq <= seq {
			s.Apply(e)
		}
	}
	s.Calls = s.Calls[max(0, len(s.Calls)-KeepCalls):]
	return s
}

func TestIndexStateEqualsTheFold(t *testing.T) {
	path, events := mixed(t, 40_000)
	x := grown(t, path)
	if x.Len() != len(events) || x.Last() != events[len(events)-1].Seq || x.Damaged() != 0 {
		t.Fatalf("%d events to %d, %d damaged; want %d", x.Len(), x.Last(), x.Damaged(), len(events))
	}
	for _, seq := range []uint64{0, 1, 11, 700, 16_383, 16_384, 16_385, 33_000, 39_999, 40_000, 50_000} {
		got, err := x.At(seq)
		if err != nil {
			t.Fatal(err)
		}
		want := plainly(x.Header(), events, seq)
		equal(t, seq, got, want)
	}
}

func TestIndexQuery(t *testing.T) {
	path, events := mixed(t, 5_000)
	x := grown(t, path)
	var want []Event
	for _, e := range events {
		if e.Seq >= 100 && e.Seq <= 4_000 && e.Call != nil && strings.Contains(e.Call.Args[0].Value, "line 37") {
			want = append(want, e)
		}
	}
	got, more, err := x.Events(Query{From: 100, To: 4_000, Kinds: []Kind{KindCall}, Text: "LINE 37"})
	if err != nil || more {
		t.Fatal(err, more)
	}
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d events, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Seq != want[i].Seq {
			t.Fatalf("event %d is number %d, want %d", i, got[i].Seq, want[i].Seq)
		}
	}
	got, more, _ = x.Events(Query{Kinds: []Kind{KindWrite}, Limit: 3})
	if len(got) != 3 || !more || got[2].Seq != 4_999 {
		t.Fatalf("the newest three writes are %v, more %v", got, more)
	}
}

func TestIndexStops(t *testing.T) {
	path, events := mixed(t, 1_000)
	x := grown(t, path)
	n := 0
	for _, e := range events {
		if e.Step != nil || e.Snapshot != nil || e.Gate != nil {
			n++
		}
	}
	stops := x.Stops(0)
	if len(stops) != n {
		t.Fatalf("%d stops, want %d", len(stops), n)
	}
	if s := stops[0]; s.Seq != 1 || s.Kind != KindStage || s.State != Begin || s.Stage != "pull" {
		t.Fatalf("the first stop is %+v", s)
	}
	if got := x.Stops(n - 2); len(got) != 2 {
		t.Fatalf("%d stops from the last but one", len(got))
	}
}

func TestIndexFollowsAFileThatGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	w, err := Create(path, Header{Image: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	x := grown(t, path)
	w.Emit(Event{Kind: KindNote, Note: &Note{Text: "one"}})
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	whole := `{"seq":2,"t":"2026-08-01T09:00:00Z","kind":"call","call":{"name":"mount","ret":0,"dur_us":1}}` + "\n"
	if _, err := f.WriteString(whole[:40]); err != nil {
		t.Fatal(err)
	}
	if n, err := x.Grow(1 << 20); n != 1 || !errors.Is(err, io.EOF) {
		t.Fatalf("%d events, %v: half a line counts for nothing", n, err)
	}
	if _, err := f.WriteString(whole[40:]); err != nil {
		t.Fatal(err)
	}
	if n, _ := x.Grow(1 << 20); n != 1 || x.Last() != 2 {
		t.Fatalf("%d events to %d after the other half", n, x.Last())
	}
}

func TestIndexPassesOverBadLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	note := `{"seq":%d,"t":"2026-08-01T09:00:00Z","kind":"call","call":{"name":"mount","ret":0,"dur_us":1}}` + "\n"
	text := `{"format":1}` + "\n" + fmt.Sprintf(note, 1) + "\n\x00\xff\n{\"seq\":2,\"t\":\"2026\n" +
		strings.Repeat("x", MaxLine+2*pieceBytes) + "\n" + `{"seq":"no"}` + "\n" + fmt.Sprintf(note, 3)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	x := grown(t, path)
	s, err := x.Newest()
	if err != nil {
		t.Fatal(err)
	}
	if x.Damaged() != 4 || x.Len() != 2 || s.Seq != 3 || len(s.Calls) != 2 {
		t.Fatalf("%d damaged, %d events to %d, %d calls", x.Damaged(), x.Len(), s.Seq, len(s.Calls))
	}
}

func TestIndexOfAMillionEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 200 MB")
	}
	path := million(t)
	runtime.GC()
	x := grown(t, path)
	s, err := x.Newest()
	if err != nil || s.Seq != 1_000_000 || s.Counts.Calls == 0 {
		t.Fatal(err, s.Seq)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 200<<20 {
		t.Fatalf("%d MiB in use", m.HeapAlloc>>20)
	}
	t.Logf("%d MiB in use", m.HeapAlloc>>20)
}

// million writes a recording of a million events: a flood of calls and output
// with snapshots between them.
func million(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := &Writer{f: f}
	if err := w.header(Header{Format: 1, Stages: Stages()}); err != nil {
		t.Fatal(err)
	}
	call := `{"seq":%d,"t":"2026-08-01T09:00:00.123456789Z","stage":"rootfs","side":"child","kind":"call","call":{"name":"mount","args":[{"name":"source","value":"proc"},{"name":"target","value":"/proc"},{"name":"flags","value":"MS_NOSUID|MS_NODEV|MS_NOEXEC"}],"ret":0,"dur_us":12,"man":"mount(2)"}}` + "\n"
	out := `{"seq":%d,"t":"2026-08-01T09:00:00.123456789Z","stage":"exec","side":"container","kind":"output","output":{"stream":"stdout","text":"GET / 200\n"}}` + "\n"
	snap := `{"seq":%d,"t":"2026-08-01T09:00:00.123456789Z","stage":"exec","side":"host","kind":"snapshot","snapshot":{"when":"running","values":[{"fact":"cgroup.cpu.stat","side":"outside","source":"/sys/fs/cgroup/cpu.stat","text":"usage_usec %d"}]}}` + "\n"
	var b []byte
	for i := 1; i <= 1_000_000; i++ {
		switch {
		case i%500 == 0:
			b = fmt.Appendf(b, snap, i, i)
		case i%3 == 0:
			b = fmt.Appendf(b, out, i)
		default:
			b = fmt.Appendf(b, call, i)
		}
		if len(b) > 1<<20 {
			if _, err := f.Write(b); err != nil {
				t.Fatal(err)
			}
			b = b[:0]
		}
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	return path
}

// BenchmarkIndexMillion is opening a recording of a million events and going to its end.
func BenchmarkIndexMillion(b *testing.B) {
	path := million(b)
	for b.Loop() {
		x := grown(b, path)
		if _, err := x.Newest(); err != nil {
			b.Fatal(err)
		}
		_ = x.Close()
	}
}

// BenchmarkIndexAt goes to places in a recording of a million events.
func BenchmarkIndexAt(b *testing.B) {
	x := grown(b, million(b))
	seq := uint64(1)
	for b.Loop() {
		seq = (seq*2654435761 + 1) % 1_000_000
		if _, err := x.At(seq); err != nil {
			b.Fatal(err)
		}
	}
}

func equal(t *testing.T, seq uint64, got, want *State) {
	t.Helper()
	if !got.T.Equal(want.T) {
		t.Errorf("at %d: time %v, want %v", seq, got.T, want.T)
	}
	got.T = want.T
	if len(got.Calls) == 0 && len(want.Calls) == 0 {
		got.Calls = want.Calls
	}
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		name := g.Type().Field(i).Name
		if name == "kept" {
			continue
		}
		if !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			t.Errorf("at %d: %s is\n%.300v\nwant\n%.300v", seq, name, g.Field(i).Interface(), w.Field(i).Interface())
		}
	}
}
