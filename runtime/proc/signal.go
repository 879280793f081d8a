package proc

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// signals has Linux's numbers, as they are on amd64, arm64 and most others,
// whatever system this runs on. See signal(7).
var signals = [...]string{
	1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
	8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE",
	14: "SIGALRM", 15: "SIGTERM", 16: "SIGSTKFLT", 17: "SIGCHLD", 18: "SIGCONT", 19: "SIGSTOP",
	20: "SIGTSTP", 21: "SIGTTIN", 22: "SIGTTOU", 23: "SIGURG", 24: "SIGXCPU", 25: "SIGXFSZ",
	26: "SIGVTALRM", 27: "SIGPROF", 28: "SIGWINCH", 29: "SIGIO", 30: "SIGPWR", 31: "SIGSYS",
}

// The real-time signals as glibc and musl hand them out; they keep the ones below
// for themselves.
const (
	sigRTMin = 34
	sigRTMax = 64
)

var signalAlias = map[string]int{"SIGIOT": 6, "SIGPOLL": 29, "SIGCLD": 17, "SIGUNUSED": 31}

// SignalName is the name of a signal: SIGKILL for 9, SIGRTMIN+2 for 36, "SIG32"
// for one without a name.
func SignalName(n int) string {
	switch {
	case n > 0 && n < len(signals):
		return signals[n]
	case n == sigRTMin:
		return "SIGRTMIN"
	case n > sigRTMin && n <= sigRTMax:
		return fmt.Sprintf("SIGRTMIN+%d", n-sigRTMin)
	}
	return "SIG" + strconv.Itoa(n)
}

// SignalNumber reads a signal as people write it: KILL, SIGKILL, sigkill, 9,
// RTMIN+2, SIGRTMAX-1.
func SignalNumber(name string) (int, bool) {
	name = strings.ToUpper(strings.TrimSpace(name))
	if n, err := strconv.Atoi(name); err == nil {
		return n, n > 0 && n <= sigRTMax
	}
	name = "SIG" + strings.TrimPrefix(name, "SIG")
	if i := slices.Index(signals[1:], name); i >= 0 {
		return i + 1, true
	}
	if n, ok := signalAlias[name]; ok {
		return n, true
	}
	for prefix, base := range map[string]int{"SIGRTMIN": sigRTMin, "SIGRTMAX": sigRTMax} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		off, err := strconv.Atoi(rest)
		n := base + off
		return n, (rest == "" || err == nil) && n >= sigRTMin && n <= sigRTMax
	}
	return 0, false
}

// SignalNames are the names of the signals in a mask of proc_pid_status(5), where
// bit 0 is signal 1.
func SignalNames(mask uint64) []string {
	var names []string
	for ; mask != 0; mask &= mask - 1 {
		names = append(names, SignalName(bits.TrailingZeros64(mask)+1))
	}
	return names
}
