package userland

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
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

// sigs prints each signal that arrives, and who sent it: signalfd(2) tells, and
// says PID 0 for senders that this pid namespace doesn't have. The signals must
// be blocked for that, in all threads: only a new start can do so, with the mask
// that it inherits.
func sigs(args []string) int {
	const again = "GLASSBOX_SIGS_BLOCKED"
	span := time.Duration(1<<63 - 1)
	if len(args) > 0 {
		var err error
		if span, err = duration(args[0]); err != nil || len(args) > 1 {
			return misuse("sigs", err)
		}
	}
	var mask unix.Sigset_t
	for n := 1; n <= 64; n++ {
		switch syscall.Signal(n) {
		case syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGURG, 32, 33:
		default:
			mask.Val[(n-1)/wordBits] |= 1 << ((n - 1) % wordBits)
		}
	}
	if os.Getenv(again) == "" {
		runtime.LockOSThread()
		if err := unix.PthreadSigmask(unix.SIG_BLOCK, &mask, nil); err != nil {
			return fail("sigs", err)
		}
		err := syscall.Exec("/proc/self/exe", append([]string{"sigs"}, args...), append(os.Environ(), again+"=1"))
		return fail("sigs", err)
	}
	fd, err := unix.Signalfd(-1, &mask, unix.SFD_CLOEXEC)
	if err != nil {
		return complain("sigs", "signalfd: %s", reason(err))
	}
	printf("sigs: PID %d, printing signals\n", os.Getpid())
	time.AfterFunc(span, func() { os.Exit(0) })
	for {
		var info unix.SignalfdSiginfo
		b := (*[unsafe.Sizeof(info)]byte)(unsafe.Pointer(&info))[:]
		if _, err := unix.Read(fd, b); err != nil {
			return complain("sigs", "read: %s", reason(err))
		}
		printf("sigs: got %s (%d) from %s\n", signame(syscall.Signal(info.Signo)), info.Signo, sender(&info))
	}
}

const wordBits = 8 * int(unsafe.Sizeof(unix.Sigset_t{}.Val[0]))

// sender says who: si_code is above zero when it was the kernel.
func sender(info *unix.SignalfdSiginfo) string {
	switch {
	case info.Code > 0:
		return "the kernel"
	case info.Pid == 0:
		return "outside this pid namespace"
	}
	return fmt.Sprintf("PID %d, uid %d", info.Pid, info.Uid)
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
