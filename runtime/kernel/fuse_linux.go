package kernel

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"

	"glassbox/runtime/journal"
)

// MountFuse has fuse-overlayfs(1) mount an overlay. The program stays in the
// background to serve it, and ends when it is unmounted.
func (k *Kernel) MountFuse(program string, lowers []string, upper, work, target string) error {
	opts := "lowerdir=" + strings.Join(lowers, ":") + ",upperdir=" + upper + ",workdir=" + work
	c := journal.Call{
		Name: "execve", Man: "fuse-overlayfs(1)", Args: args("pathname", program, "options", opts, "target", target),
		Sh: words("fuse-overlayfs -o", Quote(opts), Quote(target)),
	}
	return k.do(c, "merge the layers with fuse-overlayfs on "+target, func() error {
		k.Plan("umount", target)
		out, err := exec.Command(program, "-o", opts, target).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
		return nil
	})
}
