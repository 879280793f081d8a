package proc

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// capabilities are in the order of their numbers (include/uapi/linux/capability.h).
// See capabilities(7).
var capabilities = [...]string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID",
	"CAP_KILL", "CAP_SETGID", "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
	"CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE",
	"CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE",
	"CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG",
	"CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
}

// Capabilities are the names of all capabilities; the index is the number.
func Capabilities() []string { return slices.Clone(capabilities[:]) }

// CapName is the name of a capability; "CAP_41" for one that is not known here.
func CapName(number int) string {
	if number >= 0 && number < len(capabilities) {
		return capabilities[number]
	}
	return "CAP_" + strconv.Itoa(number)
}

// CapNames are the names of the capabilities in a mask, in the order of their numbers.
func CapNames(mask uint64) []string {
	var names []string
	for ; mask != 0; mask &= mask - 1 {
		names = append(names, CapName(bits.TrailingZeros64(mask)))
	}
	return names
}

// CapNumber is the number of a capability, written with or without CAP_, in
// capitals or not.
func CapNumber(name string) (int, bool) {
	name = strings.ToUpper(name)
	if !strings.HasPrefix(name, "CAP_") {
		name = "CAP_" + name
	}
	i := slices.Index(capabilities[:], name)
	return i, i >= 0
}

// CapMask is the mask of the named capabilities, the reverse of CapNames.
func CapMask(names []string) (uint64, error) {
	var mask uint64
	for _, n := range names {
		i, ok := CapNumber(n)
		if !ok {
			return 0, fmt.Errorf("%q is no capability: capabilities(7) has the list", n)
		}
		mask |= 1 << i
	}
	return mask, nil
}
