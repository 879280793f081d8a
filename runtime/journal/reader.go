package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// MaxLine is the longest line that a reader takes, in bytes. A longer one costs that line alone.
const MaxLine = 32 << 20

// Reader reads a journal from its file, also while it is being written.
type Reader struct {
	Header  Header
	Damaged int // lines that were passed over: torn, too long or not JSON

	f   *os.File
	in  *bufio.Reader
	acc []byte // the beginning of a line whose end is not there yet
	big bool   // that line is too long and is being skipped
}

// Open opens a journal's file and reads its header. A FIFO is not opened, which would
// wait for a writer: who wants to read one gives it to Read.
func Open(path string) (*Reader, error) {
	if st, err := os.Stat(path); err == nil && st.Mode()&os.ModeNamedPipe != 0 {
		return nil, fmt.Errorf("%s is a pipe, in which nobody can go back: add --plain, or name a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	return Read(f)
}

// Read reads the header of a journal that is open. Closing the reader closes f, and so
// does an error.
func Read(f *os.File) (*Reader, error) {
	path := f.Name()
	r := &Reader{f: f, in: bufio.NewReaderSize(f, 256<<10)}
	if st, err := f.Stat(); err == nil && st.IsDir() {
		_ = f.Close()
		return nil, fmt.Errorf("%s is a directory, and no recording", path)
	} else if err == nil && st.Mode()&os.ModeDevice != 0 { // which may have no end
		_ = f.Close()
		return nil, fmt.Errorf("%s is a device, and no recording", path)
	}
	line, err := r.line()
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s is no glassbox recording: it has no first line", path)
	}
	if err := json.Unmarshal(line, &r.Header); err != nil || r.Header.Format == 0 {
		_ = f.Close()
		return nil, fmt.Errorf("%s is no glassbox recording: its first line is no header", path)
	}
	if r.Header.Format > Format {
		_ = f.Close()
		return nil, fmt.Errorf("%s was written in format %d; this glassbox reads up to %d: use a newer one", path, r.Header.Format, Format)
	}
	return r, nil
}

// Next returns the next event. At the end of what is there it returns io.EOF;
// it may be called again when more was written.
func (r *Reader) Next() (Event, error) {
	for {
		line, err := r.line()
		if err != nil {
			return Event{}, err
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var e Event
		if json.Unmarshal(line, &e) != nil || e.Seq == 0 {
			r.Damaged++
			continue
		}
		return e, nil
	}
}

// line returns one whole line without its end, or io.EOF.
func (r *Reader) line() ([]byte, error) {
	for {
		part, err := r.in.ReadSlice('\n')
		if !r.big {
			r.acc = append(r.acc, part...)
		}
		if len(r.acc) > MaxLine {
			r.big, r.acc = true, r.acc[:0]
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, err
		case r.big:
			r.big = false
			r.Damaged++
			continue
		}
		line := r.acc[:len(r.acc)-1]
		r.acc = nil
		return line, nil
	}
}

// Close closes the file.
func (r *Reader) Close() error { return r.f.Close() }

var _ io.Closer = (*Reader)(nil)
