package userland

import (
	"os"
	"os/signal"
	"syscall"
	"unsafe"
)

// sigaction is struct kernel_sigaction of amd64 and arm64.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const (
	sigDfl = 0
	sigIgn = 1
)

// plainSignals gives the signals back their default effect. The Go runtime has
// handlers for nearly all of them; a program in C has none, and that makes a
// difference that a learner has to see: PID 1 of a pid namespace gets no signal
// that it has no handler for (pid_namespaces(7)), while a Go program as PID 1
// would end on SIGTERM, with status 2.
//
// Left alone are the signals by which the runtime learns of faults and preempts,
// and those that were ignored when the program began (nohup).
func plainSignals() {
	for n := 1; n <= 64; n++ {
		switch sig := syscall.Signal(n); sig {
		case syscall.SIGKILL, syscall.SIGSTOP, 32, 33, // 32 and 33 belong to C libraries.
			syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS,
			syscall.SIGURG, syscall.SIGPROF:
		default:
			var now sigaction
			if rtSigaction(sig, nil, &now) == nil && now.handler != sigIgn {
				plainSignal(sig)
			}
		}
	}
}

// plainSignal gives one signal its default effect. Ignore first, so that the
// runtime knows that the handler is gone, and installs it again if asked to.
func plainSignal(sig syscall.Signal) {
	signal.Ignore(sig)
	_ = rtSigaction(sig, &sigaction{handler: sigDfl}, nil)
}

// rtSigaction is rt_sigaction(2).
func rtSigaction(sig syscall.Signal, act, old *sigaction) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig),
		uintptr(unsafe.Pointer(act)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// number is a signal that os/signal delivered: on Linux each is a number.
func number(sig os.Signal) syscall.Signal {
	n, ok := sig.(syscall.Signal)
	if !ok {
		return 0
	}
	return n
}

// on delivers signals to a channel.
func on(sigs ...os.Signal) <-chan os.Signal {
	c := make(chan os.Signal, 64)
	signal.Notify(c, sigs...)
	return c
}
