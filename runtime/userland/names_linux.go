package userland

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// account is a line of /etc/passwd, passwd(5).
type account struct {
	name     string
	uid, gid int
	line     string
}

// accounts are the users that /etc/passwd names. os/user would do, but it wants
// to be told each name of interest, and ls has many.
func accounts() []account {
	var all []account
	records("/etc/passwd", 7, func(line string, f []string) {
		uid, err := strconv.Atoi(f[2])
		gid, gerr := strconv.Atoi(f[3])
		if err == nil && gerr == nil {
			all = append(all, account{name: f[0], uid: uid, gid: gid, line: line})
		}
	})
	return all
}

// team is a line of /etc/group, group(5).
type team struct {
	name    string
	gid     int
	members []string
	line    string
}

func teams() []team {
	var all []team
	records("/etc/group", 4, func(line string, f []string) {
		gid, err := strconv.Atoi(f[2])
		if err != nil {
			return
		}
		t := team{name: f[0], gid: gid, line: line}
		if f[3] != "" {
			t.members = strings.Split(f[3], ",")
		}
		all = append(all, t)
	})
	return all
}

// records gives the lines of a file of colons, those with n fields.
func records(path string, n int, use func(line string, fields []string)) {
	f, err := os.Open(path)
	if err != nil {
		return // An image without the file has no names: numbers are shown.
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if fields := strings.Split(lines.Text(), ":"); len(fields) == n && fields[0] != "" && fields[0][0] != '#' {
			use(lines.Text(), fields)
		}
	}
}

// directory finds names of numbers, reading each file once.
type directory struct {
	users, groups map[int]string
}

func newDirectory() *directory {
	d := &directory{users: map[int]string{}, groups: map[int]string{}}
	for _, a := range accounts() {
		if _, ok := d.users[a.uid]; !ok {
			d.users[a.uid] = a.name
		}
	}
	for _, t := range teams() {
		if _, ok := d.groups[t.gid]; !ok {
			d.groups[t.gid] = t.name
		}
	}
	return d
}

// user is the name of uid, or the number.
func (d *directory) user(uid int) string {
	if name, ok := d.users[uid]; ok {
		return name
	}
	return strconv.Itoa(uid)
}

// group is the name of gid, or the number.
func (d *directory) group(gid int) string {
	if name, ok := d.groups[gid]; ok {
		return name
	}
	return strconv.Itoa(gid)
}

// owner reads USER, USER:GROUP, USER: or :GROUP; -1 leaves that one alone.
func owner(s string) (uid, gid int, err error) {
	user, group, colon := strings.Cut(s, ":")
	uid, gid = -1, -1
	if user != "" {
		login := -1
		if uid, login, err = userID(user); err != nil {
			return 0, 0, err
		}
		if colon && group == "" {
			gid = login
		}
	}
	if group != "" {
		if gid, err = groupID(group); err != nil {
			return 0, 0, err
		}
	}
	return uid, gid, nil
}

func userID(name string) (uid, gid int, err error) {
	for _, a := range accounts() {
		if a.name == name {
			return a.uid, a.gid, nil
		}
	}
	if uid, err = strconv.Atoi(name); err != nil {
		return 0, 0, fmt.Errorf("invalid user: '%s'", name)
	}
	return uid, -1, nil
}

func groupID(name string) (int, error) {
	for _, t := range teams() {
		if t.name == name {
			return t.gid, nil
		}
	}
	gid, err := strconv.Atoi(name)
	if err != nil {
		return 0, fmt.Errorf("invalid group: '%s'", name)
	}
	return gid, nil
}
