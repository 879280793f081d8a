package tui

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"glassbox/runtime/journal"
	"glassbox/runtime/proc"
)

// Sentence is a stage in one line made of what was read: a live summary that
// says no more than the state knows.
func Sentence(stage string, s *journal.State, lang Lang) string {
	if s == nil {
		return ""
	}
	title := Story(stage, lang).Title
	st := s.Stage(stage)
	switch {
	case st == nil || st.State == "":
		return title + Say(lang, ": not begun yet.", ": 아직 시작하지 않았습니다.")
	case st.State == journal.Skipped:
		return title + Say(lang, ": skipped. ", ": 건너뛰었습니다. ") + brief(Phrase(st.Why, lang), 200)
	case st.State == journal.Failed:
		return title + Say(lang, " failed: ", " 실패: ") + brief(Phrase(st.Why, lang), 200)
	}
	if f, ok := sentences[stage]; ok {
		if text := f(s, lang); text != "" {
			return text
		}
	}
	return title + Say(lang, ": nothing to be seen yet.", ": 아직 보이는 것이 없습니다.")
}

var sentences = map[string]func(*journal.State, Lang) string{
	"pull": sayPull, "unpack": sayUnpack, "overlay": sayOverlay, "clone": sayClone, "namespaces": sayNamespaces,
	"cgroups": sayCgroups, "rootfs": sayRootfs, "network": sayNetwork, "exec": sayExec, "exit": sayExit,
}

func sayPull(s *journal.State, lang Lang) string {
	var ready, here int
	var done int64
	for i := range s.Progress {
		b := &s.Progress[i]
		switch b.State {
		case journal.Present:
			here++
			ready++
			continue
		case journal.Downloading:
		default:
			ready++
		}
		done += max(b.Done, 0)
	}
	if len(s.Progress) == 0 {
		return ""
	}
	size := amountOf(signed(done))
	if lang == KO {
		return fmt.Sprintf("블롭 %d개 가운데 %d개가 준비되었습니다. 이미 있던 것이 %d개이고, %s를 받았습니다.", len(s.Progress), ready, here, size)
	}
	return fmt.Sprintf("%d of %s ready: %d already here, %s received.", ready, plural(len(s.Progress), "blob"), here, size)
}

func sayUnpack(s *journal.State, lang Lang) string {
	var all, done, added, hidden int
	for i := range s.Progress {
		if b := &s.Progress[i]; b.What == "layer" {
			all++
			added, hidden = added+b.Added, hidden+b.Hidden
			if b.State == journal.Unpacked || b.State == journal.Present {
				done++
			}
		}
	}
	if all == 0 {
		return ""
	}
	if lang == KO {
		return fmt.Sprintf("레이어 %d개 가운데 %d개를 풀었습니다. 더한 항목이 %d개, 가린 항목이 %d개입니다.", all, done, added, hidden)
	}
	return fmt.Sprintf("%d of %s unpacked: %s added, %d hidden.", done, plural(all, "layer"), plural(added, "name"), hidden)
}

func sayOverlay(s *journal.State, lang Lang) string {
	m, ok := overlayMount(s)
	if !ok {
		return ""
	}
	n := len(lowerDirs(&m))
	if lang == KO {
		return fmt.Sprintf("읽기 전용 레이어 %d개와 쓰기를 받을 upper가 한 트리로 보입니다: %s", n, briefLeft(m.Point, 80))
	}
	return fmt.Sprintf("%s and one upper for all writes are seen as one tree at %s.", plural(n, "read-only layer"), briefLeft(m.Point, 80))
}

func sayClone(s *journal.State, lang Lang) string {
	p := &picture{s: s}
	host, in := p.hostPID(), p.innerPID()
	if host == 0 || in == 0 {
		return ""
	}
	rest := Say(lang, "no namespace is new", "새 네임스페이스는 없습니다")
	if fresh := freshKinds(s); len(fresh) > 0 {
		rest = Say(lang, "new: ", "새 네임스페이스: ") + strings.Join(fresh, ", ")
	}
	if lang == KO {
		return fmt.Sprintf("호스트에서는 PID %d, 안에서는 PID %d인 한 프로세스입니다. %s.", host, in, rest)
	}
	return fmt.Sprintf("PID %d on the host is PID %d inside; %s.", host, in, rest)
}

