package userland

import (
	"errors"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// forker forks until the kernel refuses, or until it has --max children, and
// says at which count and with which error. The children wait, and die with it.
func forker(args []string) int {
	o, rest, err := getopt(args, "", "max:", "hold:")
	if err != nil || len(rest) > 0 {
		return misuse("forker", err)
	}
	most, err := o.number("max", 2000)
	if err != nil {
		return misuse("forker", err)
	}
	hold, err := o.span("hold", time.Second)
	if err != nil {
		return misuse("forker", err)
	}
	runtime.LockOSThread() // The children die with the thread that made them.
	count := int64(0)
	refused := error(nil)
	for count < most {
		if _, refused = fork(true); refused != nil {
			break
		}
		count++
		if count&(count-1) == 0 {
			printf("forker: %d children\n", count)
		}
	}
	if refused == nil {
		printf("forker: %d children, and nobody refused (--max)\n", count)
	} else {
		printf("forker: fork %d refused: %s (%s)\n", count+1, reason(refused), errName(refused))
	}
	time.Sleep(hold)
	if refused != nil {
		return 1
	}
	return 0
}

// errName is an error's name, EAGAIN.
func errName(err error) string {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return unix.ErrnoName(errno)
	}
	return err.Error()
}

// zombies makes children that end at once, and waits for none of them: they stay
// in the process table, state Z, as long as their parent does. When it ends they
// become PID 1's, which may wait for them, or not.
func zombies(args []string) int {
	o, rest, err := getopt(args, "", "hold:")
	if err != nil || len(rest) > 1 {
		return misuse("zombies", err)
	}
	n := 3
	if len(rest) == 1 {
		if n, err = strconv.Atoi(rest[0]); err != nil || n < 1 || n > 10000 {
			return misuse("zombies", err)
		}
	}
	hold, err := o.span("hold", 1<<63-1)
	if err != nil {
		return misuse("zombies", err)
	}
	for range n {
		pid, err := fork(false)
		if err != nil {
			return complain("zombies", "fork: %s", reason(err))
		}
		printf("zombies: PID %d ended, and nobody waits for it\n", pid)
	}
	time.Sleep(hold)
	return 0
}
