package stages

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/moby/sys/user"
	"golang.org/x/sys/unix"
)

// identity resolves USER in the image's own /etc/passwd and /etc/group, as
// docker does: a name or number, with or without a group behind a colon. The
// files are opened inside root: a symbolic link in the image can't leave it.
func identity(root, who string) (*Identity, error) {
	passwd, err := openIn(root, "etc/passwd")
	if err != nil {
		return nil, err
	}
	defer passwd.Close()
	group, err := openIn(root, "etc/group")
	if err != nil {
		return nil, err
	}
	defer group.Close()
	u, err := user.GetExecUser(who, &user.ExecUser{Home: "/"}, reader(passwd), reader(group))
	if err != nil {
		return nil, fmt.Errorf("the user %q of the image: %w: name a user of its /etc/passwd, or a number (-u 1000)", who, err)
	}
	return &Identity{UID: u.Uid, GID: u.Gid, Groups: u.Sgids, Home: u.Home}, nil
}

// maxAccounts bounds what is read of an image's passwd and group, in bytes.
const maxAccounts = 16 << 20

func reader(f *os.File) io.Reader {
	if f == nil {
		return nil
	}
	return io.LimitReader(f, maxAccounts)
}

// openIn opens a file for reading, with root as the root of every path and
// link on the way. nil without an error says that it is not there.
func openIn(root, name string) (*os.File, error) {
	dir, err := unix.Open(root, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", root, err)
	}
	defer unix.Close(dir)
	fd, err := unix.Openat2(dir, name, &unix.OpenHow{
		Flags: unix.O_RDONLY | unix.O_CLOEXEC | unix.O_NONBLOCK, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	})
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open %s in %s: %w", name, root, err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