func sayNamespaces(s *journal.State, lang Lang) string {
	var fresh, old, same, ours []string
	for _, k := range freshKinds(s) {
		if joined(s, k) {
			old = append(old, k)
		} else {
			fresh = append(fresh, k)
		}
	}
	for _, k := range proc.Namespaces() {
		switch n := inode(s, k); {
		case n == 0 || n != hostInode(s, k):
		case engines(s, k):
			ours = append(ours, k)
		default:
			same = append(same, k)
		}
	}
	if len(fresh)+len(old)+len(same)+len(ours) == 0 {
		return ""
	}
	a, b, c := kindList(fresh, lang), kindList(same, lang), ""
	if len(old) > 0 {
		c = Say(lang, " Joined: ", " 들어간 것: ") + kindList(old, lang) + "."
	}
	if len(ours) > 0 {
		c += Say(lang, " The engine's: ", " 엔진 것 그대로: ") + kindList(ours, lang) + "."
	}
	return Say(lang, "Its own: "+a+"."+c+" The host's: "+b+".", "따로 가진 것: "+a+"."+c+" 호스트 것 그대로: "+b+".")
}

func kindList(names []string, lang Lang) string {
	if len(names) == 0 {
		return Say(lang, "none", "없음")
	}
	return strings.Join(names, ", ")
}

func sayCgroups(s *journal.State, lang Lang) string {
	p := &picture{s: s, lang: lang, th: &Theme{}, g: &unicodeGlyphs}
	dir := p.groupDir()
	if dir == "" {
		return ""
	}
	text := brief(path.Base(dir), 60) + ": "
	var parts []string
	for _, m := range []func() (meter, bool){p.memory, p.pids} {
		if row, ok := m(); ok {
			part := row.name + " "
			for _, k := range row.text {
				part += k.s
			}
			parts = append(parts, part)
		}
	}
	if limit, _, ok := p.quota(); ok {
		part := Say(lang, "no limit", "제한 없음")
		if cores, capped := limit.Cores(); capped {
			part = trimZero(strconv.FormatFloat(cores, 'f', 3, 64))
		}
		parts = append(parts, "CPU "+part)
	}
	return text + strings.Join(parts, ", ") + "."
}

func sayRootfs(s *journal.State, lang Lang) string {
	b, ok := readFact(s, factMountinfo, journal.Inside)
	if !ok {
		return ""
	}
	mounts, _ := proc.ParseMountinfo(b)
	root, ok := proc.Find(mounts, "/")
	if !ok {
		return ""
	}
	masks := 0
	for i := range mounts {
		if isMask(&mounts[i]) {
			masks++
		}
	}
	if lang == KO {
		return fmt.Sprintf("마운트가 %d개이고 /는 %s입니다. 가린 경로는 %d개입니다.", len(mounts), brief(root.FSType, 20), masks)
	}
	return fmt.Sprintf("%s, / is %s; %s masked.", plural(len(mounts), "mount"), brief(root.FSType, 20), plural(masks, "path"))
}

func sayNetwork(s *journal.State, lang Lang) string {
	n := (&picture{s: s}).wire()
	switch {
	case len(n.inner) == 0:
		return ""
	case n.eth == nil:
		return Say(lang, "Only lo is there: the container has no way out.", "lo만 있습니다. 컨테이너에서 밖으로 나갈 길이 없습니다.")
	}
	text := brief(n.eth.Name, 15) + " " + strings.Join(addrs(n.eth), " ")
	for _, r := range n.routes {
		if r.Dst == "default" && r.Gateway != "" {
			return text + Say(lang, "; everything else goes by ", ", 나머지는 모두 ") + brief(r.Gateway, 40) + Say(lang, ".", " 쪽으로 나갑니다.")
		}
	}
	return text + Say(lang, "; no default route.", ", 기본 라우트는 없습니다.")
}

func sayExec(s *journal.State, lang Lang) string {
	st, ok := statusOf(s, journal.Outside)
	if !ok {
		return ""
	}
	p := &picture{s: s, lang: lang}
	name, caps, filter := brief(st.Name, 15), len(proc.CapNames(st.CapEff)), p.filter(&st)
	if lang == KO {
		return fmt.Sprintf("PID %d: %s, uid %d, 유효 캐퍼빌리티 %d개, seccomp %s.", p.innerPID(), name, st.UID[1], caps, filter)
	}
	return fmt.Sprintf("PID %d is %s: uid %d, effective capabilities: %d, seccomp %s.", p.innerPID(), name, st.UID[1], caps, filter)
}

func sayExit(s *journal.State, lang Lang) string {
	if s.Exit == nil {
		return ""
	}
	undone, kept, _ := (&picture{s: s}).undoCounts()
	how := Say(lang, "with status ", "상태 ") + strconv.Itoa(s.Exit.Code)
	if s.Exit.Signal != "" {
		how = Say(lang, "by ", "") + brief(s.Exit.Signal, 16)
	}
	if lang == KO {
		return fmt.Sprintf("%s(%s). 되돌린 것: %d / %d.", ended(s, lang), how, undone, len(s.Undo)-kept)
	}
	return fmt.Sprintf("%s %s; %d of %d effects undone.", ended(s, lang), how, undone, len(s.Undo)-kept)
}

// plural is a number with its English noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
