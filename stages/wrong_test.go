package stages

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/image"
	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// TestWrong: what a person can do is told apart from what went wrong, wherever it
// happened, and nothing is told twice.
func TestWrong(t *testing.T) {
	for _, c := range []struct {
		err  error
		want journal.Error
	}{
		{
			fmt.Errorf("the first process: %w", &kernel.Error{Tried: "mount proc", Err: unix.EPERM, Mend: "run as root"}),
			journal.Error{Text: "the first process: mount proc: operation not permitted", Errno: "EPERM", Mend: "run as root"},
		},
		{&child.Refused{Text: "mount proc: no: run as root", Errno: unix.EPERM, Mend: "run as root"}, journal.Error{Text: "mount proc: no", Errno: "EPERM", Mend: "run as root"}},
		{&image.Error{Text: "it is not there", Mend: "check the spelling"}, journal.Error{Text: "it is not there", Mend: "check the spelling"}},
		{&kernel.Error{Tried: "mount proc", Err: unix.EPERM}, journal.Error{Text: "mount proc: operation not permitted", Errno: "EPERM"}},
		{fmt.Errorf("%w (and more)", &kernel.Error{Tried: "a", Err: unix.EPERM, Mend: "b"}), journal.Error{Text: "a: operation not permitted: b (and more)", Errno: "EPERM"}},
	} {
		if got := wrong(c.err); *got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.err, *got, c.want)
		}
	}
}
