package kernel

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

// forwarding is the one sysctl that is changed of those that were there before. See
// ip-sysctl of the kernel's documentation. It is the network namespace's of the thread that opens it.
const forwarding = "/proc/sys/net/ipv4/ip_forward"

// Forward lets the host forward packets between its interfaces, which a
// container's way out needs, and remembers for the last lease to leave what the
// sysctl said before. It tells whether it changed it.
func (k *Kernel) Forward(lease string) (bool, error) {
	k.Plan("forwardback", lease)
	before := strings.TrimSpace(peek(forwarding))
	if before != "0" {
		return false, nil
	}
	kept := filepath.Join(filepath.Dir(lease), "ip_forward")
	c := journal.Call{
		Name: "open", Man: "open(2)", Args: args("pathname", kept, "flags", "O_WRONLY|O_CREAT|O_CLOEXEC", "mode", "0600", "content", before),
		Sh: words("cp", forwarding, Quote(kept)),
	}
	err := k.do(c, "remember what ip_forward was", func() error {
		return locked(lease, func() error { return os.WriteFile(kept, []byte(before+"\n"), 0o600) })
	})
	if err != nil {
		return false, err
	}
	return true, k.Write(forwarding, "1", "ip(7)")
}

// restoreForward is the inverse of Forward: the last one to leave puts the
// sysctl back, whoever changed it.
func restoreForward(lease string) error {
	kept := filepath.Join(filepath.Dir(lease), "ip_forward")
	if elsewhere(lease) { // the sysctl went with its namespace, or is out of reach
		return locked(lease, func() error {
			if used, err := leave(lease); used || err != nil {
				return err
			}
			return gone(unix.Unlink(kept))
		})
	}
	return locked(lease, func() error {
		b, err := os.ReadFile(kept)
		if err != nil {
			return gone(err)
		}
		if used, err := leave(lease); used || err != nil {
			return err
		}
		if err := put(forwarding, strings.TrimSpace(string(b))); err != nil {
			return err
		}
		return gone(unix.Unlink(kept))
	})
}

// NoIPv6 keeps IPv6, which the bridge network does not have, off an interface, as
// docker does. "default" is every interface that a network namespace will have.
func (k *Kernel) NoIPv6(name string) error {
	err := k.Write("/proc/sys/net/ipv6/conf/"+name+"/disable_ipv6", "1", "ip-sysctl")
	if errors.Is(err, unix.ENOENT) || errors.Is(err, unix.EROFS) || errors.Is(err, unix.EACCES) { // a kernel without it, or not ours to say
		return nil
	}
	return err
}
