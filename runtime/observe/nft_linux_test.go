package observe

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// ruleset is of the kind that glassbox makes, in nft(8)'s own words and order, so that
// `nft list` prints it as it stands here.
const ruleset = `table ip glassbox {
	set inside {
		type ipv4_addr
		flags interval
		elements = { 10.88.0.0/24, 10.89.0.5 }
	}

	map ports {
		type inet_service : ipv4_addr
		elements = { 8080 : 10.88.0.2 }
	}

	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.88.0.0/16 oifname != "gb0" counter packets 0 bytes 0 masquerade comment "the way out"
		ip saddr 10.0.0.0/8 meta l4proto tcp masquerade to :1024-65535
		ip saddr @inside ip daddr 10.88.0.7 tcp dport 80 masquerade
		oifname "gb*" snat to 192.0.2.1-192.0.2.9
	}

	chain prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		fib daddr type local jump published
	}

	chain output {
		type nat hook output priority -100; policy accept;
		ip daddr 127.0.0.1 tcp dport 8080 dnat to 10.88.0.2:80
		fib daddr type local oifname "lo" meta mark 0x00000001 jump published
		tcp dport 90 redirect to :9090
	}

	chain published {
		iifname != "gb0" tcp dport 8080 dnat to 10.88.0.2:80
		udp dport { 53, 5353 } dnat to 10.88.0.3
		meta l4proto { tcp, udp } th dport 1000-2000 dnat to 10.88.0.4:3000-4000
	}

	chain other {
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
		ct status dnat accept
		iifname "gb0" oifname "gb0" accept
		ip protocol icmp accept
		iifname vmap { "gb0" : accept, "gb1" : goto other }
		ip daddr != 10.88.0.9 meta mark set 0x0000002a return
		tcp sport != 443 drop
	}
}
`

// TestRules loads rules with nft(8) in a network namespace of its own, and expects what
// it prints.
func TestRules(t *testing.T) {
	t.Run("all", func(t *testing.T) { asNft(t, ruleset) })
	// Not every kernel has it.
	t.Run("reject", func(t *testing.T) {
		asNft(t, strings.Replace(ruleset, "443 drop", "443 reject with tcp reset", 1))
	})
}

func asNft(t *testing.T, ruleset string) {
	t.Helper()
	root(t)
	if _, err := os.Stat("/etc/protocols"); err != nil {
		t.Skip("needs /etc/protocols: without it nft writes numbers for protocols")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "-n", "sh", "-c", "nft -f - && nft list table ip glassbox && echo === && exec "+exe)
	cmd.Stdin = strings.NewReader(ruleset)
	cmd.Env = append(os.Environ(), "GLASSBOX_TEST_OBSERVE=rules")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("nft or this kernel's nftables are missing: %v %s", err, stderr.String())
	}
	want, got, _ := strings.Cut(string(out), "===\n")
	wantLines, gotLines := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wantLines), len(gotLines)) {
		var w, g string
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if w != g {
			t.Errorf("line %d:\n got %q\nwant %q", i, g, w)
		}
	}
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		k         kind
		from, end string
		want      string
	}{
		{address, "\x0a\x58\x00\x00", "\x0a\x58\x01\x00", "10.88.0.0/24"},
		{address, "\x0a\x58\x00\x05", "\x0a\x58\x00\x06", "10.88.0.5"},
		{address, "\x0a\x58\x00\x05", "\x0a\x58\x00\x08", "10.88.0.5-10.88.0.7"},
		{address, "\x0a\x58\x00\x00", "\x0a\x58\x00\x03", "10.88.0.0-10.88.0.2"},
		{port, "\x00\x50", "\x01\x00", "80-255"},
	} {
		if got := span(c.k, []byte(c.from), []byte(c.end)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
