package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"glassbox/tui"
)

// version is set by the linker (Makefile); without that the module's own is told.
var version = ""

func main() {
	dispatch() // a prober, or a program of the demo image: never returns then
	os.Exit(status(execute(interrupts(), os.Args[1:])))
}

// again carries, in a context, the channel that the second signal closes: whoever
// waits after the first is not to wait any more.
type again struct{}

// armed carries, in a context, the channel that is closed when signals end the context.
type armed struct{}

// interrupts gives a context that Ctrl-C and SIGTERM end, and a standard output
// that nobody reads any more. They do so when armed says so; until then they end the
// process, which has made nothing yet. Go's runtime takes signals one by one, each by
// way of a thread: a third of a millisecond, in which the commands are made.
func interrupts() context.Context {
	first, more, ready := make(chan os.Signal, 4), make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancelCause(context.WithValue(context.WithValue(context.Background(), again{}, more), armed{}, ready))
	go func() {
		signal.Notify(first, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
		keepPipes(first)
		close(ready)
		cancel(bySignal{<-first})
		<-first
		close(more)
	}()
	return ctx
}

// bySignal says that a signal ends what is under way.
type bySignal struct{ sig os.Signal }

func (b bySignal) Error() string     { return fmt.Sprintf("ended by %v", b.sig) }
func (b bySignal) Signal() os.Signal { return b.sig }

// ended carries a container's exit status through cobra; what there is to say has been said.
type ended struct{ code int }

func (e ended) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// status is docker's exit status for an error: the container's own, or 125.
func status(err error) int {
	var e ended
	switch {
	case unread():
		return brokenPipe
	case err == nil:
		return whole(0)
	case errors.As(err, &e):
		return whole(e.code)
	}
	say(err.Error())
	return 125
}

// tongue is the language of what is said on standard error: the locale's, or that of --lang.
var tongue = tui.LangFrom(os.Getenv)

// say says one sentence on standard error; what comes from an image or a
// registry is made safe for a terminal.
func say(text string) {
	fmt.Fprintln(stderr, "glassbox: "+clean(strings.Join(strings.Fields(tui.Phrase(text, tongue)), " ")))
}

func versionText() string {
	if version != "" {
		return version
	}
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "devel"
}
