package stages

import (
	"path/filepath"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
)

// reclaim takes back what killed runs held of the network.
func reclaim(k *kernel.Kernel, dir string) error {
	if k.IsHeld() {
		return nil
	}
	all, err := kernel.Leases(dir)
	if err != nil {
		return err
	}
	for _, l := range all {
		if l.Live {
			continue
		}
		k.Note("info", "lease-reclaimed", "The run "+l.ID+" was killed and left its address "+l.Address.String()+" behind: it is taken back.",
			"id", l.ID, "address", l.Address.String())
		path := filepath.Join(dir, l.ID)
		for _, u := range []journal.Undo{{Op: "linkdel", Target: hostEnd(l.ID)}, {Op: "nftdel", Target: path}, {Op: "leasedel", Target: path}} {
			_ = k.Reverse(u) // not planned here: what goes wrong is in the journal, and in that run's own for `glassbox clean`
		}
	}
	return nil
}

// networkOurs tells whether the target of a network inverse belongs to that run.
func networkOurs(id string, u journal.Undo) bool {
	lease := u.Target
	switch u.Op {
	case "linkdel":
		return u.Target == hostEnd(id)
	case "bridgedel":
		name, rest, _ := strings.Cut(u.Target, ":")
		if name != bridgeName {
			return false
		}
		lease = rest
	case "nftdel", "leasedel", "forwardback":
	default:
		return false
	}
	dir := filepath.Dir(lease) // …/net/INODE
	return filepath.IsAbs(lease) && filepath.Clean(lease) == lease && filepath.Base(lease) == id &&
		filepath.Base(filepath.Dir(dir)) == "net" && strings.Trim(filepath.Base(dir), "0123456789") == ""
}

// hostEnd is the name of the host's end of a run's pair.
func hostEnd(id string) string { return kernel.Prefix + id }
