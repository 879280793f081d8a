package stages

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// TestResolvConf rewrites the host's file as docker does; the cases of docker's own tests are among them.
func TestResolvConf(t *testing.T) {
	const systemd = "nameserver 192.0.2.53\nsearch corp.example\n"
	for _, c := range []struct {
		name, host, real, mode string
		dns                    []string
		want                   string
		instead                bool
	}{
		{name: "as it is", mode: "bridge", host: "nameserver 192.0.2.1\nsearch a.example b.example\noptions ndots:2\n", want: "nameserver 192.0.2.1\nsearch a.example b.example\noptions ndots:2\n"},
		{name: "systemd-resolved", mode: "bridge", host: "# stub\nnameserver 127.0.0.53\noptions edns0\n", real: systemd, want: systemd},
		{name: "a loopback one among others", mode: "bridge", host: "nameserver 127.0.0.1\nnameserver 192.0.2.1\n", real: systemd, want: "nameserver 192.0.2.1\n"},
		{name: "a loopback one alone", mode: "bridge", host: "nameserver 127.0.0.1\nsearch x\n", want: "nameserver 8.8.8.8\nnameserver 8.8.4.4\nsearch x\n", instead: true},
		{name: "IPv6 over the bridge", mode: "bridge", host: "nameserver 2001:db8::1\nnameserver fe80::1%eth0\n", want: "nameserver 8.8.8.8\nnameserver 8.8.4.4\n", instead: true},
		{name: "IPv6 without the bridge", mode: "none", host: "nameserver 2001:db8::1\n", want: "nameserver 2001:db8::1\n"},
		{name: "none", mode: "bridge", want: "nameserver 8.8.8.8\nnameserver 8.8.4.4\n", instead: true},
		{name: "the host's network", mode: "host", host: "# mine\nnameserver 127.0.0.53\n", real: systemd, want: "# mine\nnameserver 127.0.0.53\n"},
		{name: "--dns", mode: "bridge", host: "nameserver 192.0.2.1\nsearch x\n", dns: []string{"1.1.1.1", "2606:4700::1111"}, want: "nameserver 1.1.1.1\nnameserver 2606:4700::1111\nsearch x\n"},
		{name: "--dns with the host's network", mode: "host", host: "nameserver 127.0.0.53\n", dns: []string{"127.0.0.1"}, want: "nameserver 127.0.0.1\n"},
		{name: "rubbish", mode: "bridge", host: "nameserver\nnameserver nine\n\x00\nnameserver 192.0.2.1 # x\nevil \n", want: "nameserver 192.0.2.1\n"},
	} {
		p := &Plan{Network: Network{Mode: c.mode, DNS: c.dns}}
		got, instead, err := resolvFrom(p, []byte(c.host), []byte(c.real))
		if err != nil || string(got) != c.want || instead != c.instead {
			t.Errorf("%s: %q, %v, %v; want %q, %v", c.name, got, instead, err, c.want, c.instead)
		}
	}
	p := &Plan{Network: Network{Mode: "bridge", DNS: []string{"dns.example"}}}
	if _, _, err := resolvFrom(p, nil, nil); err == nil || !strings.HasPrefix(err.Error(), "--dns dns.example: that is no address") {
		t.Errorf("%v", err)
	}
}

func TestHostsFile(t *testing.T) {
	base := string(hostsFile(netip.Addr{}, ""))
	a := netip.MustParseAddr("10.66.160.2")
	for name, want := range map[string]string{
		"box":               "10.66.160.2\tbox\n",
		"box.corp.example":  "10.66.160.2\tbox.corp.example box\n",
		"box\n6.6.6.6 bank": "", // a bundle may ask for any host name
		"":                  "",
	} {
		if got := string(hostsFile(a, name)); got != base+want {
			t.Errorf("%q: %q", name, strings.TrimPrefix(got, base))
		}
	}
}

func TestEtcFiles(t *testing.T) {
	p := &Plan{ID: id(1), Network: Network{Mode: "none"}, Spec: &specs.Spec{Linux: &specs.Linux{Namespaces: []specs.LinuxNamespace{{Type: specs.UTSNamespace}}}}}
	_, hosts, name, err := etcFiles(p)
	if err != nil || string(name) != id(1)+"\n" || !strings.HasPrefix(string(hosts), "127.0.0.1\tlocalhost\n") {
		t.Errorf("%q, %q, %v", name, hosts, err)
	}
	p.Spec.Hostname = "box"
	if _, _, name, _ = etcFiles(p); string(name) != "box\n" {
		t.Errorf("%q", name)
	}
	p.Spec.Linux.Namespaces = nil // the host's uts: its name is the host's
	if _, _, name, _ = etcFiles(p); string(name) == "box\n" || len(name) < 2 {
		t.Errorf("%q", name)
	}
}
