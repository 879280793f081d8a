package proc

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Namespaces are the kinds of namespaces, by their names in /proc/PID/ns, in the
// order in which this program makes and shows them. See namespaces(7).
func Namespaces() []string {
	return []string{"user", "pid", "mnt", "uts", "ipc", "net", "cgroup", "time"}
}

// CloneFlag returns the flag of clone(2) and unshare(2) for a kind, CLONE_NEWNS
// for mnt, or "".
func CloneFlag(kind string) string {
	switch kind {
	case "mnt":
		return "CLONE_NEWNS"
	case "user", "pid", "uts", "ipc", "net", "cgroup", "time":
		return "CLONE_NEW" + strings.ToUpper(kind)
	}
	return ""
}

var errNamespace = errors.New("not a namespace link like pid:[4026531836]")

// ParseNamespace reads what a link in /proc/PID/ns says: "pid:[4026531836]" is
// the kind and the inode by which two processes' namespaces are compared.
func ParseNamespace(link string) (kind string, inode uint64, err error) {
	kind, rest, ok := strings.Cut(strings.TrimSuffix(link, "\n"), ":[")
	number, closed := strings.CutSuffix(rest, "]")
	if !ok || !closed || kind == "" {
		return "", 0, fmt.Errorf("read %q: %w", link, errNamespace)
	}
	inode, err = strconv.ParseUint(number, 10, 64)
	if err != nil {
		return "", 0, fmt.Errorf("read %q: %w", link, errNamespace)
	}
	return kind, inode, nil
}
