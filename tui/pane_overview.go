package tui

import (
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// overview is what one wants to know of a container at a glance, both ways.
func overview(b *lines) {
	t := b.sc.Text
	b.exit()
	b.head(t.Rows["process"])
	b.status("pid", func(s *proc.Status) string { return numbers(s.NSpid) })
	b.status("parent", func(s *proc.Status) string { return strconv.Itoa(s.PPid) })
	b.status("program", func(s *proc.Status) string { return Clean(s.Name) })
	b.pairOf(b.row("cmdline"), factCmdline, args)
	b.status("state", func(s *proc.Status) string { return Clean(s.State) })
	b.status("user", func(s *proc.Status) string { return strconv.Itoa(s.UID[1]) + ":" + strconv.Itoa(s.GID[1]) })
	b.head(t.Rows["sees"])
	b.pair(b.row("hostname"), factHostname)
	b.pairOf(b.row("root"), factMountinfo, rootMount)
	b.pairOf(b.row("address"), factAddrs, addresses)
	b.pairOf(b.row("route"), factRoutes, gateway)
	b.pairOf(b.row("cgroup"), factCgroup, groupPath)
	b.head(t.Rows["limits"])
	cgroupGauges(b)
	if _, _, ok := b.sc.fact(factStatus, journal.Outside); !ok {
		b.out = b.out[:0]
		b.none()
		b.image()
	}
}

// status adds a row of /proc/PID/status.
func (b *lines) status(key string, of func(*proc.Status) string) {
	b.pairOf(b.row(key), factStatus, func(text string) (string, string) {
		s := proc.ParseStatus([]byte(text))
		return of(&s), ""
	})
}

func numbers(list []int) string {
	s := make([]string, len(list))
	for i, n := range list {
		s[i] = strconv.Itoa(n)
	}
	return strings.Join(s, " ")
}

// args shows a command line as a shell would have it.
func args(text string) (string, string) {
	list := proc.ParseCmdline([]byte(text))
	for i, a := range list {
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\") {
			list[i] = quote(a)
		}
	}
	return oneLine(strings.Join(list, " ")), ""
}

func rootMount(text string) (string, string) {
	list, _ := proc.ParseMountinfo([]byte(text))
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Point == "/" {
			return Clean(list[i].FSType), Clean(list[i].Source)
		}
	}
	return "", ""
}

func addresses(text string) (string, string) {
	links, _ := proc.ParseLinks([]byte(text))
	var out []string
	for _, l := range links {
		for _, a := range l.Addrs {
			if a.Family == "inet" && a.Scope != "host" {
				out = append(out, l.Name+" "+a.Local+"/"+strconv.Itoa(a.PrefixLen))
			}
		}
	}
	if len(out) == 0 && len(links) == 1 {
		out = []string{links[0].Name}
	}
	return Clean(strings.Join(out, ", ")), ""
}

func gateway(text string) (string, string) {
	routes, _ := proc.ParseRoutes([]byte(text))
	for _, r := range routes {
		if r.Dst == "default" {
			return Clean(strings.TrimSpace(r.Gateway + " " + r.Dev)), "default"
		}
	}
	return "–", ""
}

// groupPath is the v2 path, or that of the memory controller.
func groupPath(text string) (string, string) {
	groups := proc.ParseCgroup([]byte(text))
	for _, c := range []string{"memory", "pids"} {
		if p, ok := proc.PathOf(groups, c); ok {
			return Clean(p), c
		}
	}
	p, _ := proc.PathOf(groups, "")
	return Clean(p), ""
}

// exit says how the program ended.
func (b *lines) exit() {
	e := b.sc.S.Exit
	if e == nil {
		return
	}
	t := b.sc.Text
	b.head(t.Rows["exit"])
	look := b.sc.Theme.Good
	if e.Code != 0 {
		look = b.sc.Theme.Error
	}
	mark := byte(' ')
	if b.sc.stage() == "exit" {
		mark = '+'
	}
	row := func(key, text, note string, look Style) {
		l := Line{Label: b.row(key), Out: Cell{Text: text, Note: note, Look: look, Mark: mark, Keep: look != Style{}}}
		if key == "oom" {
			l.Source, l.Sh = Clean(e.OOMSource), "cat "+quote(e.OOMSource)
		}
		b.add(l)
	}
	row("code", strconv.Itoa(e.Code), Clean(e.Signal), look)
	if e.OOMKills > 0 {
		row("oom", strconv.FormatUint(e.OOMKills, 10), "", b.sc.Theme.Error)
	}
	row("cpu", Say(b.sc.Lang, spanOf(e.UserUS)+" user, "+spanOf(e.SystemUS)+" system", "사용자 "+spanOf(e.UserUS)+", 시스템 "+spanOf(e.SystemUS)), "", Style{})
	row("rss", amountOf(signed(e.MaxRSSKiB)<<10), "", Style{})
}

// image says what is going to run, while there is no process to look at.
func (b *lines) image() {
	h := b.sc.S.Header
	b.head(b.sc.Text.Rows["plan"])
	wide := func(key, text string) {
		if text != "" {
			b.add(Line{Label: b.row(key), Out: Cell{Text: Clean(text)}, Wide: true})
		}
	}
	wide("image", h.Image)
	wide("cmdline", strings.Join(h.Args, " "))
	wide("name", h.Name)
	wide("kernel", strings.TrimSpace(h.Kernel+" "+h.Arch))
	wide("cgroup", h.Cgroup)
	for _, k := range sorted(h.Limits) {
		wide(k, h.Limits[k])
	}
}

// family are the names of the facts with a prefix, in their order.
func (b *lines) family(prefix string) []string {
	seen := map[string]bool{}
	for k := range b.sc.S.Facts {
		if strings.HasPrefix(k.Fact, prefix) {
			seen[k.Fact] = true
		}
	}
	return sorted(seen)
}

var bothSides = []journal.Side{journal.Outside, journal.Inside}
