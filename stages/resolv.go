package stages

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

const (
	resolvPath  = "/etc/resolv.conf"
	systemdPath = "/run/systemd/resolve/resolv.conf" // what systemd-resolved asks itself, behind its 127.0.0.53
)

// defaultServers are docker's, where the host's own can't be reached from a container.
var defaultServers = []netip.Addr{netip.MustParseAddr("8.8.8.8"), netip.MustParseAddr("8.8.4.4")}

// etcFiles makes the content of the container's resolv.conf(5), hosts(5) and
// hostname(5). The network stage adds the container's address to hosts. Who joins
// another container's network begins with the names that hold there: docker and the
// kubelet have both use one file.
func etcFiles(p *Plan) (resolv, hosts, hostname []byte, err error) {
	name, err := hostnameOf(p)
	if err != nil {
		return nil, nil, nil, err
	}
	resolv, _, err = resolvConf(p)
	if err != nil {
		return nil, nil, nil, err
	}
	switch p.Network.Mode {
	case "host":
		hosts, err = os.ReadFile("/etc/hosts")
		if err != nil && !os.IsNotExist(err) {
			return nil, nil, nil, fmt.Errorf("read the host's hosts file: %w", err)
		}
	case "container":
		hosts = theirs(p, "hosts")
		if b := theirs(p, "resolv.conf"); len(b) > 0 && len(p.Network.DNS) == 0 {
			resolv = b
		}
	}
	if len(hosts) == 0 {
		hosts = hostsFile(netip.Addr{}, "")
	}
	return resolv, hosts, []byte(name + "\n"), nil
}

// maxEtc is the longest file of another container's that is taken over, in bytes: its
// program can write to it.
const maxEtc = 64 << 10

// theirs is a copy of a file of the container whose network is joined, as it is now;
// nil where there is none, as in a bundle's run, or none that is of use.
func theirs(p *Plan, name string) []byte {
	if p.Network.Peer == "" {
		return nil
	}
	b, err := readRegular(filepath.Join(p.Network.Peer, name), maxEtc, unix.O_NOFOLLOW)
	if err != nil || bytes.IndexByte(b, 0) >= 0 {
		return nil
	}
	return b
}

// hostnameOf is what the container calls itself.
func hostnameOf(p *Plan) (string, error) {
	if p.Spec != nil && p.Spec.Hostname != "" && p.has(specs.UTSNamespace) {
		return p.Spec.Hostname, nil
	}
	if p.has(specs.UTSNamespace) {
		return p.ID, nil
	}
	name, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("ask for the host's name: %w", err)
	}
	return name, nil
}

// hostsFile is docker's /etc/hosts, with a line for the container where it has an address.
func hostsFile(a netip.Addr, name string) []byte {
	var b bytes.Buffer
	b.WriteString("127.0.0.1\tlocalhost\n" +
		"::1\tlocalhost ip6-localhost ip6-loopback\n" +
		"fe00::\tip6-localnet\n" +
		"ff00::\tip6-mcastprefix\n" +
		"ff02::1\tip6-allnodes\n" +
		"ff02::2\tip6-allrouters\n")
	if a.IsValid() && name != "" && !strings.ContainsAny(name, " \t\r\n#") {
		if short, _, ok := strings.Cut(name, "."); ok && short != "" {
			name += " " + short
		}
		fmt.Fprintf(&b, "%s\t%s\n", a, name)
	}
	return b.Bytes()
}

// resolvConf is the host's resolv.conf, made fit for the container.
func resolvConf(p *Plan) (content []byte, instead bool, err error) {
	host, err := os.ReadFile(resolvPath)
	if err != nil && !os.IsNotExist(err) {
		return nil, false, fmt.Errorf("read the host's name servers: %w", err)
	}
	behind, _ := os.ReadFile(systemdPath) // not there where systemd-resolved does not run
	return resolvFrom(p, host, behind)
}

// resolvFrom does as docker does: a name server on a loopback address is another
// one in the container, so what systemd-resolved asks itself takes its place, and
// IPv6 ones can't be reached over the bridge. instead tells that none was left,
// and that docker's defaults stand in.
func resolvFrom(p *Plan, host, behind []byte) (content []byte, instead bool, err error) {
	if p.Network.Mode == "host" && len(p.Network.DNS) == 0 {
		return host, false, nil
	}
	list := nameservers(host)
	if len(list) > 0 && len(behind) > 0 && !slices.ContainsFunc(list, func(a netip.Addr) bool { return !a.IsLoopback() }) {
		host, list = behind, nameservers(behind)
	}
	list = slices.DeleteFunc(list, func(a netip.Addr) bool {
		return a.IsLoopback() || p.Network.Mode == "bridge" && a.Is6()
	})
	if len(p.Network.DNS) > 0 {
		list = nil
	}
	for _, s := range p.Network.DNS {
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, false, fmt.Errorf("--dns %s: that is no address: name a server by number, as in --dns 1.1.1.1", s)
		}
		list = append(list, a)
	}
	if instead = len(list) == 0; instead {
		list = defaultServers
	}
	return resolvText(host, list), instead, nil
}

// resolvText is the search, domain, options and sortlist lines of b, and the servers.
func resolvText(b []byte, servers []netip.Addr) []byte {
	var out bytes.Buffer
	for _, a := range servers {
		fmt.Fprintf(&out, "nameserver %s\n", a)
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) > 1 && slices.Contains([]string{"search", "domain", "options", "sortlist"}, f[0]) {
			out.WriteString(strings.Join(f, " ") + "\n")
		}
	}
	return out.Bytes()
}

// nameservers are the addresses that a resolv.conf(5) names.
func nameservers(b []byte) []netip.Addr {
	var list []netip.Addr
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != "nameserver" {
			continue
		}
		if a, err := netip.ParseAddr(f[1]); err == nil {
			list = append(list, a.Unmap())
		}
	}
	return list
}
