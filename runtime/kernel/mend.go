package kernel

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// mends tells what a person can do when a call failed with an errno.
var mends = map[string]map[syscall.Errno]string{
	"mount": {
		syscall.EPERM:  "mounting needs CAP_SYS_ADMIN in the owner of the mount namespace: run as root, or see `glassbox doctor`",
		syscall.ENODEV: "this kernel does not know that file system: load its module (modprobe), or see `glassbox doctor`",
		syscall.ENOENT: "the source or the place to mount on is not there",
		syscall.EINVAL: "the kernel refuses these options: `dmesg | tail` names the one; see `glassbox doctor`",
		syscall.EBUSY:  "it is mounted there already",
		syscall.ELOOP:  "too many symbolic links on the way",
		// A tmpfs is a directory, too.
		syscall.ENOTDIR: "a directory can be mounted on a directory alone, and a file on a file",
	},
	"unshare": {
		syscall.EPERM:  "new namespaces need CAP_SYS_ADMIN, or a user namespace first: run as root, or see `glassbox doctor`",
		syscall.ENOSPC: "the limit of namespaces is reached: see /proc/sys/user/max_*_namespaces",
		syscall.EINVAL: "this kernel was built without that namespace",
	},
	"clone": {
		syscall.EPERM:  "new namespaces need CAP_SYS_ADMIN, or a user namespace first: run as root, or see `glassbox doctor`",
		syscall.EAGAIN: "the limit of processes is reached: see pids.max and `ulimit -u`",
		syscall.ENOSPC: "the limit of namespaces is reached: see /proc/sys/user/max_*_namespaces",
	},
	"setns": {
		syscall.EPERM:  "joining a namespace needs CAP_SYS_ADMIN in its owner",
		syscall.EINVAL: "that file is no namespace of this kind",
	},
	"pivot_root": {
		syscall.EINVAL: "the new root must be a mount point, and neither it nor its parent shared",
		syscall.EBUSY:  "the new root is the present root",
	},
	"write": {
		syscall.EPERM:  "the kernel guards this file: run as root, or see `glassbox doctor`",
		syscall.EACCES: "this file belongs to somebody else: run as root, or have the group delegated; see `glassbox doctor`",
		syscall.EROFS:  "it is mounted read-only here",
		syscall.ENOENT: "this kernel, or this group, has no such file: is the controller enabled? See `glassbox doctor`",
		syscall.EINVAL: "the kernel does not take that value",
		syscall.ERANGE: "the value is out of range",
	},
	"write cgroup.subtree_control": {
		syscall.EBUSY: "the group holds processes, and a group with processes can't hand controllers on",
	},
	"write cgroup.procs": {
		syscall.EBUSY: "the group hands controllers on, and such a group can't hold processes itself",
	},
	"write memory.limit_in_bytes":       {syscall.EBUSY: "the group uses more than that, and the kernel can't take it back: take a larger value, or end a program first"},
	"write memory.memsw.limit_in_bytes": {syscall.EBUSY: "the group uses more than that, and the kernel can't take it back: take a larger value, or end a program first"},
	"mkdir": {
		syscall.EROFS:  "the file system is read-only: choose another place with --root",
		syscall.ENOSPC: "the disk is full: make room, or choose another place with --root",
		syscall.EACCES: "the directory above belongs to somebody else: run as root, or choose another place with --root",
	},
	"cgroup": {
		syscall.EROFS:  "the groups are read-only here, as in a container of Docker or Podman: start that container with --privileged, or this one with --without cgroup",
		syscall.EACCES: "this group belongs to somebody else: run as root, or have one delegated; see `glassbox doctor`",
		syscall.EPERM:  "this group belongs to somebody else: run as root, or have one delegated; see `glassbox doctor`",
	},
	"mknod": {
		syscall.EPERM: "device nodes need CAP_MKNOD outside any user namespace",
	},
	"execve": {
		syscall.ENOENT:  "the program, or the interpreter that its first line names, is not in the image",
		syscall.EACCES:  "the file is not executable, or a directory on the way is closed to this user",
		syscall.ENOEXEC: "the file is no program for this machine: was the image built for another platform?",
		syscall.EISDIR:  "that is a directory",
	},
	"RTM_NEWLINK": {
		syscall.EPERM:      "network interfaces need CAP_NET_ADMIN: run as root, or use --network none",
		syscall.EEXIST:     "an interface of that name is there already: `glassbox clean` removes what killed runs left",
		syscall.EOPNOTSUPP: "this kernel lacks that kind of interface: use --network none or host",
	},
	"setrlimit": {
		syscall.EPERM: "raising a hard limit needs CAP_SYS_RESOURCE, which this machine withholds",
	},
}

// mendWrite finds what to do where a value was not written to a file of the kernel.
func mendWrite(path string, err error) string {
	if s := mend("write "+filepath.Base(path), err); s != "" {
		return s
	}
	return mend("write", err)
}

// mend finds what to do about err of the named call; "" where there is nothing to add.
func mend(name string, err error) string {
	var n syscall.Errno
	if !errors.As(err, &n) {
		return ""
	}
	if name == "mount" && n == syscall.EACCES {
		if p := profile(); p != "" {
			return "AppArmor's profile " + p + " forbids it: start that container with --privileged, or with --security-opt apparmor=unconfined"
		}
	}
	if s := mends[name][n]; s != "" {
		return s
	}
	if n == syscall.ENOSPC {
		return "the disk is full, or a limit is reached"
	}
	return ""
}

// profile is the name of the AppArmor profile that confines this process, as docker's
// docker-default does; "" where none does. See apparmor(7); SELinux's labels have colons.
func profile() string {
	b, err := os.ReadFile("/proc/self/attr/current")
	name, _, enforced := strings.Cut(strings.TrimRight(string(b), "\x00\n"), " (enforce)")
	if err != nil || !enforced || strings.Contains(name, ":") {
		return ""
	}
	return name
}
