package lessons

import (
	"bufio"
	"bytes"
	_ "embed" // The tapes lie beside the lessons.
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// tapes are the tapes of the shipped lessons, one behind the other: they are much
// alike, and small together. `make recordings` makes them.
//
//go:embed tapes.jsonl.zst
var tapes []byte

// ErrNoTape says that there is no recording of a lesson.
var ErrNoTape = errors.New("there is no recording of this lesson")

// OpenTape is a machine that plays a shipped lesson's recording.
func OpenTape(l *Lesson) (*Taped, error) {
	if !l.Shipped {
		return nil, ErrNoTape
	}
	z, err := zstd.NewReader(bytes.NewReader(tapes), zstd.WithDecoderMaxWindow(256<<20))
	if err != nil {
		return nil, fmt.Errorf("unpack the recordings: %w", err)
	}
	defer z.Close()
	return readTape(z, l)
}

// readTape finds a lesson's tape among others.
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
			mine = head.Lesson == l.Name
			continue
		}
		if !mine {
			continue
		}
		var one tapeLine
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("read the recording of %s: %w", l.Name, err)
		}
		t.tape = append(t.tape, one)
	}
	if t.tape == nil {
		return nil, ErrNoTape
	}
	return t, nil
}
