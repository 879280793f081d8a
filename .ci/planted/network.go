//go:build planted
// in stages.

package stages

import (
	"github.com/google/nftables"
	"github.com/vishvananda/netlink"
)

// Links shows one way in, and two ways around.
func Links(h *netlink.Handle, l netlink.Link) (string, error) {
	if err := netlink.LinkSetUp(l); err != nil { // want forbidigo
		return "", err
	}
	if err := h.LinkAdd(l); err != nil { // want forbidigo
		return "", err
	}
	if _, err := nftables.New(); err != nil { // want forbidigo
		return "", err
	}
	return l.Attrs().HardwareAddr.String(), nil
}
