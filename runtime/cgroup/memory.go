package cgroup

import (
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// memory writes the limits of memory, of memory with swap, and what is protected.
// In the specification swap is the sum of both, as in version 1; -1 is no limit.
func (b *builder) memory(m specs.LinuxMemory) {
	limit, swap, low := or(m.Limit), or(m.Swap), or(m.Reservation)
	set := limit != 0 || swap != 0 || low != 0 || m.Swappiness != nil || or(m.DisableOOMKiller)
	if !set {
		return
	}
	switch {
	case limit < -1 || swap < -1 || low < -1:
		b.fail("limit memory: a size below zero; -1 alone says that there is no limit")
		return
	case swap > 0 && limit == 0:
		b.fail("limit memory with swap to %d bytes: that is the sum of both, so a limit of memory has to be given as well", swap)
		return
	case swap > 0 && limit > 0 && swap < limit:
		b.fail("limit memory with swap to %d bytes: that is the sum of both, and memory alone may be %d", swap, limit)
		return
	}
	switch b.version("memory", "memory") {
	case 1:
		b.memoryV1(m, limit, swap, low)
	case 2:
		b.memoryV2(m, limit, swap, low)
	}
}

// memoryV2 writes memory.max before memory.swap.max: a group whose memory is
// limited only afterwards could for a moment push all of it into swap.
func (b *builder) memoryV2(m specs.LinuxMemory, limit, swap, low int64) {
	if limit != 0 {
		b.v2("memory", "memory.max", size(limit))
	}
	switch {
	case limit == -1 && swap == 0:
		swap = -1 // no limit of memory: none of swap either, as in version 1
	case swap > 0 && limit > 0:
		swap -= limit
		b.add(File{Controller: "memory", Name: "memory.swap.max", Value: size(swap), Man: manV2, Optional: swap == 0})
		swap = 0
	}
	if swap != 0 {
		b.add(File{Controller: "memory", Name: "memory.swap.max", Value: size(swap), Man: manV2, Optional: swap == -1})
	}
	if low != 0 {
		b.v2("memory", "memory.low", size(low))
	}
	if or(m.DisableOOMKiller) {
		b.fail("leave the OOM killer out: version 2 of control groups always has it")
	}
	// Swappiness of a group is gone in version 2; runc ignores it as well.
}

func (b *builder) memoryV1(m specs.LinuxMemory, limit, swap, low int64) {
	const page = "memory"
	if limit == -1 && swap == 0 {
		swap = -1
	}
	if limit != 0 {
		b.v1("memory", "memory.limit_in_bytes", strconv.FormatInt(limit, 10), page)
	}
	if swap != 0 {
		b.add(File{
			Controller: "memory", Name: "memory.memsw.limit_in_bytes", Value: strconv.FormatInt(swap, 10),
			Man: manV1(page), Optional: swap == -1 || swap == limit,
		})
	}
	if low != 0 {
		b.v1("memory", "memory.soft_limit_in_bytes", strconv.FormatInt(low, 10), page)
	}
	if or(m.DisableOOMKiller) {
		b.v1("memory", "memory.oom_control", "1", page)
	}
	if m.Swappiness != nil {
		if *m.Swappiness > 100 {
			b.fail("set swappiness to %d: 0 to 100 is what the kernel takes", *m.Swappiness)
			return
		}
		b.v1("memory", "memory.swappiness", strconv.FormatUint(*m.Swappiness, 10), page)
	}
}

// size writes a number of bytes as version 2 has it.
func size(n int64) string {
	if n < 0 {
		return "max"
	}
	return strconv.FormatInt(n, 10)
}
