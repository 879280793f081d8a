package userland

import (
	"fmt"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// burn computes on N threads for a time, or until a signal, and prints each
// second how much processor time it got: against a limit of one CPU, N threads
// get 1.00 together.
func burn(args []string) int {
	n, span := 1, time.Duration(1<<63-1)
	var err error
	if len(args) > 0 {
		n, err = strconv.Atoi(args[0])
		if err == nil && (n < 1 || n > 1024) {
			err = fmt.Errorf("invalid number of processors: '%s'", args[0])
		}
	}
	if len(args) > 1 && err == nil {
		span, err = duration(args[1])
	}
	if err != nil || len(args) > 2 {
		return misuse("burn", err)
	}
	runtime.GOMAXPROCS(n + 1) // The runtime would keep to the cgroup's limit on its own.
	printf("burn: %d threads\n", n)
	var sink atomic.Uint64
	for range n {
		go func() {
			for x := uint64(1); ; x = x*6364136223846793005 + 1442695040888963407 {
				if x == 0 {
					sink.Add(1)
				}
			}
		}()
	}
	begin, last, used := time.Now(), time.Now(), processorTime()
	for left := span; left > 0; left = span - time.Since(begin) {
		time.Sleep(min(time.Second, left))
		now, total := time.Now(), processorTime()
		printf("burn: %4.1f s, got %.2f CPUs\n", now.Sub(begin).Seconds(), float64(total-used)/float64(now.Sub(last)))
		last, used = now, total
	}
	return 0
}

// processorTime is what this process used, in user and kernel mode: getrusage(2).
func processorTime() time.Duration {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
