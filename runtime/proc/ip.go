package proc

import (
	"encoding/json"
	"fmt"
)

// Link is an interface in the shape of `ip -j addr` and `ip -j link`. See
// ip-address(8), and ipaddress.c of iproute2 for the names.
type Link struct {
	Index     int       `json:"ifindex"`
	Peer      string    `json:"link,omitempty"`       // of a veth or vlan: the other interface, when it is in the same namespace
	PeerIndex int       `json:"link_index,omitempty"` // when it is in another
	Name      string    `json:"ifname"`
	PeerNetns *int      `json:"link_netnsid,omitempty"` // and the number by which this namespace knows that one
	Flags     []string  `json:"flags"`                  // UP, LOWER_UP, BROADCAST, NO-CARRIER …
	MTU       int       `json:"mtu"`
	Qdisc     string    `json:"qdisc,omitempty"`
	Master    string    `json:"master,omitempty"` // the bridge that it is a port of
	State     string    `json:"operstate"`        // UP, DOWN, UNKNOWN, LOWERLAYERDOWN …
	Group     string    `json:"group,omitempty"`
	TxQueue   int       `json:"txqlen,omitempty"` // packets
	Type      string    `json:"link_type"`        // loopback, ether, none …
	Address   string    `json:"address,omitempty"`
	Broadcast string    `json:"broadcast,omitempty"`
	Info      *LinkInfo `json:"linkinfo,omitempty"`  // as with `ip -d`
	Addrs     []Addr    `json:"addr_info,omitempty"` // of `ip -j addr`
}

// LinkInfo tells what kind of virtual interface a link is.
type LinkInfo struct {
	Kind string `json:"info_kind,omitempty"` // veth, bridge, tun …
}

// Addr is an address of an interface.
type Addr struct {
	Family    string `json:"family"` // inet or inet6
	Local     string `json:"local"`
	Peer      string `json:"address,omitempty"` // of a point-to-point link
	PrefixLen int    `json:"prefixlen"`
	Broadcast string `json:"broadcast,omitempty"`
	Scope     string `json:"scope"` // global, link, host
	Label     string `json:"label,omitempty"`

	Dynamic       bool `json:"dynamic,omitempty"`   // it ends some day
	Secondary     bool `json:"secondary,omitempty"` // not the first of its network, IPv4
	Temporary     bool `json:"temporary,omitempty"` // made for privacy, IPv6
	Tentative     bool `json:"tentative,omitempty"` // IPv6: duplicates are still looked for
	Deprecated    bool `json:"deprecated,omitempty"`
	DADFailed     bool `json:"dadfailed,omitempty"` // a duplicate was found
	NoDAD         bool `json:"nodad,omitempty"`
	NoPrefixRoute bool `json:"noprefixroute,omitempty"`

	Valid     uint32 `json:"valid_life_time"` // seconds; 4294967295 is for ever
	Preferred uint32 `json:"preferred_life_time"`
}

// Route is a route in the shape of `ip -j route`. See ip-route(8).
type Route struct {
	Type     string   `json:"type,omitempty"` // blackhole, unreachable …; empty for unicast
	Dst      string   `json:"dst"`            // default, or an address with its prefix
	Gateway  string   `json:"gateway,omitempty"`
	Dev      string   `json:"dev,omitempty"`
	Protocol string   `json:"protocol,omitempty"` // kernel, static, dhcp …; empty for boot
	Scope    string   `json:"scope,omitempty"`    // link, host; empty for global
	PrefSrc  string   `json:"prefsrc,omitempty"`
	Metric   int      `json:"metric,omitempty"`
	Flags    []string `json:"flags"`              // linkdown, onlink …
	Pref     string   `json:"pref,omitempty"`     // of IPv6: high, medium, low
	Hops     []Hop    `json:"nexthops,omitempty"` // of a route with several ways
}

// Hop is one of a route's several ways.
type Hop struct {
	Gateway string   `json:"gateway,omitempty"`
	Dev     string   `json:"dev,omitempty"`
	Weight  int      `json:"weight"`
	Flags   []string `json:"flags"`
}

// Neigh is a neighbour in the shape of `ip -j neigh`. See ip-neighbour(8).
type Neigh struct {
	Dst    string   `json:"dst"`
	Dev    string   `json:"dev"`
	LLAddr string   `json:"lladdr,omitempty"`
	Router bool     `json:"router,omitempty"`
	State  []string `json:"state"` // REACHABLE, STALE, FAILED, PERMANENT …
}

// ParseLinks reads the JSON of `ip -j addr` or `ip -j link`.
func ParseLinks(b []byte) ([]Link, error) { return parseJSON[Link](b, "interfaces") }

// ParseRoutes reads the JSON of `ip -j route`.
func ParseRoutes(b []byte) ([]Route, error) { return parseJSON[Route](b, "routes") }

// ParseNeighs reads the JSON of `ip -j neigh`.
func ParseNeighs(b []byte) ([]Neigh, error) { return parseJSON[Neigh](b, "neighbours") }

func parseJSON[T any](b []byte, what string) ([]T, error) {
	var list []T
	if err := json.Unmarshal(b, &list); err != nil {
		return nil, fmt.Errorf("read %s in the shape of ip -j: %w", what, err)
	}
	return list, nil
}
