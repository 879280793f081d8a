package inside

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"glassbox/runtime/child"
	"glassbox/runtime/kernel"
)

// Space is one namespace that the half inside is to unshare or join.
type Space struct {
	Kind string // mnt, uts, ipc, net
	Path string // join this one; "" makes a new one
}

// Namespaces is what the half inside gets.
type Namespaces struct {
	Spaces   []Space
	Hostname string
	Domain   string
	HeldUTS  string // why the host name is shown and not set
	Up       bool   // bring the loopback interface up
	Root     bool   // become root of the user namespace first
	NoIPv6   bool   // no interface to come shall have IPv6
}

// namespaces moves the calling thread, which is the process's first: that
// is the one that /proc/PID/ns shows.
func namespaces(in *child.In) (any, error) {
	var a Namespaces
	if err := in.Decode(&a); err != nil {
		return nil, err
	}
	if a.Root {
		if err := becomeRoot(in.K); err != nil {
			return nil, err
		}
	}
	for _, s := range a.Spaces {
		if err := enter(in.K, s); err != nil {
			return nil, err
		}
	}
	k := in.K
	if a.HeldUTS != "" {
		k = k.Held(a.HeldUTS)
	}
	if err := rename(k, a); err != nil {
		return nil, err
	}
	if a.NoIPv6 {
		err := in.K.NoIPv6("default")
		if errors.Is(err, kernel.ErrMasquerade) { // /proc is still that of the machine
			err = covered(err)
		}
		if err != nil {
			return nil, err
		}
	}
	if a.Up {
		return nil, in.K.LinkUp("lo")
	}
	return nil, nil
}

// rename gives the container its names. Root of an own user namespace may, unless
// a seccomp filter was there before us: the profile of docker and podman refuses
// both calls to a container that is not privileged, and so to one in it.
func rename(k *kernel.Kernel, a Namespaces) error {
	var err error
	if a.Hostname != "" {
		err = k.Sethostname(a.Hostname)
	}
	if err == nil && a.Domain != "" {
		err = k.Setdomainname(a.Domain)
	}
	if errors.Is(err, unix.EPERM) {
		k.Note("warning", "unnamed", "The container keeps the machine's host name ("+err.Error()+"): glassbox itself runs in a container whose seccomp filter refuses to set one.", "error", err.Error())
		return nil
	}
	return err
}

func becomeRoot(k *kernel.Kernel) error {
	if err := k.Setresgid(0); err != nil {
		return err
	}
	return k.Setresuid(0)
}

func enter(k *kernel.Kernel, s Space) error {
	flag, ok := kernel.NamespaceFlag(s.Kind)
	if !ok {
		return fmt.Errorf("no namespace is called %q", s.Kind)
	}
	if s.Path == "" {
		return k.Unshare(flag)
	}
	f, err := os.Open(s.Path)
	if err != nil {
		return fmt.Errorf("open the namespace to join: %w", err)
	}
	defer f.Close()
	return k.Setns(kernel.At{FD: int(f.Fd()), Path: s.Path}, flag)
}
