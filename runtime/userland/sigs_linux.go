package userland

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// ignoreterm has a handler for SIGTERM, and that is all it has.
func ignoreterm(args []string) int {
	span := time.Duration(1<<63 - 1)
	if len(args) > 0 {
		var err error
		if span, err = duration(args[0]); err != nil || len(args) > 1 {
			return misuse("ignoreterm", err)
		}
	}
	got := on(syscall.SIGTERM)
	printf("ignoreterm: PID %d, SIGTERM will not end me\n", os.Getpid())
	end := time.After(span)
	for n := 1; ; n++ {
		select {
		case <-got:
			printf("ignoreterm: got SIGTERM, for the %d. time, and go on\n", n)
		case <-end:
			return 0
		}
	}
}

// sigs has a handler for every signal that can have one, and prints each that
// arrives. SIGURG is left out: the Go runtime sends itself that one.
func sigs(args []string) int {
	span := time.Duration(1<<63 - 1)
	if len(args) > 0 {
		var err error
		if span, err = duration(args[0]); err != nil || len(args) > 1 {
			return misuse("sigs", err)
		}
	}
	got := make(chan os.Signal, 1024)
	for n := 1; n <= 64; n++ {
		if sig := syscall.Signal(n); sig != syscall.SIGURG && sig != 32 && sig != 33 {
			signal.Notify(got, sig)
		}
	}
	printf("sigs: PID %d, printing signals; only SIGKILL ends me\n", os.Getpid())
	end := time.After(span)
	for {
		select {
		case s := <-got:
			sig := number(s)
			printf("sigs: got %s (%d)\n", signame(sig), int(sig))
		case <-end:
			return 0
		}
	}
}

// printer prints numbered lines at a rate, every nth on standard error.
func printer(args []string) int {
	o, rest, err := getopt(args, "", "rate:", "count:", "stderr:", "size:")
	if err != nil || len(rest) > 1 {
		return misuse("printer", err)
	}
	rate, err := strconv.ParseFloat(o.get("rate", "1"), 64)
	if err != nil || rate < 0 {
		return misuse("printer", fmt.Errorf("invalid rate '%s' (lines a second; 0: as fast as it goes)", o.get("rate", "")))
	}
	count, err := o.number("count", 1<<62)
	if err != nil {
		return misuse("printer", err)
	}
	every, err := o.number("stderr", 0)
	if err != nil {
		return misuse("printer", err)
	}
	text := "hello"
	if len(rest) == 1 {
		text = rest[0]
	}
	begin := time.Now()
	for n := int64(1); n <= count; n++ {
		if every > 0 && n%every == 0 {
			_, err = fmt.Fprintf(os.Stderr, "%d %s (on standard error)\n", n, text)
		} else {
			_, err = fmt.Fprintf(os.Stdout, "%d %s\n", n, text)
		}
		if err != nil {
			return fail("printer", err)
		}
		if rate > 0 && n < count {
			time.Sleep(time.Until(begin.Add(time.Duration(float64(n) / rate * float64(time.Second)))))
		}
	}
	return 0
}
