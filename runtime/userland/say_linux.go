package userland

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// printf prints to standard output, at once.
func printf(format string, args ...any) {
	_, _ = fmt.Fprintf(os.Stdout, format, args...)
}

// out is standard output with a buffer, for programs that print much. What done
// returns is the exit status: 1 when the output could not be written.
func out() (w *bufio.Writer, done func() int) {
	w = bufio.NewWriterSize(os.Stdout, 64<<10)
	return w, func() int {
		if err := w.Flush(); err != nil {
			return fail("write", err)
		}
		return 0
	}
}

// complain prints an error as the familiar tools do.
func complain(name, format string, args ...any) int {
	_, _ = fmt.Fprintf(os.Stderr, name+": "+format+"\n", args...)
	return 1
}

// fail prints what failed, and why, and is the exit status 1.
func fail(name string, err error) int {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return complain(name, "%s: %s", pe.Path, reason(err))
	}
	return complain(name, "%s", reason(err))
}

// misuse says that a program was called wrongly, and is the exit status that the
// program has for that.
func misuse(name string, err error) int {
	if err == nil {
		err = errors.New("missing operand, or one too many")
	}
	complain(name, "%v", err)
	_, _ = fmt.Fprintf(os.Stderr, "Try '%s --help'.\n", name)
	switch name {
	case "ls", "grep", "sort", "sh", "ping", "ip":
		return 2
	case "env", "chroot":
		return 125
	}
	return 1
}

// reason is an error in the C library's words, "No such file or directory".
func reason(err error) string {
	var errno syscall.Errno
	text := err.Error()
	if errors.As(err, &errno) {
		text = strerror(errno)
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// strerror is strerror(3): Go's texts are the C library's, but for a capital and
// for a few words.
func strerror(errno syscall.Errno) string {
	switch errno {
	case syscall.EIO:
		return "Input/output error"
	case syscall.EXDEV:
		return "Invalid cross-device link"
	}
	return errno.Error()
}
