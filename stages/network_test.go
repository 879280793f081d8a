package stages

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"glassbox/runtime/journal"
	"glassbox/runtime/kernel"
	"glassbox/stages/inside"
)

// serve answers each connection to a port in a container with a word and the
// address that it came from.
func serve(t *testing.T, pid int, network, at, word string) {
	t.Helper()
	err := within(pid, func() error {
		if network == "udp" {
			pc, err := net.ListenPacket("udp", at)
			if err != nil {
				return err
			}
			t.Cleanup(func() { _ = pc.Close() })
			go func() {
				b := make([]byte, 2048)
				for {
					_, from, err := pc.ReadFrom(b)
					if err != nil {
						return
					}
					_, _ = pc.WriteTo([]byte(word+" "+from.String()), from)
				}
			}()
			return nil
		}
		l, err := net.Listen("tcp", at)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(c, word+" "+c.RemoteAddr().String())
				_ = c.Close()
			}
		}()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ask connects from the network namespace of a process (0: the host) and reads what is answered.
func ask(pid int, network, at string) (string, error) {
	var out string
	f := func() error {
		c, err := net.DialTimeout(network, at, 3*time.Second)
		if err != nil {
			return err
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(3 * time.Second))
		if network == "udp" {
			if _, err := io.WriteString(c, "?"); err != nil {
				return err
			}
			b := make([]byte, 2048)
			n, err := c.Read(b)
			out = string(b[:n])
			return err
		}
		b, err := io.ReadAll(c)
		out = string(b)
		return err
	}
	if pid == 0 {
		err := f()
		return out, err
	}
	err := within(pid, f)
	return out, err
}

// outside is a neighbour of the scratch host, at 192.0.2.2; the host is 192.0.2.1.
func outside(t *testing.T) int {
	t.Helper()
	pid := apart(t)
	sh(t, 0, fmt.Sprintf("ip link set lo up; ip link add up0 type veth peer name up1 && ip link set up1 netns %d && ip addr add 192.0.2.1/24 dev up0 && ip link set up0 up", pid))
	sh(t, pid, "ip link set lo up; ip addr add 192.0.2.2/24 dev up1 && ip link set up1 up && ip route add 10.0.0.0/8 via 192.0.2.1")
	return pid
}

// TestPackets sends real packets each way: out, in, between, and through each kind of publishing.
func TestPackets(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	far := outside(t)
	runs := t.TempDir()
	a := boxOf(t, runs, id(1), "8080:80", "5353:53/udp", "127.0.0.1:9090:80", "192.0.2.1:7070:80", "[::1]:6060:80")
	b := boxOf(t, runs, id(2))
	for _, x := range []*box{a, b} {
		if err := x.up(); err != nil {
			t.Fatal(err)
		}
	}
	ip := a.net.address.Addr().String()
	serve(t, a.pid, "tcp", ":80", "web")
	serve(t, a.pid, "udp", ":53", "dns")
	serve(t, far, "tcp", ":80", "far")
	for _, c := range []struct {
		name, network, at string
		pid               int
		want              string // the answer's beginning; "" = no answer
	}{
		{"the host, container's address", "tcp", ip + ":80", 0, "web " + a.net.gateway.String()},
		{"the host, published, own address", "tcp", "192.0.2.1:8080", 0, "web 192.0.2.1"},
		{"the host, published, loopback", "tcp", "127.0.0.1:8080", 0, "web " + a.net.gateway.String()},
		{"the host, published, IPv6 loopback", "tcp", "[::1]:8080", 0, "web"},
		{"the host, published on loopback alone", "tcp", "127.0.0.1:9090", 0, "web"},
		{"the host, published on IPv6 loopback alone", "tcp", "[::1]:6060", 0, "web"},
		{"the host, published on one address", "tcp", "192.0.2.1:7070", 0, "web"},
		{"the host, published on one address, asked on another", "tcp", "127.0.0.1:7070", 0, ""},
		{"outside, published", "tcp", "192.0.2.1:8080", far, "web 192.0.2.2"},
		{"outside, published on one address", "tcp", "192.0.2.1:7070", far, "web 192.0.2.2"},
		{"outside, published on loopback alone", "tcp", "192.0.2.1:9090", far, ""},
		{"outside, container's address", "tcp", ip + ":80", far, ""},
		{"the host, datagram, own address", "udp", "192.0.2.1:5353", 0, "dns"},
		{"the host, datagram, loopback", "udp", "127.0.0.1:5353", 0, "dns"},
		{"outside, datagram", "udp", "192.0.2.1:5353", far, "dns 192.0.2.2"},
		{"another container, container's address", "tcp", ip + ":80", b.pid, "web " + b.net.address.Addr().String()},
		{"another container, published", "tcp", "192.0.2.1:8080", b.pid, "web " + a.net.gateway.String()},
		{"another container, published, gateway's address", "tcp", a.net.gateway.String() + ":8080", b.pid, "web"},
		{"itself, published", "tcp", "192.0.2.1:8080", a.pid, "web"},
		{"the way out has the host's address", "tcp", "192.0.2.2:80", b.pid, "far 192.0.2.1"},
	} {
		got, err := ask(c.pid, c.network, c.at)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%s: answered %q, want none", c.name, got)
		case c.want != "" && (err != nil || !strings.HasPrefix(got, c.want)):
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	for _, x := range []*box{a, b} {
		if err := x.down(); err != nil {
			t.Error(err)
		}
	}
	if got, err := ask(0, "tcp", "127.0.0.1:8080"); err == nil {
		t.Errorf("port 8080 still answers %q", got)
	}
	clean(t, runs)
}

// TestSender publishes a port to which somebody sends datagrams already, twice:
// both containers must get them, though the kernel remembers where they went before.
func TestSender(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	far := outside(t)
	var c net.Conn
	err := within(far, func() (err error) {
		c, err = net.Dial("udp", "192.0.2.1:5353")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	send := func() (string, error) {
		_, _ = io.WriteString(c, "?") // may report that the one before was refused
		_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		b := make([]byte, 100)
		n, err := c.Read(b)
		return string(b[:n]), err
	}
	if got, err := send(); err == nil {
		t.Fatalf("nobody is there, and %q came back", got)
	}
	runs := t.TempDir()
	keep := boxOf(t, runs, id(9)) // takes the first address, so that the second gets another than the first
	for i, word := range []string{"first", "second"} {
		b := boxOf(t, runs, id(i), "5353:53/udp")
		serve(t, b.pid, "udp", ":53", word)
		if err := b.up(); err != nil {
			t.Fatal(err)
		}
		var got string
		for range 20 { // the container's first answer waits for its neighbour's address
			if got, err = send(); err == nil && strings.HasPrefix(got, word) { // else an answer to an earlier question, which came late
				break
			}
		}
		if !strings.HasPrefix(got, word+" 192.0.2.2:") {
			t.Errorf("the %s container's answer: %q, %v", word, got, err)
		}
		if i == 0 {
			if err := b.down(); err != nil {
				t.Error(err)
			}
			if err := keep.up(); err != nil {
				t.Fatal(err)
			}
			_, _ = send() // the sender does not pause
			continue
		}
		if !slices.ContainsFunc(b.ev.calls(), func(c journal.Call) bool { return c.Name == "IPCTNL_MSG_CT_DELETE" }) {
			t.Error("nothing is recorded of what the kernel forgot")
		}
		for _, x := range []*box{b, keep} {
			if err := x.down(); err != nil {
				t.Error(err)
			}
		}
	}
	clean(t, runs)
}

// ruleset is the table of one container with two ports, one of them on one address.
const ruleset = `table ip glassbox {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.66.160.0/24 oifname != "gb0" masquerade comment "the way out of 10.66.160.0/24"
	}

	chain forward {
		type filter hook forward priority filter; policy accept;
		iifname != "gb0" oifname "gb0" ct state new ct status ! dnat drop comment "nobody from outside into 10.66.160.0/24"
	}

	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		iifname != "gb0" fib daddr type local jump to-abc000000001 comment "abc000000001"
	}

	chain output {
		type nat hook output priority -100; policy accept;
		ip daddr != 127.0.0.0/8 fib daddr type local jump to-abc000000001 comment "abc000000001"
	}

	chain to-abc000000001 {
		tcp dport 8080 dnat to 10.66.160.2:80 comment "tcp 8080"
		ip daddr 192.0.2.1 udp dport 5353 dnat to 10.66.160.2:53 comment "192.0.2.1 udp 5353"
	}
}
`

// TestShown types what the journal shows on a second host: both must come out the same.
func TestShown(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	runs := t.TempDir()
	b := boxOf(t, runs, id(1), "8080:80", "192.0.2.1:5353:53/udp", "127.0.0.1:9090:80")
	if err := b.up(); err != nil {
		t.Fatal(err)
	}
	host, in := apart(t), apart(t)
	for _, e := range b.ev.list {
		switch c := e.Call; {
		case c == nil || !strings.HasPrefix(c.Name, "RTM_") && !strings.HasPrefix(c.Name, "NFT_"):
		case c.Man == "" || len(c.Args) == 0 || c.Errno != "":
			t.Errorf("%s: %+v", c.Name, c)
		case e.Side == journal.Child:
			sh(t, in, c.Sh)
		default:
			sh(t, host, strings.Replace(c.Sh, "netns "+fmt.Sprint(b.pid), "netns "+fmt.Sprint(in), 1))
		}
	}
	const links = `ip -o -d link | sed -E 's/^[0-9]+: //; s/@if[0-9]+//; s/(link-netnsid|qlen|maxmtu|minmtu) [0-9]+//g; s/link.ether [^ ]+//; s/(hello|tcn|topology_change|gc)_timer +[0-9.]+//g; s/8000\.[0-9a-f:.]+//g; s/(message_age|forward_delay|hold)_timer +[0-9.]+//g' | sort; ip -4 -o addr | sed -E 's/^[0-9]+: //'; ip route`
	for _, q := range []struct{ what, line string }{
		{"rules", "nft list ruleset"}, {"links, addresses, routes", links},
	} {
		if got, want := sh(t, 0, q.line), sh(t, host, q.line); got != want {
			t.Errorf("%s on the host: ours\n%s\ntyped\n%s", q.what, got, want)
		}
		if got, want := sh(t, b.pid, q.line), sh(t, in, q.line); got != want {
			t.Errorf("%s inside: ours\n%s\ntyped\n%s", q.what, got, want)
		}
	}
	if got := sh(t, 0, "nft list ruleset"); got != ruleset {
		t.Errorf("nft list ruleset\n%s\nwant\n%s", got, ruleset)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	clean(t, runs)
}

// TestMany connects fifty containers at once, and disconnects them at once.
func TestMany(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	sh(t, 0, "echo 0 > /proc/sys/net/ipv4/ip_forward") // a new namespace inherits the host's
	const n = 50
	runs := t.TempDir()
	var list []*box
	for i := range n {
		list = append(list, boxOf(t, runs, id(i), "80"))
	}
	each := func(f func(*box) error) {
		t.Helper()
		var wg sync.WaitGroup
		for _, b := range list {
			wg.Go(func() {
				if err := f(b); err != nil {
					t.Errorf("%s: %v", b.Plan.ID, err)
				}
			})
		}
		wg.Wait()
	}
	each((*box).up)
	seen, ports := map[netip.Addr]bool{}, map[uint16]bool{}
	for _, b := range list {
		if a := b.net.address.Addr(); seen[a] || !a.IsValid() {
			t.Errorf("the address %s twice", a)
		}
		seen[b.net.address.Addr()], ports[b.net.ports[0].Host] = true, true
	}
	if len(ports) != n {
		t.Errorf("%d ports, want %d", len(ports), n)
	}
	if out := sh(t, 0, "cat /proc/sys/net/ipv4/ip_forward; ls /proc/sys/net/ipv4/conf | grep -c ^gb; nft list chain ip glassbox postrouting | grep -c masquerade"); out != "1\n51\n1\n" {
		t.Errorf("ip_forward, interfaces, masquerade rules: %q", out)
	}
	serve(t, list[n-1].pid, "tcp", ":80", "web")
	if got, err := ask(list[0].pid, "tcp", list[n-1].net.address.Addr().String()+":80"); err != nil {
		t.Errorf("from one to another: %q, %v", got, err)
	}
	each((*box).down)
	if out := sh(t, 0, "cat /proc/sys/net/ipv4/ip_forward"); out != "0\n" {
		t.Errorf("ip_forward stayed %q", out)
	}
	clean(t, runs)
}

// TestCrash undoes killed runs from their records alone, in any order, while another run goes on.
func TestCrash(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	sh(t, 0, "ip link set lo up; echo 0 > /proc/sys/net/ipv4/ip_forward")
	runs := t.TempDir()
	a, b, c := boxOf(t, runs, id(1), "8080:80"), boxOf(t, runs, id(2), "8081:80"), boxOf(t, runs, id(3), "8082:80")
	for _, x := range []*box{a, b, c} {
		if err := x.up(); err != nil {
			t.Fatal(err)
		}
	}
	a.crash()
	b.crash()
	undo := func(x *box) {
		t.Helper()
		list := x.ev.planned()
		for _, u := range list {
			if !networkOurs(x.Plan.ID, u) || networkOurs(id(99), u) {
				t.Errorf("whose is %+v?", u)
			}
		}
		if len(list) < 5 {
			t.Fatalf("%d inverses are recorded: %+v", len(list), list)
		}
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for range 2 { // what is undone already is no error
			for _, u := range list {
				if err := kernel.New(&events{}, journal.Host).Reverse(u); err != nil {
					t.Errorf("%v (order %+v)", err, list)
				}
			}
		}
	}
	undo(a)
	rules := sh(t, 0, "nft list ruleset")
	if strings.Contains(rules, id(1)) || !strings.Contains(rules, id(2)) || !strings.Contains(rules, id(3)) || strings.Contains(rules, "dport 8080") {
		t.Errorf("after the first is undone:\n%s", rules)
	}
	serve(t, c.pid, "tcp", ":80", "web")
	if got, err := ask(0, "tcp", "127.0.0.1:8082"); err != nil {
		t.Errorf("the living container does not answer any more: %q, %v", got, err)
	}
	// The next run takes back what the second left, and its address.
	d := boxOf(t, runs, id(4))
	if err := d.up(); err != nil {
		t.Fatal(err)
	}
	if d.ev.note("lease-reclaimed") == nil || strings.Contains(sh(t, 0, "nft list ruleset; ip link"), id(2)) {
		t.Error("the killed run's part is still there")
	}
	c.crash()
	if err := d.down(); err != nil {
		t.Error(err)
	}
	undo(b)
	undo(c)
	if out := sh(t, 0, "cat /proc/sys/net/ipv4/ip_forward"); out != "0\n" {
		t.Errorf("ip_forward stayed %q", out)
	}
	clean(t, runs)
}

// TestTaken sees a port that is taken end the stage before anything is made.
func TestTaken(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	sh(t, 0, "ip link set lo up")
	l, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	runs := t.TempDir()
	b := boxOf(t, runs, id(1), "7000:70", "8080:80")
	err = b.up()
	if !errors.Is(err, unix.EADDRINUSE) || !strings.HasPrefix(err.Error(), "publish port 8080/tcp: address already in use: something on this host has port 8080 already") {
		t.Errorf("%v", err)
	}
	if p := b.ev.planned(); len(p) != 0 {
		t.Errorf("something was made: %+v", p)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	if c, err := net.Listen("tcp", ":7000"); err != nil {
		t.Errorf("the port that was free is still held: %v", err)
	} else {
		_ = c.Close()
	}
	b = boxOf(t, runs, id(2), "8080-8082:80")
	if err := b.up(); err != nil || b.net.ports[0].Host != 8081 {
		t.Errorf("of a range the first free one: %+v, %v", b.net.ports, err)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	b = boxOf(t, runs, id(3), "203.0.113.9:8090:80")
	if err := b.up(); err == nil || !strings.Contains(err.Error(), "203.0.113.9 is no address of this host") {
		t.Errorf("%v", err)
	}
	clean(t, runs)
}

// TestSubnets takes another subnet where the first is in use, and says so in one sentence when all are.
func TestSubnets(t *testing.T) {
	if !scratch(t) {
		return
	}
	runs := t.TempDir()
	sh(t, 0, "ip link add d0 type bridge; ip link set d0 up; ip addr add 10.66.160.5/22 dev d0; ip route add 10.66.164.0/24 dev d0 table 77")
	b := boxOf(t, runs, id(1))
	if err := b.up(); err != nil || b.net.address.String() != "10.66.165.2/24" {
		t.Errorf("%s, %v", b.net.address, err)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	sh(t, 0, "ip route add 10.0.0.0/8 dev d0; ip route add 172.16.0.0/12 dev d0")
	b = boxOf(t, runs, id(2))
	if err := b.up(); err != nil || b.net.address.String() != "192.168.160.2/24" {
		t.Errorf("%s, %v", b.net.address, err)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	sh(t, 0, "ip route add 192.168.0.0/16 dev d0")
	b = boxOf(t, runs, id(3))
	if err := b.up(); !errors.Is(err, errSubnets) {
		t.Errorf("%v", err)
	}
	clean(t, runs)
	sh(t, 0, "ip link del d0; ip link add gb0 type bridge")
	b = boxOf(t, runs, id(4))
	if err := b.up(); err == nil || !strings.Contains(err.Error(), "gb0 is there already and is not glassbox's") {
		t.Errorf("somebody else's bridge: %v", err)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	sh(t, 0, "ip link del gb0") // it is still there
	clean(t, runs)
}

// TestDroppers names the rule to add where the host drops what it forwards, and
// says nothing more once it was typed.
func TestDroppers(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	for _, c := range []struct{ name, tool, set, undo, want string }{
		{"iptables-nft", "iptables-nft", "iptables-nft -P FORWARD DROP", "nft flush ruleset", "iptables -I FORWARD -i gb0 -j ACCEPT; iptables -I FORWARD -o gb0 -j ACCEPT"},
		{
			"docker", "iptables-nft", "iptables-nft -N DOCKER-USER && iptables-nft -I FORWARD -j DOCKER-USER && iptables-nft -P FORWARD DROP", "nft flush ruleset",
			"iptables -I DOCKER-USER -i gb0 -j ACCEPT; iptables -I DOCKER-USER -o gb0 -j ACCEPT",
		},
		{
			"nft", "nft", "nft add table inet fw && nft 'add chain inet fw passing { type filter hook forward priority 0; policy drop; }'", "nft flush ruleset",
			`nft 'insert rule inet fw passing iifname "gb0" accept'; nft 'insert rule inet fw passing oifname "gb0" accept'`,
		},
		{
			"reject at the end", "nft", "nft add table inet fw && nft 'add chain inet fw passing { type filter hook forward priority 0; }' && nft add rule inet fw passing counter reject", "nft flush ruleset",
			`nft 'insert rule inet fw passing iifname "gb0" accept'; nft 'insert rule inet fw passing oifname "gb0" accept'`,
		},
		{
			"docker, legacy", "iptables-legacy", "iptables-legacy -N DOCKER-USER && iptables-legacy -I FORWARD -j DOCKER-USER && iptables-legacy -P FORWARD DROP", "iptables-legacy -P FORWARD ACCEPT && iptables-legacy -F && iptables-legacy -X",
			"iptables-legacy -I DOCKER-USER -i gb0 -j ACCEPT; iptables-legacy -I DOCKER-USER -o gb0 -j ACCEPT",
		},
		{"legacy", "iptables-legacy", "iptables-legacy -P FORWARD DROP", "iptables-legacy -P FORWARD ACCEPT", "iptables-legacy -I FORWARD -i gb0 -j ACCEPT; iptables-legacy -I FORWARD -o gb0 -j ACCEPT"},
	} {
		if out, err := shell(0, c.set); err != nil && c.tool != "nft" {
			t.Logf("left out, %s does not work here: %s", c.name, out)
			continue
		} else if err != nil {
			t.Fatalf("%s: %s", c.set, out)
		}
		list := kernel.Droppers("gb0")
		if len(list) != 1 || strings.Join(list[0].Mend, "; ") != c.want {
			t.Errorf("%s: %+v, want %s", c.name, list, c.want)
			continue
		}
		program := c.tool
		for _, m := range list[0].Mend {
			if rest, ok := strings.CutPrefix(m, "iptables "); ok {
				m = program + " " + rest
			}
			sh(t, 0, m)
		}
		if list := kernel.Droppers("gb0"); len(list) != 0 {
			t.Errorf("%s: typed, and still %+v", c.name, list)
		}
		sh(t, 0, c.undo)
		if list := kernel.Droppers("gb0"); len(list) != 0 {
			t.Errorf("%s: undone, and still %+v", c.name, list)
		}
	}
}

// TestForwardDrop sees the packets stopped by the host's own firewall, the note, and
// the packets pass once it was followed.
func TestForwardDrop(t *testing.T) {
	if !scratch(t, "nft", "iptables-nft") {
		return
	}
	far := outside(t)
	serve(t, far, "tcp", ":80", "far")
	sh(t, 0, "iptables-nft -P FORWARD DROP")
	runs := t.TempDir()
	b := boxOf(t, runs, id(1))
	if err := b.up(); err != nil {
		t.Fatal(err)
	}
	if got, err := ask(b.pid, "tcp", "192.0.2.2:80"); err == nil {
		t.Errorf("the host's firewall let it through: %q", got)
	}
	n := b.ev.note("forward-drop")
	if n == nil || n.About != "warning" {
		t.Fatalf("no note: %+v", n)
	}
	sh(t, 0, strings.ReplaceAll(n.Args["type"], "iptables ", "iptables-nft "))
	if got, err := ask(b.pid, "tcp", "192.0.2.2:80"); err != nil || !strings.HasPrefix(got, "far 192.0.2.1") {
		t.Errorf("with the rules of the note: %q, %v", got, err)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	if out := sh(t, 0, "iptables-nft -S"); !slices.Equal(strings.Split(strings.TrimSpace(out), "\n"), []string{
		"-P INPUT ACCEPT", "-P FORWARD DROP", "-P OUTPUT ACCEPT", "-A FORWARD -o gb0 -j ACCEPT", "-A FORWARD -i gb0 -j ACCEPT",
	}) {
		t.Errorf("the host's own rules changed:\n%s", out)
	}
	clean(t, runs)
}

// TestHeld shows the calls of a container without a network namespace, and makes none.
func TestHeld(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	runs := t.TempDir()
	b := boxOf(t, runs, id(1), "8080:80")
	before := sh(t, 0, "ip -d addr; ip route; nft list ruleset")
	k := b.k.Held("without a network namespace")
	err := b.connect(k, b.pid, func(w inside.Wire) error {
		if w.Address.String() != "10.66.160.2/24" {
			t.Errorf("%+v", w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after := sh(t, 0, "ip -d addr; ip route; nft list ruleset"); after != before {
		t.Errorf("something was made:\n%s", after)
	}
	calls := b.ev.calls()
	if len(calls) < 13 || len(b.ev.planned()) != 0 {
		t.Errorf("%d calls shown, %+v planned", len(calls), b.ev.planned())
	}
	for _, c := range calls {
		if c.Held == "" {
			t.Errorf("%s is not marked as held", c.Name)
		}
	}
	clean(t, runs)
}

// TestGate lets another run come and go while one waits before each of its
// calls: it must not wait, and nothing may be made twice or taken away.
func TestGate(t *testing.T) {
	if !scratch(t, "nft") {
		return
	}
	runs := t.TempDir()
	b := boxOf(t, runs, id(0), "8080:80")
	n := 0
	k := b.k.WithGate(func(journal.Gate) error {
		n++
		other := boxOf(t, runs, id(n), "8081:80")
		defer func() { _ = syscall.Kill(other.pid, syscall.SIGKILL) }()
		if err := other.up(); err != nil {
			t.Errorf("while a run waits before call %d: %v", n, err)
		}
		return other.down()
	})
	b.k = k
	if err := b.up(); err != nil {
		t.Fatal(err)
	}
	if n < 8 { // the others have made what all share
		t.Errorf("%d gates", n)
	}
	serve(t, b.pid, "tcp", ":80", "web")
	sh(t, 0, "ip link set lo up")
	for _, at := range []string{b.net.address.Addr().String() + ":80", "127.0.0.1:8080", "10.66.160.1:8080"} {
		if got, err := ask(0, "tcp", at); err != nil {
			t.Errorf("%s: %q, %v", at, got, err)
		}
	}
	if out := sh(t, 0, "nft list ruleset | grep -c -e masquerade -e drop -e jump; cat /proc/sys/net/ipv4/ip_forward"); out != "4\n1\n" {
		t.Errorf("rules, ip_forward: %q", out)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	clean(t, runs)
}

// TestHosts fills the file that is bound into the container: it must stay the same inode.
func TestHosts(t *testing.T) {
	if !scratch(t) {
		return
	}
	runs := t.TempDir()
	b := boxOf(t, runs, id(1))
	path := filepath.Join(b.Plan.State, "hosts")
	if err := os.MkdirAll(b.Plan.State, 0o700); err != nil {
		t.Fatal(err)
	}
	_, hosts, name, err := etcFiles(b.Plan)
	if err != nil || string(name) != "box-abc0\n" {
		t.Fatalf("%q, %v", name, err)
	}
	if err := os.WriteFile(path, hosts, 0o644); err != nil {
		t.Fatal(err)
	}
	before, _ := os.Stat(path)
	if err := b.up(); err != nil {
		t.Fatal(err)
	}
	after, _ := os.Stat(path)
	got, _ := os.ReadFile(path)
	if !os.SameFile(before, after) || string(got) != string(hosts)+"10.66.160.2\tbox-abc0\n" {
		t.Errorf("%q", got)
	}
	if err := b.down(); err != nil {
		t.Error(err)
	}
	clean(t, runs)
}
