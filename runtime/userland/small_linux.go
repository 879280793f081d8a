package userland

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The programs of a few lines.

func yes([]string) int { return 0 }
func no([]string) int  { return 1 }

// sleep waits for the sum of its arguments. It has no handler for any signal, so
// that as PID 1 it shows what that means.
func sleep(args []string) int {
	var sum time.Duration
	if len(args) == 0 {
		return misuse("sleep", fmt.Errorf("missing operand"))
	}
	for _, arg := range args {
		d, err := duration(arg)
		if err != nil {
			return misuse("sleep", err)
		}
		if sum += d; sum < 0 || d == 1<<63-1 {
			forever()
		}
	}
	time.Sleep(sum)
	return 0
}

func pwd([]string) int {
	dir, err := os.Getwd()
	if err != nil {
		return fail("pwd", err)
	}
	printf("%s\n", dir)
	return 0
}

func basename(args []string) int {
	if len(args) == 0 || len(args) > 2 {
		return misuse("basename", nil)
	}
	base := filepath.Base(args[0])
	if len(args) == 2 && base != args[1] {
		base = strings.TrimSuffix(base, args[1])
	}
	printf("%s\n", base)
	return 0
}

func dirname(args []string) int {
	if len(args) == 0 {
		return misuse("dirname", nil)
	}
	for _, arg := range args {
		if trimmed := strings.TrimRight(arg, "/"); trimmed != "" {
			arg = trimmed
		}
		printf("%s\n", filepath.Dir(arg))
	}
	return 0
}

// nproc asks sched_getaffinity(2): a cpuset changes it, a CPU quota does not.
func nproc([]string) int {
	var set unix.CPUSet
	n := runtime.NumCPU()
	if err := unix.SchedGetaffinity(0, &set); err == nil {
		n = set.Count()
	}
	printf("%d\n", n)
	return 0
}

func seq(args []string) int {
	first, last := 1, 0
	var err error
	switch len(args) {
	case 1:
		last, err = strconv.Atoi(args[0])
	case 2:
		if first, err = strconv.Atoi(args[0]); err == nil {
			last, err = strconv.Atoi(args[1])
		}
	default:
		return misuse("seq", nil)
	}
	if err != nil {
		return misuse("seq", err)
	}
	w, done := out()
	for i := first; i <= last; i++ {
		if _, err := fmt.Fprintln(w, i); err != nil {
			break
		}
	}
	return done()
}

func clearScreen([]string) int {
	printf("\x1b[H\x1b[2J\x1b[3J")
	return 0
}

func syncAll([]string) int {
	unix.Sync()
	return 0
}

// tty prints the name of the terminal that standard input is.
func tty([]string) int {
	if _, err := unix.IoctlGetTermios(0, unix.TCGETS); err != nil {
		printf("not a tty\n")
		return 1
	}
	name, err := os.Readlink("/proc/self/fd/0")
	if err != nil {
		return fail("tty", err)
	}
	printf("%s\n", name)
	return 0
}

func which(args []string) int {
	status := 0
	for _, arg := range args {
		path, err := exec.LookPath(arg)
		if err != nil {
			status = 1
			continue
		}
		printf("%s\n", path)
	}
	return status
}
