package inside

import (
	"fmt"

	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
)

// newConsole opens a new terminal in the container and sends its master.
func newConsole(in *child.In) (any, error) {
	root, err := unix.Open("/", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open the container's root: %w", err)
	}
	defer unix.Close(root)
	master, peer, err := newTerminal(root)
	if err != nil {
		return nil, err
	}
	defer unix.Close(master)
	_ = unix.Close(peer.FD)
	return peer.Path, in.Send("console", master)
}
