package lessons

import "strings"

// flags are the flags of `glassbox run` that a lesson's run may have, and whether
// each takes a value. How the run is shown, kept and stepped through is the
// learner's; limits, names, joins and what is left out have fields.
var flags = map[string]bool{
	"--env": true, "-e": true, "--workdir": true, "-w": true, "--user": true, "-u": true, "--volume": true, "-v": true, "--memory": true,
	"-m": true, "--memory-swap": true, "--cpus": true, "--cpu-shares": true, "--pids-limit": true, "--hostname": true, "--network": true,
	"--pid": true, "--ipc": true, "--uts": true, "--userns": true, "--cap-add": true, "--cap-drop": true, "--read-only": false,
	"--security-opt": true, "--publish": true, "-p": true, "--platform": true, "--entrypoint": true, "--pull": true, "--init": false,
	"--privileged": false, "--tmpfs": true, "--cpuset-cpus": true, "--cpuset-mems": true, "--device-read-bps": true,
	"--device-write-bps": true, "--device-read-iops": true, "--device-write-iops": true, "--dns": true, "--insecure-registry": true,
	"--max-unpacked": true, "--tty": false, "-t": false,
}

// Flags are the flags that a lesson's run may have, for a test that holds them
// against those of `glassbox run`.
func Flags() map[string]bool {
	m := make(map[string]bool, len(flags))
	for k, v := range flags {
		m[k] = v
	}
	return m
}

// flagFault says what is wrong with a run's flags; "" if nothing is.
func flagFault(list []string) string {
	for i := 0; i < len(list); i++ {
		name, _, joined := strings.Cut(list[i], "=")
		value, ok := flags[name]
		switch {
		case !ok:
			known := make([]string, 0, len(flags))
			for k := range flags {
				known = append(known, k)
			}
			return "a lesson's run takes no flag " + list[i] + meant(name, known)
		case value && !joined:
			i++
			if i == len(list) {
				return "the flag " + name + " needs a value: [" + name + ", value]"
			}
		case !value && joined:
			return "the flag " + name + " takes no value"
		}
	}
	return ""
}
