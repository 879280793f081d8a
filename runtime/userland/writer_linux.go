package userland

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// writer writes to a file at full speed and prints each second how much came
// through. O_DIRECT goes past the page cache, so that io.max is felt at once;
// without it (--cached) the kernel writes later. The file is removed at the end.
func writer(args []string) int {
	o, rest, err := getopt(args, "", "size:", "block:", "for:", "cached")
	if err != nil || len(rest) > 1 {
		return misuse("writer", err)
	}
	most, err := o.number("size", 64<<20)
	block, berr := o.number("block", 256<<10)
	span, serr := o.span("for", 10*time.Second)
	if err = errors.Join(err, berr, serr); err == nil && (block < 512 || block%512 != 0 || block > 64<<20 || most < block) {
		err = fmt.Errorf("a block is a multiple of 512 bytes, 64Mi at most, and the size no smaller")
	}
	if err != nil {
		return misuse("writer", err)
	}
	path := "writer.tmp"
	if len(rest) == 1 {
		path = rest[0]
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if !o.has("cached") {
		flags |= unix.O_DIRECT
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if errors.Is(err, unix.EINVAL) {
		return complain("writer", "%s: this file system has no O_DIRECT: try a volume, or --cached", path)
	}
	if err != nil {
		return fail("writer", err)
	}
	defer func() { _ = os.Remove(path) }()
	// SIGTERM and Ctrl-C end it as well, and the file goes.
	stop := on(unix.SIGTERM, unix.SIGINT)
	buf := aligned(int(block))
	begin, last := time.Now(), time.Now()
	var written, before, at int64
	for time.Since(begin) < span && len(stop) == 0 {
		n, err := f.WriteAt(buf, at)
		written += int64(n)
		if at += block; at+block > most {
			at = 0
		}
		if err != nil {
			return complain("writer", "%s after %d MB: %s", path, written/1e6, reason(err))
		}
		if took := time.Since(last); took >= time.Second {
			printf("writer: %6.1f MB/s\n", float64(written-before)/1e6/took.Seconds())
			last, before = time.Now(), written
		}
	}
	printf("writer: %d MB in %.1f s, %.1f MB/s\n", written/1e6, time.Since(begin).Seconds(), float64(written)/1e6/time.Since(begin).Seconds())
	return 0
}
