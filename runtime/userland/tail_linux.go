package userland

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"time"
)

// tail prints the end of files, and with -f what is added to the last one.
func tail(args []string) int {
	o, files, err := getopt(shorthand(args), "n:c:fFq", "lines:=n", "bytes:=c", "follow=f", "quiet=q")
	if err != nil {
		return misuse("tail", err)
	}
	lines, err := o.number("n", 10)
	if err != nil {
		return misuse("tail", err)
	}
	last, err := o.number("c", -1)
	if err != nil {
		return misuse("tail", err)
	}
	first := true
	status := open("tail", files, func(name string, r io.Reader) error {
		w := bufio.NewWriter(os.Stdout)
		if len(files) > 1 && !o.has("q") {
			title(w, name, &first)
		}
		if err := end(w, r, int(lines), int(last)); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if (o.has("f") || o.has("F")) && name == files[len(files)-1] {
			return follow(name, r)
		}
		return nil
	})
	return status
}

// end copies the last lines, or the last bytes if that is not negative.
func end(w io.Writer, r io.Reader, lines, last int) error {
	in := bufio.NewReader(r)
	if last >= 0 {
		b, err := io.ReadAll(in)
		if err == nil {
			_, err = w.Write(b[max(0, len(b)-last):])
		}
		return err
	}
	var ring [][]byte
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 && lines > 0 {
			if len(ring) == lines {
				ring = ring[1:]
			}
			ring = append(ring, line)
		}
		if err == io.EOF { //nolint:errorlint // bufio gives io.EOF itself.
			break
		}
		if err != nil {
			return err
		}
	}
	for _, line := range ring {
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// follow copies what is added to a file, and begins again when it shrinks.
func follow(name string, r io.Reader) error {
	f, ok := r.(*os.File)
	if !ok {
		return nil
	}
	for {
		if _, err := io.Copy(os.Stdout, struct{ io.Reader }{f}); err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if at, err := f.Seek(0, io.SeekCurrent); err == nil && info.Size() < at {
			_, _ = fmt.Fprintf(os.Stderr, "tail: %s: file truncated\n", name)
			_, _ = f.Seek(0, io.SeekStart)
		}
		time.Sleep(250 * time.Millisecond)
	}
}
