package inside

import (
	"net/netip"

	"glassbox/runtime/child"
)

// Inward is the container's name for its end of the pair.
const Inward = "eth0"

// Wire is what the half inside gets.
type Wire struct {
	Address netip.Prefix
	Gateway netip.Addr
	Held    string // why the calls are shown and not made
}

// network gives the end inside its address and the way out.
func network(in *child.In) (any, error) {
	var w Wire
	if err := in.Decode(&w); err != nil {
		return nil, err
	}
	k := in.K
	if w.Held != "" {
		k = k.Held(w.Held)
	}
	if err := k.Address(Inward, w.Address); err != nil {
		return nil, err
	}
	if err := k.LinkUp(Inward); err != nil {
		return nil, err
	}
	return nil, k.DefaultRoute(w.Gateway, Inward)
}
