package lessons

import (
	"slices"
	"strings"
)

// calls are the names that a lesson can wait for: those of the calls that glassbox
// makes, and write for a value that is written into a kernel file.
var calls = []string{
	"IPCTNL_MSG_CT_DELETE", "NFT_MSG_NEWCHAIN", "NFT_MSG_NEWRULE", "NFT_MSG_NEWTABLE", "RTM_NEWADDR", "RTM_NEWLINK", "RTM_NEWROUTE",
	"RTM_SETLINK", "StartTransientUnit", "bind", "bpf", "capset", "chdir", "chmod", "chroot", "clone", "copy", "dup3", "execve", "fchdir",
	"fchownat", "flock", "fsconfig", "ioctl", "keyctl", "kill", "lchown", "mkdir", "mkdirat", "mknodat", "mount", "mount_setattr",
	"move_mount", "open", "open_tree", "openat", "pidfd_send_signal", "pivot_root", "prctl", "prlimit64", "seccomp", "setdomainname",
	"setgroups", "sethostname", "setns", "setresgid", "setresuid", "setsid", "symlinkat", "umask", "umount2", "unshare", "write",
}

// call complains about one that glassbox never makes: the lesson would wait for ever.
func (c *linter) call(line int, text string) {
	name, _, _ := strings.Cut(text, " ")
	if text != "" && !slices.Contains(calls, name) {
		c.say(line, "glassbox makes no call %q%s", name, meant(name, calls))
	}
}
