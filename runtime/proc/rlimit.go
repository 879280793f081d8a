package proc

import "strings"

// Rlimit is one line of /proc/PID/limits.
type Rlimit struct {
	Name       string // Max open files
	Soft, Hard string // a number, or "unlimited"
	Unit       string // files, bytes, seconds …; empty for priorities
}

// ParseLimits reads /proc/PID/limits, whose columns are 26, 21 and 21 bytes wide
// (fs/proc/base.c: "%-25s %-20s %-20s %-10s"). See proc_pid_limits(5).
func ParseLimits(b []byte) []Rlimit {
	var limits []Rlimit
	for line := range lines(b) {
		if len(line) < 27 || !strings.HasPrefix(line, "Max ") {
			continue
		}
		f := strings.Fields(line[26:])
		if len(f) < 2 {
			continue
		}
		l := Rlimit{Name: strings.TrimSpace(line[:26]), Soft: f[0], Hard: f[1]}
		if len(f) > 2 {
			l.Unit = f[2]
		}
		limits = append(limits, l)
	}
	return limits
}

// Resource returns the name that setrlimit(2) has for a line of the file:
// RLIMIT_NOFILE for "Max open files", or "".
func (l Rlimit) Resource() string { return resources[l.Name] }

var resources = map[string]string{
	"Max cpu time":          "RLIMIT_CPU",
	"Max file size":         "RLIMIT_FSIZE",
	"Max data size":         "RLIMIT_DATA",
	"Max stack size":        "RLIMIT_STACK",
	"Max core file size":    "RLIMIT_CORE",
	"Max resident set":      "RLIMIT_RSS",
	"Max processes":         "RLIMIT_NPROC",
	"Max open files":        "RLIMIT_NOFILE",
	"Max locked memory":     "RLIMIT_MEMLOCK",
	"Max address space":     "RLIMIT_AS",
	"Max file locks":        "RLIMIT_LOCKS",
	"Max pending signals":   "RLIMIT_SIGPENDING",
	"Max msgqueue size":     "RLIMIT_MSGQUEUE",
	"Max nice priority":     "RLIMIT_NICE",
	"Max realtime priority": "RLIMIT_RTPRIO",
	"Max realtime timeout":  "RLIMIT_RTTIME",
}
