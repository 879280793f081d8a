package userland

import (
	"context"
	"errors"
	"os"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// test, [ and printf are the interpreter's own: as programs they ask it.

func test(args []string) int     { return builtin("test", args) }
func printfer(args []string) int { return builtin("printf", args) }

func bracket(args []string) int {
	if len(args) == 0 || args[len(args)-1] != "]" {
		complain("[", "missing ']'")
		return 2
	}
	return test(args[:len(args)-1])
}

func builtin(name string, args []string) int {
	words := []string{name}
	for _, a := range args {
		words = append(words, quote(a))
	}
	file, err := syntax.NewParser().Parse(strings.NewReader(strings.Join(words, " ")), name)
	if err != nil {
		fail(name, err)
		return 2
	}
	run, err := interp.New(interp.StdIO(os.Stdin, os.Stdout, os.Stderr))
	if err != nil {
		fail(name, err)
		return 2
	}
	var status interp.ExitStatus
	if err := run.Run(context.Background(), file); errors.As(err, &status) {
		return int(status)
	} else if err != nil {
		fail(name, err)
		return 2
	}
	return 0
}
