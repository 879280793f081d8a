package seccomp

import (
	"errors"
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// What a filter returns: see seccomp(2).
const (
	retKillProcess = 0x80000000
	retKillThread  = 0x00000000
	retTrap        = 0x00030000
	retErrno       = 0x00050000
	retTrace       = 0x7ff00000
	retLog         = 0x7ffc0000
	retAllow       = 0x7fff0000
)

// Errors that a filter returns, by their numbers on Linux.
const (
	eperm  = 1
	enosys = 38
)

var errNotify = errors.New("SCMP_ACT_NOTIFY asks another program what to do with a call; glassbox has none: use SCMP_ACT_ERRNO or SCMP_ACT_LOG")

// action turns an action into what the filter returns. Like runc, errors and traces
// without a number have EPERM.
func action(a specs.LinuxSeccompAction, errno *uint) (uint32, error) {
	number := uint32(eperm)
	if errno != nil {
		number = uint32(*errno) & 0xffff
	}
	switch a {
	case specs.ActAllow:
		return retAllow, nil
	case specs.ActErrno:
		return retErrno | number, nil
	case specs.ActKill, specs.ActKillThread:
		return retKillThread, nil
	case specs.ActKillProcess:
		return retKillProcess, nil
	case specs.ActTrap:
		return retTrap, nil
	case specs.ActTrace:
		return retTrace | number, nil
	case specs.ActLog:
		return retLog, nil
	case specs.ActNotify:
		return 0, errNotify
	}
	return 0, fmt.Errorf("%q is no action: SCMP_ACT_ALLOW, _ERRNO, _KILL_PROCESS, _KILL_THREAD, _TRAP, _TRACE and _LOG are", a)
}

// The flags of seccomp(2).
const (
	flagTSync     = 1 << 0
	flagLog       = 1 << 1
	flagSpecAllow = 1 << 2
)

// flags turns the profile's flags into seccomp(2)'s. A profile that says nothing, not
// even that it has none, gets SPEC_ALLOW, as in runc: without it the kernel turns
// mitigations on that cost a program much of its speed.
func flags(list []specs.LinuxSeccompFlag) (uint, error) {
	if list == nil {
		return flagSpecAllow, nil
	}
	var f uint
	for _, name := range list {
		switch name {
		case "SECCOMP_FILTER_FLAG_TSYNC":
			f |= flagTSync
		case specs.LinuxSeccompFlagLog:
			f |= flagLog
		case specs.LinuxSeccompFlagSpecAllow:
			f |= flagSpecAllow
		case specs.LinuxSeccompFlagWaitKillableRecv:
			// It has a meaning for SCMP_ACT_NOTIFY alone.
		default:
			return 0, fmt.Errorf("%q is no flag of seccomp(2) that glassbox knows", name)
		}
	}
	return f, nil
}
