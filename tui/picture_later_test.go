package tui

import (
	"strings"

	"glassbox/runtime/journal"
)

// file is the fact of one of the group's files.
func fixFile(name, text string) [4]string {
	fact := famCgroup + name
	if strings.HasPrefix(name, "cgroup.") {
		fact = name
	}
	return [4]string{fact, "o", fixGroup + "/" + name, text}
}

func (f *fixture) cgroups() {
	f.undo(4, "rmcgroup", fixGroup, journal.Planned)
	f.see(
		fixFile("cgroup.procs", "4711\n4712\n"), fixFile("memory.max", "134217728\n"), fixFile("memory.current", "41943040\n"),
		fixFile("memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n"), fixFile("cpu.max", "50000 100000\n"), fixFile("cpu.weight", "100\n"),
		fixFile("cpu.stat", "usage_usec 230000\nuser_usec 1000\nsystem_usec 1300\nnr_periods 40\nnr_throttled 12\nthrottled_usec 9\n"),
		fixFile("pids.max", "64\n"), fixFile("pids.current", "2\n"),
		fixFile("io.stat", "254:0 rbytes=4096 wbytes=8192 rios=1 wios=0 dbytes=0 dios=0\n"), fixFile("io.max", "254:0 rbps=max wbps=1048576 riops=max wiops=max\n"),
		fixNS("cgroup", "4026532304"), [4]string{factCgroup, "i", "/proc/self/cgroup", "0::/\n"},
	)
}

func fixMounts() string {
	return `200 199 0:60 / / rw,relatime - overlay overlay rw,` + fixOptions() + `
201 200 0:61 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
202 200 0:62 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
203 202 0:63 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666
204 202 0:64 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
206 200 0:65 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
207 206 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw
208 200 254:0 /run/glassbox/` + fixID + `/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/vda rw
210 200 254:0 /srv/data /data rw,relatime master:1 - ext4 /dev/vda rw
211 201 0:61 /bus /proc/bus ro,nosuid,nodev,noexec,relatime - proc proc rw
214 201 0:61 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw
215 201 0:66 / /proc/acpi ro,relatime - tmpfs tmpfs ro
216 201 0:62 /null /proc/kcore rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
219 206 0:67 / /sys/firmware ro,relatime - tmpfs tmpfs ro
`
}

func (f *fixture) rootfs() {
	f.see([4]string{factMountinfo, "i", "/proc/self/mountinfo", fixMounts()}, [4]string{factMountinfo, "o", "/proc/4711/mountinfo", fixMounts()})
}

const (
	fixLo = `{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"operstate":"UNKNOWN","link_type":"loopback",` +
		`"addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host"}]}`
	fixEth = `{"ifindex":2,"ifname":"eth0","link_index":8,"link_netnsid":0,"flags":["BROADCAST","UP"],"mtu":1500,"operstate":"UP","link_type":"ether",` +
		`"linkinfo":{"info_kind":"veth"},"addr_info":[{"family":"inet","local":"10.66.160.2","prefixlen":24,"scope":"global"},` +
		`{"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}`
	fixHost = `{"ifindex":2,"ifname":"ens3","flags":["BROADCAST","UP"],"mtu":1500,"operstate":"UP","link_type":"ether",` +
		`"addr_info":[{"family":"inet","local":"192.0.2.2","prefixlen":24,"scope":"global"}]},` +
		`{"ifindex":7,"ifname":"gb0","flags":["BROADCAST","UP"],"mtu":1500,"operstate":"UP","link_type":"ether","linkinfo":{"info_kind":"bridge"},` +
		`"addr_info":[{"family":"inet","local":"10.66.160.1","prefixlen":24,"scope":"global"}]},` +
		`{"ifindex":8,"ifname":"gb3f2a9c01d7e4","link_index":2,"link_netnsid":0,"master":"gb0","flags":["BROADCAST","UP"],"mtu":1500,"operstate":"UP",` +
		`"link_type":"ether","linkinfo":{"info_kind":"veth"}}`
	fixRules = `table ip glassbox {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr 10.66.160.0/24 oifname != "gb0" masquerade comment "the way out of 10.66.160.0/24"
	}
	chain to-3f2a9c01d7e4 {
		tcp dport 8080 dnat to 10.66.160.2:80 comment "tcp 8080"
	}
}
`
)

func (f *fixture) network() {
	f.undo(5, "bridgedel", "gb0", journal.Planned)
	f.undo(6, "linkdel", "gb"+fixID, journal.Planned)
	f.see(
		[4]string{factAddrs, "o", "netlink", "[" + fixHost + "]"}, [4]string{factAddrs, "i", "netlink", "[" + fixLo + "," + fixEth + "]"},
		[4]string{factRoutes, "o", "netlink", `[{"dst":"default","gateway":"192.0.2.1","dev":"ens3","flags":[]}]`},
		[4]string{factRoutes, "i", "netlink", `[{"dst":"default","gateway":"10.66.160.1","dev":"eth0","flags":[]},{"dst":"10.66.160.0/24","dev":"eth0","scope":"link","flags":[]}]`},
		[4]string{factRules, "o", "netlink", fixRules},
	)
}

func (f *fixture) exec() {
	const docker = "00000000a80425fb"
	f.see(
		[4]string{factStatus, "o", "/proc/4711/status", fixStatus("nginx", 4711, 4650, "4711\t1", docker, 1)},
		[4]string{factStatus, "i", "/proc/1/status", fixStatus("nginx", 1, 0, "1", docker, 1)},
		[4]string{factCmdline, "o", "/proc/4711/cmdline", "nginx\x00-g\x00daemon off;\x00"},
		[4]string{factEnviron, "i", "/proc/1/environ", "PATH=/usr/sbin:/usr/bin\x00HOME=/root\x00TOKEN=secret\x00"},
	)
	text := "start worker processes\n"
	f.emit(journal.Event{Kind: journal.KindOutput, Side: journal.Container, Output: &journal.Output{Stream: "stdout", Text: &text}})
}

func (f *fixture) exit() {
	f.emit(journal.Event{Kind: journal.KindExit, Exit: &journal.Exit{
		Code: 137, Signal: "SIGKILL", OOMKills: 1, OOMSource: fixGroup + "/memory.events", UserUS: 123000, SystemUS: 45000, MaxRSSKiB: 131000,
	}})
	f.undo(6, "linkdel", "gb"+fixID, journal.Undone)
	f.undo(5, "bridgedel", "gb0", journal.Undone)
	f.undo(4, "rmcgroup", fixGroup, journal.Undone)
}
