package userland

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// identity is what id prints.
type identity struct {
	uid, euid, gid, egid int
	groups               []int
}

// mine is the process's own.
func mine() (identity, error) {
	groups, err := os.Getgroups()
	if err != nil {
		return identity{}, err
	}
	i := identity{uid: os.Getuid(), euid: os.Geteuid(), gid: os.Getgid(), egid: os.Getegid()}
	i.groups = append([]int{i.egid}, slices.DeleteFunc(groups, func(g int) bool { return g == i.egid })...)
	return i, nil
}

// named is that of a user of /etc/passwd.
func named(name string) (identity, error) {
	uid, gid, err := userID(name)
	if err != nil || gid < 0 && !slices.ContainsFunc(accounts(), func(a account) bool { return a.uid == uid }) {
		return identity{}, fmt.Errorf("'%s': no such user", name)
	}
	for _, a := range accounts() {
		if a.uid == uid {
			name, gid = a.name, a.gid
			break
		}
	}
	i := identity{uid: uid, euid: uid, gid: gid, egid: gid, groups: []int{gid}}
	for _, t := range teams() {
		if t.gid != gid && slices.Contains(t.members, name) {
			i.groups = append(i.groups, t.gid)
		}
	}
	return i, nil
}

// id prints user and groups as coreutils' id does.
func id(args []string) int {
	o, rest, err := getopt(args, "ugGnr", "user=u", "group=g", "groups=G", "name=n", "real=r")
	if err != nil {
		return misuse("id", err)
	}
	who, err := mine()
	if len(rest) > 0 {
		who, err = named(rest[0])
	}
	if err != nil {
		return fail("id", err)
	}
	d := newDirectory()
	user, group := strconv.Itoa, strconv.Itoa
	if o.has("n") {
		user, group = d.user, d.group
	}
	switch {
	case o.has("u") && o.has("r"):
		printf("%s\n", user(who.uid))
	case o.has("u"):
		printf("%s\n", user(who.euid))
	case o.has("g") && o.has("r"):
		printf("%s\n", group(who.gid))
	case o.has("g"):
		printf("%s\n", group(who.egid))
	case o.has("G"):
		printf("%s\n", list(who.groups, group))
	default:
		printf("%s\n", full(who, d))
	}
	return 0
}

func list(ids []int, show func(int) string) string {
	var all []string
	for _, n := range ids {
		all = append(all, show(n))
	}
	return strings.Join(all, " ")
}

// full is the long form.
func full(i identity, d *directory) string {
	pair := func(n int, names map[int]string) string {
		if name, ok := names[n]; ok {
			return fmt.Sprintf("%d(%s)", n, name)
		}
		return strconv.Itoa(n)
	}
	s := "uid=" + pair(i.uid, d.users) + " gid=" + pair(i.gid, d.groups)
	if i.euid != i.uid {
		s += " euid=" + pair(i.euid, d.users)
	}
	if i.egid != i.gid {
		s += " egid=" + pair(i.egid, d.groups)
	}
	var all []string
	for _, g := range i.groups {
		all = append(all, pair(g, d.groups))
	}
	return s + " groups=" + strings.Join(all, ",")
}

func whoami([]string) int {
	uid := os.Geteuid()
	if name, ok := newDirectory().users[uid]; ok {
		printf("%s\n", name)
		return 0
	}
	return complain("whoami", "cannot find name for user ID %d", uid)
}

func groups(args []string) int { return id(append([]string{"-Gn"}, args...)) }

// getent looks names up in the files that the image has, and hosts in the
// resolver.
func getent(args []string) int {
	if len(args) == 0 {
		return misuse("getent", nil)
	}
	var lines []string
	keys := args[1:]
	match := func(line string, words ...string) {
		if len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(words, k) }) {
			lines = append(lines, line)
		}
	}
	switch args[0] {
	case "passwd":
		for _, a := range accounts() {
			match(a.line, a.name, strconv.Itoa(a.uid))
		}
	case "group":
		for _, t := range teams() {
			match(t.line, t.name, strconv.Itoa(t.gid))
		}
	case "hosts":
		return hosts(keys)
	default:
		return misuse("getent", fmt.Errorf("unknown database: %s", args[0]))
	}
	for _, line := range lines {
		printf("%s\n", line)
	}
	if len(lines) == 0 {
		return 2
	}
	return 0
}
