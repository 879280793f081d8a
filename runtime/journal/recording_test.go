package journal

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// FuzzRecording reads whatever bytes as a recording, with the reader and with the
// index: neither fails but by saying so, and both find the same events.
func FuzzRecording(f *testing.F) {
	const head = `{"format":1,"id":"0123456789ab","name":"a","started":"2026-01-02T03:04:05Z","stages":["pull"]}` + "\n"
	for _, s := range []string{
		"", "{}", head, head + "\n\n{", head + `{"seq":1,"t":"2026-01-02T03:04:05Z","kind":"output","output":{"stream":"stdout","text":"a\u001b\ud800"}}`,
		head + `{"seq":1,"kind":"stage","stage":"pull","step":{"state":"begin"}}` + "\n" + `{"seq":1,"kind":"snapshot","snapshot":{"values":[{"fact":"a","side":"inside","b64":"/w=="}],"gone":[{}]}}` + "\n",
		head + `{"seq":18446744073709551615,"kind":"gate","gate":{"id":1,"state":"waiting","call":{}}}` + "\n" + `{"seq":2,"kind":"undo","undo":{"id":7}}` + "\n[[[[",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "r")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Open(path)
		x, err2 := OpenIndex(path)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("the reader says %v, the index %v", err, err2)
		}
		if err != nil {
			return
		}
		defer r.Close()
		defer x.Close()
		s := NewState(r.Header)
		events := 0
		for {
			e, err := r.Next()
			if err != nil {
				break
			}
			s.Apply(e)
			events++
		}
		for err = nil; !errors.Is(err, io.EOF); {
			if _, err = x.Grow(64); err != nil && !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
		}
		now, err := x.Newest()
		if err != nil {
			t.Fatal(err)
		}
		if events > 0 && !reflect.DeepEqual(now.Stages, s.Stages) {
			t.Fatalf("the index has %+v, the reader %+v", now.Stages, s.Stages)
		}
		for _, seq := range []uint64{0, 1, 2, 1 << 63} {
			if _, err := x.At(seq); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestOpenDirectory: a directory is told as one.
func TestOpenDirectory(t *testing.T) {
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("it says %v", err)
	}
}
