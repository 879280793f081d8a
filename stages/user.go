package stages

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/moby/sys/user"
	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// identity resolves USER in the image's own /etc/passwd and /etc/group, as
// docker does: a name or number, with or without a group behind a colon. The
// files are opened inside root, so that no symbolic link leads out of the image.
func identity(root, who string) (*Identity, error) {
	passwd, err := regularIn(root, "etc/passwd")
	if err != nil {
		return nil, err
	}
	defer passwd.Close()
	group, err := regularIn(root, "etc/group")
	if err != nil {
		return nil, err
	}
	defer group.Close()
	u, err := user.GetExecUser(who, &user.ExecUser{Home: "/"}, reader(passwd), reader(group))
	if err != nil {
		return nil, fmt.Errorf("the user %q of the image: %w: name a user of its /etc/passwd, or a number (-u 1000)", who, err)
	}
	for _, id := range append([]int{u.Uid, u.Gid}, u.Sgids...) {
		if id < 0 || id > maxID { // -1 would mean "do not change": the program would stay root (CVE-2024-40635)
			return nil, fmt.Errorf("the user %q of the image has the id %d, which is no id: they go from 0 to %d", who, id, maxID)
		}
	}
	return &Identity{UID: u.Uid, GID: u.Gid, Groups: u.Sgids, Home: u.Home}, nil
}

// maxID is the highest user or group id, as docker has it.
const maxID = 1<<31 - 1

// maxAccounts bounds what is read of an image's passwd and group, in bytes.
const maxAccounts = 16 << 20

func reader(f *os.File) io.Reader {
	if f == nil {
		return nil
	}
	return io.LimitReader(f, maxAccounts)
}

// openIn opens a file or directory for reading, with root as the root of every
// path and link on the way. nil without an error says that it is not there.
func openIn(root, name string) (*os.File, error) {
	return openBelow(root, name, func(dir int) (int, error) { return kernel.OpenIn(dir, name, unix.O_RDONLY|unix.O_DIRECTORY, 0) })
}

// regularIn is openIn for a regular file; whatever else is there is not opened.
func regularIn(root, name string) (*os.File, error) {
	return openBelow(root, name, func(dir int) (int, error) { return kernel.RegularIn(dir, name) })
}

func openBelow(root, name string, open func(dir int) (int, error)) (*os.File, error) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", root, err)
	}
	defer unix.Close(dir)
	fd, err := open(dir)
	switch {
	case errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR):
		return nil, nil
	case errors.Is(err, unix.EINVAL):
		return nil, fmt.Errorf("/%s is no regular file", name)
	case err != nil:
		return nil, fmt.Errorf("open %s in %s: %w", name, root, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
