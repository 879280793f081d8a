package stages

import (
	"reflect"
	"strings"
	"testing"
)

func TestParsePort(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []Port
	}{
		{"80", []Port{{Container: 80, Proto: "tcp"}}},
		{"8080:80", []Port{{Host: 8080, Container: 80, Proto: "tcp"}}},
		{"8080:80/tcp", []Port{{Host: 8080, Container: 80, Proto: "tcp"}}},
		{"53:53/UDP", []Port{{Host: 53, Container: 53, Proto: "udp"}}},
		{":80", []Port{{Container: 80, Proto: "tcp"}}},
		{"127.0.0.1:8080:80", []Port{{HostIP: "127.0.0.1", Host: 8080, Container: 80, Proto: "tcp"}}},
		{"127.0.0.1::80", []Port{{HostIP: "127.0.0.1", Container: 80, Proto: "tcp"}}},
		{"[::1]:8080:80", []Port{{HostIP: "::1", Host: 8080, Container: 80, Proto: "tcp"}}},
		{"[::ffff:192.0.2.1]:8080:80", []Port{{HostIP: "192.0.2.1", Host: 8080, Container: 80, Proto: "tcp"}}},
		{"8000-8001:80-81", []Port{{Host: 8000, Container: 80, Proto: "tcp"}, {Host: 8001, Container: 81, Proto: "tcp"}}},
		{"80-81/udp", []Port{{Container: 80, Proto: "udp"}, {Container: 81, Proto: "udp"}}},
		{"8000-8009:80", []Port{{Host: 8000, HostEnd: 8009, Container: 80, Proto: "tcp"}}},
		{"8000-8000:80", []Port{{Host: 8000, Container: 80, Proto: "tcp"}}},
		{"65535:65535", []Port{{Host: 65535, Container: 65535, Proto: "tcp"}}},
	} {
		if got, err := parsePort(c.in); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("-p %s: %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
}

func TestParsePortRefuses(t *testing.T) {
	for in, why := range map[string]string{
		"":                     "a port lacks",
		":":                    "a port lacks",
		"8080:":                "a port lacks",
		"0":                    `"0" is no port`,
		"0:80":                 `"0" is no port`,
		"65536":                `"65536" is no port`,
		"-1":                   "a port lacks",
		"http:80":              `"http" is no port`,
		"80/sctp":              `"sctp" is neither tcp nor udp`,
		"80/":                  `"" is neither tcp nor udp`,
		"127.0.0.1:80":         `"127.0.0.1" is no port`,
		"localhost:8080:80":    `"localhost" is no address`,
		"::1:8080:80":          "write the IPv6 address in brackets, [::1]",
		"[127.0.0.1]:8080:80":  `"127.0.0.1" is no address`,
		"[fe80::1%lo]:8080:80": `"fe80::1%lo" is no address`,
		"1.2.3:8080:80":        `"1.2.3" is no address`,
		"8001-8000:80":         "goes backwards",
		"8000-8001:80-82":      "the range 8000-8001 has 2 ports, and 80-82 has 3",
		"8000:80-82":           "the range 8000 has 1 ports, and 80-82 has 3",
		"1-65535:1-65535":      "more than 1024 ports",
		"8080:80\n":            "is no port",
	} {
		got, err := parsePort(in)
		if err == nil {
			t.Errorf("-p %q gave %+v", in, got)
			continue
		}
		if s := err.Error(); !strings.HasPrefix(s, "-p "+in+": ") || !strings.Contains(s, why) || !strings.HasSuffix(s, "as in -p 8080:80)") {
			t.Errorf("-p %q: %s; want %s", in, s, why)
		}
	}
}

func FuzzParsePort(f *testing.F) {
	for _, s := range []string{"80", "127.0.0.1:8000-8002:80-82/udp", "[::1]::80", "8000-8009:80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parsePort(s)
		if err == nil && (len(list) == 0 || len(list) > maxPorts) {
			t.Errorf("%q gave %d ports", s, len(list))
		}
		for _, p := range list {
			if p.Container == 0 || p.HostEnd != 0 && p.HostEnd <= p.Host || p.Proto != "tcp" && p.Proto != "udp" {
				t.Errorf("%q gave %+v", s, p)
			}
		}
	})
}
