package proc

import "strings"

// ParseCmdline reads /proc/PID/cmdline: the arguments, each ended by a NUL byte.
// It is nil for a kernel thread and a zombie. See proc_pid_cmdline(5).
func ParseCmdline(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(b), "\x00"), "\x00")
}

// ParseEnviron reads /proc/PID/environ: the environment at execve(2), as
// NAME=value, each ended by a NUL byte. Empty entries are left out. See
// proc_pid_environ(5).
func ParseEnviron(b []byte) []string {
	var env []string
	for _, e := range strings.Split(string(b), "\x00") {
		if e != "" {
			env = append(env, e)
		}
	}
	return env
}
