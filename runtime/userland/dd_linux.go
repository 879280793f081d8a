package userland

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// copying is what dd was asked to do.
type copying struct {
	from, to          string
	block             int64
	count, skip, seek int64
	in, out           int // open(2) flags
	trunc, sync       bool
	quiet             bool
}

// dd copies blocks, and says at the end how many and how fast.
func dd(args []string) int {
	c := copying{block: 512, count: -1, trunc: true}
	for _, arg := range args {
		if err := c.operand(arg); err != nil {
			return misuse("dd", err)
		}
	}
	r, w := os.Stdin, os.Stdout
	var err error
	if c.from != "" {
		if r, err = os.OpenFile(c.from, os.O_RDONLY|c.in, 0); err != nil {
			return complain("dd", "failed to open '%s': %s", c.from, reason(err))
		}
	}
	if c.to != "" {
		flags := os.O_WRONLY | os.O_CREATE | c.out
		if c.trunc && c.seek == 0 {
			flags |= os.O_TRUNC
		}
		if w, err = os.OpenFile(c.to, flags, 0o666); err != nil {
			return complain("dd", "failed to open '%s': %s", c.to, reason(err))
		}
	}
	if c.skip > 0 {
		if _, err := r.Seek(c.skip*c.block, io.SeekStart); err != nil {
			_, err = io.CopyN(io.Discard, r, c.skip*c.block)
			if err != nil {
				return complain("dd", "'%s': cannot skip to specified offset", c.from)
			}
		}
	}
	if c.seek > 0 {
		if _, err := w.Seek(c.seek*c.block, io.SeekStart); err != nil {
			return complain("dd", "'%s': cannot seek: %s", c.to, reason(err))
		}
	}
	return c.run(r, w)
}

func (c *copying) operand(arg string) error {
	name, value, ok := strings.Cut(arg, "=")
	if !ok {
		return fmt.Errorf("unrecognized operand '%s'", arg)
	}
	var err error
	switch name {
	case "if":
		c.from = value
	case "of":
		c.to = value
	case "bs":
		if c.block, err = size(value); err == nil && (c.block < 1 || c.block > 1<<30) {
			err = fmt.Errorf("invalid number: '%s'", value)
		}
	case "count":
		c.count, err = size(value)
	case "skip":
		c.skip, err = size(value)
	case "seek":
		c.seek, err = size(value)
	case "status":
		c.quiet = value == "none"
	case "conv", "iflag", "oflag":
		return c.flags(name, value)
	default:
		err = fmt.Errorf("unrecognized operand '%s'", arg)
	}
	return err
}

func (c *copying) flags(name, values string) error {
	for v := range strings.SplitSeq(values, ",") {
		bit, known := map[string]int{
			"direct": unix.O_DIRECT, "sync": unix.O_SYNC, "dsync": unix.O_DSYNC, "append": unix.O_APPEND,
			"nonblock": unix.O_NONBLOCK, "fullblock": 0,
		}[v]
		switch {
		case name == "conv" && v == "notrunc":
			c.trunc = false
		case name == "conv" && (v == "fsync" || v == "fdatasync"):
			c.sync = true
		case name == "iflag" && known:
			c.in |= bit
		case name == "oflag" && known:
			c.out |= bit
		default:
			return fmt.Errorf("invalid %s: '%s'", name, v)
		}
	}
	return nil
}

// run copies block by block, so that each is one read(2) and one write(2).
func (c *copying) run(r, w *os.File) int {
	buf := aligned(int(c.block))
	start := time.Now()
	var full, part, outFull, outPart, total int64
	status := 0
	for c.count < 0 || full+part < c.count {
		n, err := r.Read(buf)
		if n == 0 {
			if err != nil && err != io.EOF { //nolint:errorlint // os.File gives io.EOF itself.
				status = complain("dd", "error reading '%s': %s", c.from, reason(err))
			}
			break
		}
		whole := int64(n) == c.block
		full, part = add(whole, full, part)
		m, err := w.Write(buf[:n])
		total += int64(m)
		if err != nil {
			status = complain("dd", "error writing '%s': %s", c.to, reason(err))
			break
		}
		outFull, outPart = add(whole, outFull, outPart)
	}
	if c.sync {
		if err := w.Sync(); err != nil {
			status = complain("dd", "fsync failed for '%s': %s", c.to, reason(err))
		}
	}
	if err := w.Close(); err != nil {
		status = complain("dd", "closing '%s': %s", c.to, reason(err))
	}
	if !c.quiet {
		took := time.Since(start)
		_, _ = fmt.Fprintf(os.Stderr, "%d+%d records in\n%d+%d records out\n%d bytes (%s) copied, %.6g s, %s\n",
			full, part, outFull, outPart, total, decimal(float64(total), "B"), took.Seconds(), decimal(float64(total)/took.Seconds(), "B/s"))
	}
	return status
}

func add(whole bool, full, part int64) (int64, int64) {
	if whole {
		return full + 1, part
	}
	return full, part + 1
}

// decimal is an amount in powers of a thousand: "1.1 MB", "324 kB/s".
func decimal(n float64, unit string) string {
	i := 0
	for n >= 1000 && i < 4 {
		n /= 1000
		i++
	}
	prefix := []string{"", "k", "M", "G", "T"}[i]
	if i > 0 && n < 10 {
		return fmt.Sprintf("%.1f %s%s", n, prefix, unit)
	}
	return fmt.Sprintf("%.0f %s%s", n, prefix, unit)
}

// aligned is a buffer that begins at a page, as O_DIRECT wants it: open(2).
func aligned(n int) []byte {
	buf, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, n)
	}
	return buf
}
