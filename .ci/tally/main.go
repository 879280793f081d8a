// Tally reads the events of one or more `go test -json` runs from standard
// input, tells each package's result as it comes, then what failed, what was
// skipped and why, and as its last line how many passed, failed and were skipped.
//
// The suite runs in several places: this machine, a virtual machine as root, as
// an ordinary user. An event {"Action":"place","Output":NAME} says that what
// follows ran elsewhere; "died" that a run broke off, "ended" that it ended with
// a failure (that the events before it should tell). A
// test that was skipped in one place and passed in another has passed; one that
// failed anywhere has failed.
//
// With CI set, a test that was skipped everywhere because root, a virtual
// machine, an ordinary user, a tool or the test images were missing has failed:
// there, they must not be.
//
// Exit status: 0 where nothing failed and something passed, else 1.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdin, os.Stdout, os.Getenv("CI") != ""); err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, strict bool) error {
	t := newTally(out)
	if err := t.read(in); err != nil {
		return err
	}
	return t.report(strict)
}
