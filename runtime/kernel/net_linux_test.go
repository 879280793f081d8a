package kernel

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
)

type nowhere struct{}

func (nowhere) Emit(journal.Event) uint64 { return 0 }

// TestNetworkMends says what to do about each refusal that a person can meet.
func TestNetworkMends(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"RTM_NEWLINK", unix.EOPNOTSUPP, "use --network none or host"},
		{"RTM_NEWLINK", unix.EPERM, "run as root, or use --network none"},
		{"RTM_NEWADDR", unix.EPERM, "run as root, or use --network none"},
		{"RTM_SETLINK", unix.ENODEV, "somebody has deleted it meanwhile"},
		{"NFT_MSG_NEWTABLE", unix.EPERM, "run as root, or use --network none"},
		{"NFT_MSG_NEWTABLE", unix.EPROTONOSUPPORT, "modprobe nft_chain_nat"},
		{"NFT_MSG_NEWCHAIN", unix.ENOENT, "modprobe nft_chain_nat"},
		{"NFT_MSG_NEWRULE", unix.ENOENT, "use --network none or host"},
	} {
		err := New(nowhere{}, journal.Host).network(journal.Call{Name: c.name}, "make it", func() error { return c.err })
		if !errors.Is(err, c.err) || !strings.HasPrefix(err.Error(), "make it: "+c.err.Error()+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s, %v: %v; want %s", c.name, c.err, err, c.want)
		}
	}
}

// lowest is the first address of a documentation's subnet that is not taken.
func lowest(others []Lease) (netip.Prefix, error) {
	taken := map[netip.Addr]bool{}
	for _, o := range others {
		taken[o.Address.Addr()] = o.Live
	}
	a := netip.MustParseAddr("192.0.2.2")
	for taken[a] {
		a = a.Next()
	}
	return netip.PrefixFrom(a, 24), nil
}

// TestNoLeases: who only asks for leases makes no directory, which would stay if it
// were killed just then. In this one nobody can.
func TestNoLeases(t *testing.T) {
	if list, err := Leases("/sys/kernel/net/1"); err != nil || len(list) > 0 {
		t.Errorf("%v %v", list, err)
	}
}

// TestLeases takes leases from many sides at once, and sees which of them are alive.
func TestLeases(t *testing.T) {
	dir, err := NetDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k := New(nowhere{}, journal.Host)
	const n = 20
	files, addresses := make([]*os.File, n), make([]netip.Prefix, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			f, p, err := k.Lease(filepath.Join(dir, sprint("%012x", i)), lowest)
			if err != nil {
				t.Error(err)
				return
			}
			files[i], addresses[i] = f, p
		})
	}
	wg.Wait()
	seen := map[netip.Prefix]bool{}
	for _, p := range addresses {
		if seen[p] || !p.IsValid() {
			t.Errorf("%s twice", p)
		}
		seen[p] = true
	}
	if _, _, err := k.Lease(filepath.Join(dir, sprint("%012x", 0)), lowest); !errors.Is(err, unix.EEXIST) {
		t.Errorf("a lease was taken twice: %v", err)
	}
	for _, f := range files[1:] { // their engines were killed
		_ = f.Close()
	}
	list, err := Leases(dir)
	if err != nil || len(list) != n {
		t.Fatalf("%d leases, %v", len(list), err)
	}
	for _, l := range list {
		if l.Live != (l.ID == "000000000000") || l.Leaving {
			t.Errorf("%+v", l)
		}
	}
	first := filepath.Join(dir, "000000000000")
	if needed, err := leave(filepath.Join(dir, "000000000001")); !needed || err != nil {
		t.Errorf("the first is alive, and %v, %v", needed, err)
	}
	if needed, err := leave(first); needed || err != nil {
		t.Errorf("nobody else is alive, and %v, %v", needed, err)
	}
	for i := range n {
		for range 2 {
			if err := deleteLease(filepath.Join(dir, sprint("%012x", i))); err != nil {
				t.Error(err)
			}
		}
	}
	_ = files[0].Close()
	if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory is still there: %v", err)
	}
}

// TestNetworkInversesRefuse leaves alone what is not ours.
func TestNetworkInversesRefuse(t *testing.T) {
	for _, u := range []journal.Undo{{Op: "linkdel", Target: "lo"}, {Op: "bridgedel", Target: "docker0:/run/x/net/1/0"}, {Op: "bridgedel", Target: "gb0"}} {
		if err := New(nowhere{}, journal.Host).Reverse(u); err == nil {
			t.Errorf("%+v was done", u)
		}
	}
	// Another network namespace's: it ended with it, or is out of reach.
	dir := t.TempDir()
	for _, u := range []journal.Undo{{Op: "bridgedel", Target: "gb0:" + dir + "/net/1/0"}, {Op: "nftdel", Target: dir + "/net/1/0"}, {Op: "forwardback", Target: dir + "/net/1/0"}} {
		if err := New(nowhere{}, journal.Host).Reverse(u); err != nil {
			t.Errorf("%+v: %v", u, err)
		}
	}
}
