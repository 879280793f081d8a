package userland

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/sys/unix"
)

// ip shows what the kernel's network namespace holds, in iproute2's form.
func ip(args []string) int {
	o := opts{}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-4", "-6":
			o[args[0][1:]] = []string{""}
		case "-br", "-brief", "--brief":
			o["br"] = []string{""}
		case "-f":
			args = args[1:]
		case "-o", "-c", "-s", "-d":
		default:
			return misuse("ip", fmt.Errorf("option \"%s\" is unknown", args[0]))
		}
		args = args[min(1, len(args)):]
	}
	if len(args) == 0 {
		return misuse("ip", fmt.Errorf("say what to show: addr, link, route or neigh"))
	}
	what := args[0]
	dev, err := shownDevice(args[1:])
	if err != nil {
		complain("ip", "%v", err)
		return 255
	}
	begins := func(full string) bool { return strings.HasPrefix(full, what) }
	switch {
	case begins("address"), what == "addr":
		return addresses(o, dev, true)
	case begins("link"):
		return addresses(o, dev, false)
	case begins("route"):
		return routes(o)
	case begins("neighbour"), begins("neighbor"):
		return neighbours(o)
	}
	complain("ip", "object \"%s\" is unknown: addr, link, route and neigh can be shown", what)
	return 1
}

// shownDevice reads what follows the object: [show|list] [dev NAME].
func shownDevice(args []string) (string, error) {
	for len(args) > 0 {
		switch args[0] {
		case "show", "list", "ls", "sh", "s", "l", "dev":
			args = args[1:]
		case "add", "del", "delete", "set", "replace", "change", "flush":
			return "", fmt.Errorf("this ip only shows; the demo image has nothing to %s with", args[0])
		default:
			return args[0], nil
		}
	}
	return "", nil
}

// addresses prints interfaces, with their addresses or without.
func addresses(o opts, dev string, withAddr bool) int {
	ifs, err := links()
	if err != nil {
		return fail("ip", err)
	}
	addrs, err := dump(unix.RTM_GETADDR, unix.RTM_NEWADDR, unix.SizeofIfAddrmsg, unix.AF_UNSPEC)
	if err != nil {
		return fail("ip", err)
	}
	names := map[int]string{}
	for i := range ifs {
		names[ifs[i].index()] = ifs[i].text(unix.IFLA_IFNAME)
	}
	found := false
	for i := range ifs {
		l := &ifs[i]
		name := l.text(unix.IFLA_IFNAME)
		if dev != "" && dev != name {
			continue
		}
		found = true
		var own []*record
		for k := range addrs {
			a := &addrs[k]
			v4 := a.body[0] == unix.AF_INET
			if int(binary.NativeEndian.Uint32(a.body[4:])) == l.index() && (v4 || !o.has("4")) && (!v4 || !o.has("6")) {
				own = append(own, a)
			}
		}
		switch {
		case withAddr && len(own) == 0 && (o.has("4") || o.has("6")):
		case o.has("br"):
			printf("%s\n", brief(l, own, names, withAddr))
		default:
			printLink(o, l, names, withAddr)
			for _, a := range own {
				if withAddr {
					printAddr(a)
				}
			}
		}
	}
	if !found && dev != "" {
		complain("Device", "\"%s\" does not exist.", dev)
		return 1
	}
	return 0
}
