package proc

import (
	"os"
	"testing"
)

// The files were written by iproute2 6.1: `ip -j -d addr`, `ip -j route` and
// `ip -j neigh`, with a veth pair whose other end is in another namespace.
func TestParseIP(t *testing.T) {
	links, err := ParseLinks(read(t, "addr.json"))
	if err != nil || len(links) != 3 {
		t.Fatalf("%d links, %v", len(links), err)
	}
	lo, br, veth := links[0], links[1], links[2]
	if lo.Name != "lo" || lo.Index != 1 || lo.Type != "loopback" || lo.Addrs[0].Local != "127.0.0.1" || lo.Addrs[0].PrefixLen != 8 {
		t.Errorf("lo: %+v", lo)
	}
	if br.Info == nil || br.Info.Kind != "bridge" || br.Addrs[0].Local != "10.99.0.1" || br.Addrs[0].Valid != 1<<32-1 {
		t.Errorf("bridge: %+v", br)
	}
	if veth.Info.Kind != "veth" || veth.Master != "gbt0" || veth.PeerIndex != 2 || veth.PeerNetns == nil || *veth.PeerNetns != 0 {
		t.Errorf("veth: %+v", veth)
	}
	routes, err := ParseRoutes(read(t, "route.json"))
	if err != nil || len(routes) != 2 || routes[0].Dst != "default" || routes[0].Gateway != "10.99.0.254" || routes[1].PrefSrc != "10.99.0.1" {
		t.Errorf("routes: %+v, %v", routes, err)
	}
	neighs, err := ParseNeighs(read(t, "neigh.json"))
	if err != nil || len(neighs) != 1 || neighs[0].Dst != "10.99.0.2" || neighs[0].State[0] != "PERMANENT" {
		t.Errorf("neighbours: %+v, %v", neighs, err)
	}
	if _, err := ParseLinks([]byte("{")); err == nil {
		t.Error("half an object was taken")
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzIP(f *testing.F) {
	for _, name := range []string{"addr.json", "route.json", "neigh.json"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = ParseLinks(b)
		_, _ = ParseRoutes(b)
		_, _ = ParseNeighs(b)
	})
}
