package seccomp

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// The calls of i386 that have others behind them, by the number in argument 0.
const (
	socketcall = 102
	ipc        = 117
)

// mux is a call that can also be made through socketcall(2) or ipc(2).
type mux struct {
	call uint32
	arg  uint64
}

// sockets and messages are in the order of their numbers (include/uapi/linux/net.h,
// from 1; include/uapi/linux/ipc.h).
var (
	sockets = []string{
		"", "socket", "bind", "connect", "listen", "accept", "getsockname", "getpeername", "socketpair", "send", "recv",
		"sendto", "recvfrom", "shutdown", "setsockopt", "getsockopt", "sendmsg", "recvmsg", "accept4", "recvmmsg", "sendmmsg",
	}
	messages = []struct {
		name string
		arg  uint64
	}{
		{"semop", 1},
		{"semget", 2},
		{"semctl", 3},
		{"semtimedop", 4},
		{"msgsnd", 11},
		{"msgrcv", 12},
		{"msgget", 13},
		{"msgctl", 14},
		{"shmat", 21},
		{"shmdt", 22},
		{"shmget", 23},
		{"shmctl", 24},
	}
)

func muxed(name string) (mux, bool) {
	if i := slices.Index(sockets, name); i > 0 {
		return mux{socketcall, uint64(i)}, true
	}
	for _, m := range messages {
		if m.name == name {
			return mux{ipc, m.arg}, true
		}
	}
	return mux{}, false
}

// with is a rule's comparisons for the call behind the other one. Argument 0 is its
// number there; what a rule asks of it can't be seen, and libseccomp forgets it.
func (m mux) with(args []specs.LinuxSeccompArg) []specs.LinuxSeccompArg {
	list := []specs.LinuxSeccompArg{{Index: 0, Value: m.arg, Op: specs.OpEqualTo}}
	for _, a := range args {
		if a.Index != 0 {
			list = append(list, a)
		}
	}
	return list
}
