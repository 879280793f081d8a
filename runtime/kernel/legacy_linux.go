package kernel

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The two questions to the older iptables, and how its answers lie in memory:
// struct ipt_getinfo, ipt_get_entries, ipt_entry and xt_standard_target of
// linux/netfilter_ipv4/ip_tables.h and x_tables.h.
const (
	getInfo       = 64 // IPT_SO_GET_INFO
	getEntries    = 65 // IPT_SO_GET_ENTRIES
	infoSize      = 84
	underflowAt   = 56 // the offsets of the policies' rules, by hook
	sizeAt        = 80
	entriesAt     = 40
	entryHead     = 112
	inFaceAt      = 16
	outFaceAt     = 32
	targetAt      = 88
	nextAt        = 90
	targetName    = 2
	targetHead    = 32
	hookForward   = 2
	verdictDrop   = -1 // -NF_DROP - 1
	filterTable   = "filter"
	dockersChain  = "DOCKER-USER"
	targetsOfName = "ERROR" // the target of the entry that names a chain
)

// legacy looks at the filter table of iptables-legacy, which nftables does not show.
func legacy(bridge string) []Dropper {
	blob, underflow := legacyEntries()
	if blob == nil {
		return nil
	}
	chain, policyDrops := "FORWARD", false
	for at := 0; at+entryHead+targetHead+4 <= len(blob); {
		e := blob[at:]
		next, target := int(binary.NativeEndian.Uint16(e[nextAt:])), int(binary.NativeEndian.Uint16(e[targetAt:]))
		if next < entryHead || target+targetHead+4 > len(e) {
			break
		}
		if text(e[inFaceAt:outFaceAt]) == bridge || text(e[outFaceAt:outFaceAt+16]) == bridge {
			return nil
		}
		name, data := text(e[target+targetName:target+targetHead-1]), e[target+targetHead:]
		if name == targetsOfName && text(data[:min(30, len(data))]) == dockersChain {
			chain = dockersChain
		}
		if at == underflow && name == "" {
			policyDrops = int32(binary.NativeEndian.Uint32(data)) == verdictDrop
		}
		at += next
	}
	if !policyDrops {
		return nil
	}
	return []Dropper{{Table: "filter of iptables-legacy", Chain: "FORWARD", Mend: iptables("iptables-legacy", chain, bridge)}}
}

// legacyEntries are the rules of the filter table, and where the policy of FORWARD lies among them.
func legacyEntries() (blob []byte, underflow int) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.IPPROTO_RAW)
	if err != nil {
		return nil, 0
	}
	defer unix.Close(fd)
	info := make([]byte, infoSize)
	copy(info, filterTable)
	if getsockopt(fd, getInfo, info) != nil {
		return nil, 0
	}
	size := binary.NativeEndian.Uint32(info[sizeAt:])
	if size > 64<<20 {
		return nil, 0
	}
	all := make([]byte, entriesAt+int(size))
	copy(all, filterTable)
	binary.NativeEndian.PutUint32(all[32:], size)
	if getsockopt(fd, getEntries, all) != nil {
		return nil, 0
	}
	return all[entriesAt:], int(binary.NativeEndian.Uint32(info[underflowAt+4*hookForward:]))
}

func getsockopt(fd, option int, b []byte) error {
	n := uint32(len(b))
	_, _, e := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_IP, uintptr(option), uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&n)), 0)
	runtime.KeepAlive(b)
	return errnoOrNil(e)
}

// text is a string that ends at its first zero byte.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}
