package userland

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// env prints the environment, or changes it for a command, which it becomes.
func env(args []string) int {
	o, rest, err := getopt(args, "+iu:0", "ignore-environment=i", "unset:=u")
	if err != nil {
		return misuse("env", err)
	}
	if len(rest) > 0 && rest[0] == "-" {
		o["i"], rest = []string{""}, rest[1:]
	}
	if o.has("i") {
		os.Clearenv()
	}
	for _, name := range o["u"] {
		_ = os.Unsetenv(name)
	}
	for len(rest) > 0 {
		name, value, ok := strings.Cut(rest[0], "=")
		if !ok {
			break
		}
		if err := os.Setenv(name, value); err != nil {
			return fail("env", err)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return become("env", rest)
	}
	end := "\n"
	if o.has("0") {
		end = "\x00"
	}
	for _, line := range os.Environ() {
		printf("%s%s", line, end)
	}
	return 0
}

// become replaces the process by a command, which is looked for in PATH. It
// returns only when that failed: 127 not found, 126 not to be run.
func become(name string, args []string) int {
	env := os.Environ()
	if _, ok := os.LookupEnv("PATH"); !ok { // As execvp(3), which looks there and sets nothing.
		_ = os.Setenv("PATH", "/bin:/usr/bin")
	}
	path, err := exec.LookPath(args[0])
	if err == nil || errors.Is(err, exec.ErrDot) {
		err = syscall.Exec(path, args, env)
	}
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		complain(name, "'%s': No such file or directory", args[0])
		return 127
	}
	complain(name, "'%s': %s", args[0], reason(err))
	return 126
}

func printenv(args []string) int {
	if len(args) == 0 {
		return env(nil)
	}
	status := 0
	for _, name := range args {
		value, ok := os.LookupEnv(name)
		if !ok {
			status = 1
			continue
		}
		printf("%s\n", value)
	}
	return status
}

func chroot(args []string) int {
	if len(args) == 0 {
		return misuse("chroot", nil)
	}
	if err := syscall.Chroot(args[0]); err != nil {
		complain("chroot", "cannot change root directory to '%s': %s", args[0], reason(err))
		return 125
	}
	if err := os.Chdir("/"); err != nil {
		complain("chroot", "cannot chdir to root directory: %s", reason(err))
		return 125
	}
	cmd := args[1:]
	if len(cmd) == 0 {
		cmd = []string{"sh", "-i"}
	}
	return become("chroot", cmd)
}
