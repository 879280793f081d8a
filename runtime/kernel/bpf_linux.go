package kernel

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/journal"
)

// loadAttr and attachAttr are the beginnings of union bpf_attr of <linux/bpf.h>
// for BPF_PROG_LOAD and BPF_PROG_ATTACH.
type loadAttr struct {
	progType, count uint32
	insns, license  uint64
	logLevel        uint32
	logSize         uint32
	logBuf          uint64
	kernVersion     uint32
	progFlags       uint32
}

type attachAttr struct{ target, prog, attachType, flags uint32 }

// DeviceProgram loads a device filter into the kernel and attaches it to a
// group of cgroup v2, which has no files for devices. It goes with the group.
// See bpf(2) and Documentation/admin-guide/cgroup-v2.rst, "Device controller".
func (k *Kernel) DeviceProgram(dir string, program []cgroup.Insn) error {
	c := journal.Call{
		Name: "bpf", Man: "bpf(2)",
		Args: args("cmd", "BPF_PROG_LOAD, BPF_PROG_ATTACH", "prog_type", "BPF_PROG_TYPE_CGROUP_DEVICE", "insn_cnt", itoa(len(program)), "target", dir),
		Sh:   "bpftool cgroup attach " + Quote(dir) + " device pinned /sys/fs/bpf/devices",
	}
	return k.do(c, "attach the device filter to "+dir, func() error {
		group, err := unix.Open(dir, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		defer unix.Close(group)
		code, license := cgroup.Encode(program), append([]byte(cgroup.License), 0)
		load := loadAttr{
			progType: unix.BPF_PROG_TYPE_CGROUP_DEVICE, count: uint32(len(program)),
			insns: uint64(uintptr(unsafe.Pointer(&code[0]))), license: uint64(uintptr(unsafe.Pointer(&license[0]))),
		}
		prog, err := bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&load), unsafe.Sizeof(load))
		runtime.KeepAlive(code)
		runtime.KeepAlive(license)
		if err != nil {
			return err
		}
		defer unix.Close(prog)
		attach := attachAttr{target: uint32(group), prog: uint32(prog), attachType: unix.BPF_CGROUP_DEVICE, flags: unix.BPF_F_ALLOW_MULTI}
		_, err = bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&attach), unsafe.Sizeof(attach))
		return err
	})
}

func bpf(cmd uintptr, attr unsafe.Pointer, size uintptr) (int, error) {
	fd, _, e := unix.Syscall(unix.SYS_BPF, cmd, uintptr(attr), size)
	if e != 0 {
		return -1, e
	}
	return int(fd), nil
}
