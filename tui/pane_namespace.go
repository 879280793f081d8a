package tui

import (
	"strconv"

	"glassbox/runtime/proc"
)

// namespaces shows, for each kind, the host's inode beside the container's.
func namespaces(b *lines) {
	t := b.sc.Text
	b.head(t.Rows["inodes"])
	found := false
	for _, kind := range proc.Namespaces() {
		found = b.namespace(kind) || found
	}
	if !found {
		b.out = b.out[:0]
		b.none()
		return
	}
	b.head(t.Rows["maps"])
	for _, m := range []struct{ label, fact string }{{"uid_map", factUIDMap}, {"gid_map", factGIDMap}} {
		b.pairOf(m.label, m.fact, b.idMap)
	}
	b.head(t.Rows["sees"])
	b.pair(b.row("hostname"), factHostname)
	b.pairOf(b.row("cgroup"), factCgroup, groupPath)
	b.pairOf(b.row("address"), factAddrs, addresses)
}

// namespace adds one kind: outside, the inode of the host's own and of the
// container's; inside, what a program there reads.
func (b *lines) namespace(kind string) bool {
	host := hostInode(b.sc.S, kind)
	show := func(text string) (string, string) {
		_, n, err := proc.ParseNamespace(oneLine(text))
		switch {
		case err != nil:
			return oneLine(text), ""
		case host == 0:
			return strconv.FormatUint(n, 10), ""
		case n == host && engines(b.sc.S, kind):
			return strconv.FormatUint(n, 10), b.sc.Text.Engine
		case n == host:
			return strconv.FormatUint(n, 10), b.sc.Text.Host
		case joined(b.sc.S, kind):
			return strconv.FormatUint(n, 10), b.sc.Text.Joined
		}
		return strconv.FormatUint(n, 10), b.sc.Text.Own
	}
	return b.pairOf(kind, famNS+kind, show)
}

func (b *lines) idMap(text string) (string, string) {
	maps := proc.ParseIDMap([]byte(text))
	if len(maps) == 0 {
		return oneLine(text), ""
	}
	if proc.Identity(maps) {
		return oneLine(squeeze(text)), b.sc.Text.SameIDs
	}
	return oneLine(squeeze(text)), ""
}
