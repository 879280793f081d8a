package lessons

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // The tapes lie beside the lessons.
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// tapes are the tapes of the shipped lessons, one behind the other: they are much
// alike, and small together. `make recordings` makes them.
//
//go:embed tapes.jsonl.zst
var tapes []byte

// TapeFile is a recording beside a stranger's lesson, as `lesson check --run --tape`
// writes it: it is played where the lesson can't be.
const TapeFile = "recording.jsonl"

// maxTape is how large that may be, in bytes.
const maxTape = 16 << 20

// ErrNoTape says that there is no recording of a lesson.
var ErrNoTape = errors.New("there is no recording of this lesson")

// OpenTape is a machine that plays a lesson's recording: a shipped lesson's, or the
// one that lies beside a stranger's. That runs nothing.
func OpenTape(l *Lesson) (*Taped, error) {
	if !l.Shipped {
		return readTape(bytes.NewReader(l.tape), l)
	}
	z, err := zstd.NewReader(bytes.NewReader(tapes), zstd.WithDecoderMaxWindow(256<<20))
	if err != nil {
		return nil, fmt.Errorf("unpack the recordings: %w", err)
	}
	defer z.Close()
	return readTape(z, l)
}

// readTape finds a lesson's tape among others; a stranger's lies alone, and its lesson
// may have got another name.
func readTape(r io.Reader, l *Lesson) (*Taped, error) {
	t := &Taped{did: -1, at: -1, runs: map[string]*tapedRun{}}
	in := bufio.NewReaderSize(r, 64<<10)
	for mine := false; ; {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("unpack the recordings: %w", err)
		}
		if bytes.HasPrefix(line, []byte(`{"lesson":`)) {
			var head tapeLine
			if err := json.Unmarshal(line, &head); err != nil {
				return nil, fmt.Errorf("read the recordings: %w", err)
			}
			mine = head.Lesson == l.Name || !l.Shipped
			continue
		}
		if !mine {
			continue
		}
		var one tapeLine
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("read the recording of %s: %w", l.Name, err)
		}
		if _, ok := l.run(one.Run); !ok {
			return nil, fmt.Errorf("read the recording of %s: it has a run %q, and the lesson has not", l.Name, one.Run)
		}
		if one.Did == "do" && one.Do == nil {
			return nil, fmt.Errorf("read the recording of %s: it does not say which command it answers", l.Name)
		}
		t.tape = append(t.tape, one)
	}
	if t.tape == nil {
		return nil, ErrNoTape
	}
	return t, nil
}

// TapeFaults plays the recording of a set, and says where it does not fit.
func (s *Set) TapeFaults(ctx context.Context) (f Faults) {
	for _, l := range s.Lessons {
		m, err := OpenTape(l)
		if errors.Is(err, ErrNoTape) {
			continue
		}
		if err == nil {
			if p := Prove(ctx, l, m); p.Result == Fail {
				err = errors.New(strings.Join(p.Why, "; "))
			}
		}
		if err != nil {
			f.add(path.Dir(l.File)+"/"+TapeFile, 0, "it does not fit the lesson, record it anew (lesson check --run --tape DIR): %v", err)
			return f // the other language says the same
		}
	}
	return f
}
