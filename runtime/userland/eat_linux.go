package userland

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// eat takes memory step by step, and touches every page, for memory that isn't
// touched isn't there. With --file it writes to a file instead: that fills the
// page cache, which counts for the cgroup as well, but which the kernel can give
// back. Each line is printed after its step, so that the last one tells how far
// it came.
func eat(args []string) int {
	o, rest, err := getopt(args, "", "step:", "every:", "file:", "hold")
	if err != nil || len(rest) != 1 {
		return misuse("eat", err)
	}
	goal, err := size(rest[0])
	if err != nil {
		return misuse("eat", err)
	}
	step, err := o.number("step", 16<<20)
	if err == nil && (step < 4096 || step > 1<<30) {
		err = fmt.Errorf("invalid step: 4Ki to 1Gi")
	}
	if err != nil {
		return misuse("eat", err)
	}
	every, err := o.span("every", 100*time.Millisecond)
	if err != nil {
		return misuse("eat", err)
	}
	bite, kind := touchPages, "anonymous memory"
	if path := o.get("file", ""); path != "" {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return fail("eat", err)
		}
		bite, kind = func(n int64) error { return grow(f, n) }, "page cache of "+path
	}
	for eaten := int64(0); eaten < goal; {
		n := min(step, goal-eaten)
		if err := bite(n); err != nil {
			return complain("eat", "after %d MiB: %s", eaten>>20, reason(err))
		}
		eaten += n
		printf("eat: %d of %d MiB, %s\n", eaten>>20, goal>>20, kind)
		if eaten < goal {
			time.Sleep(every)
		}
	}
	if o.has("hold") {
		printf("eat: full, holding it until a signal comes\n")
		forever()
	}
	return 0
}

// touchPages maps memory and writes a byte to each page. It is never given back.
func touchPages(n int64) error {
	b, err := unix.Mmap(-1, 0, int(n), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	for i := 0; i < len(b); i += os.Getpagesize() {
		b[i] = 1
	}
	return nil
}

func grow(f *os.File, n int64) error {
	chunk := make([]byte, 64<<10)
	for n > 0 {
		k, err := f.Write(chunk[:min(int64(len(chunk)), n)])
		n -= int64(k)
		if err != nil {
			return err
		}
	}
	return nil
}

// forever waits for a signal to end the process. A bare select would do, but the
// runtime calls it a deadlock when nothing else runs.
func forever() {
	for {
		time.Sleep(time.Hour)
	}
}
