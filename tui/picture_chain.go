package tui

// Chain draws who hands a container's start to whom in Kubernetes, with the one
// that does this stage lit, and what it does there. Rows are padded to w cells:
// two of them where all names fit, else up to three.
func Chain(stage string, w int, th *Theme, lang Lang) []string {
	if w <= 0 {
		return nil
	}
	p := &picture{canvas: newCanvas(w, 3), th: th, g: th.Glyphs, lang: lang}
	lit, does := link(stage, lang)
	list := chainNames(lang)
	switch {
	case w >= p.chainWidth(list):
		x := p.links(0, 0, list, lit, 0)
		p.caption(x, does)
	case w >= 46:
		p.links(0, 0, list[:4], lit, 0)
		p.put(p.links(0, 1, list[4:], lit, 4), 1, th.Text, "")
		p.pieces(2, 2, w-2, piece{th.Dim, does})
	default:
		if lit < 0 {
			break
		}
		p.pieces(0, 0, w, piece{th.Accent, p.g.Dot + " " + list[lit]})
		rows := Wrap(does, max(w-2, 1))
		for i, row := range rows[:min(len(rows), 2)] {
			p.put(2, 1+i, th.Dim, row)
		}
	}
	return p.rows()
}

func chainNames(lang Lang) []string {
	return []string{
		"kubectl", Say(lang, "API server", "API 서버"), "kubelet", "CRI", "containerd", Say(lang, "shim", "심(shim)"), "runc", Say(lang, "kernel", "커널"),
	}
}

// Indexes in chainNames.
const (
	inKubelet    = 2
	inContainerd = 4
	inShim       = 5
	inRunc       = 6
)

// link is who does a stage, and how; -1 for a stage that is not known here.
func link(stage string, lang Lang) (int, string) {
	switch stage {
	case "pull":
		return inContainerd, Say(lang, "PullImage: fetches the blobs that are missing", "PullImage: 없는 블롭(blob)만 받음")
	case "unpack":
		return inContainerd, Say(lang, "its snapshotter unpacks each layer, once a node", "스냅샷터(snapshotter)가 레이어를 노드마다 한 번만 풂")
	case "overlay":
		return inShim, Say(lang, "mounts what the snapshotter says", "스냅샷터(snapshotter)가 알려 준 대로 마운트")
	case "clone":
		return inRunc, Say(lang, "runc create: runc init clones until one is PID 1", "runc create: runc init이 clone을 거듭해 PID 1을 만듦")
	case "namespaces":
		return inRunc, Say(lang, "new mnt, cgroup, pid; joins the Pod's net, ipc, uts", "mnt, cgroup, pid는 새로, net, ipc, uts는 파드 것에 합류")
	case "cgroups":
		return inRunc, Say(lang, "below the Pod's cgroup, which the kubelet made", "kubelet이 만든 파드 cgroup 아래에")
	case "rootfs":
		return inRunc, Say(lang, "mounts, then pivot_root", "마운트한 다음 pivot_root")
	case "network":
		return inContainerd, Say(lang, "CNI ADD, once for the Pod, before any runc", "runc보다 먼저, 파드마다 한 번 CNI ADD")
	case "exec":
		return inRunc, Say(lang, "runc start opens exec.fifo; runc init calls execve", "runc start가 exec.fifo를 열고, runc init이 execve를 부름")
	case "exit":
		return inShim, Say(lang, "waits for PID 1, tells containerd, runs runc delete", "PID 1을 기다려 containerd에 알리고 runc delete를 실행")
	}
	return -1, ""
}

func (p *picture) chainWidth(list []string) int {
	n := 2 - 3 // the dot, and no arrow behind the last
	for _, s := range list {
		n += Width(s) + 3
	}
	return n
}

// links draws names from x on; the lit one has a dot before it. It returns the
// column of the lit one, or 0.
func (p *picture) links(x, y int, list []string, lit, base int) int {
	at := 0
	for i, s := range list {
		if i > 0 || base > 0 {
			x = p.put(x, y, p.th.Dim, p.g.Right+" ")
		}
		look := p.th.Dim
		if base+i == lit {
			at = x
			look = p.th.Accent
			s = p.g.Dot + " " + s
		}
		x = p.put(x, y, look, s) + 1
	}
	return at
}

// caption hangs below the lit name, and ends at the right edge if it must.
func (p *picture) caption(x int, does string) {
	n := Width(does)
	from := min(x+3, p.w-n)
	if from < x+3 { // no room to the right: let it end below the dot
		from = max(x-n-2, 0)
		if from+n <= x-1 {
			p.put(from, 1, p.th.Dim, does)
			p.put(from+n, 1, p.th.Border, " "+p.g.H+p.g.BottomRight)
			return
		}
		p.put(max(min(from, p.w-n), 0), 1, p.th.Dim, Cut(does, p.w))
		return
	}
	p.put(x, 1, p.th.Border, p.g.BottomLeft+p.g.H)
	p.put(from, 1, p.th.Dim, does)
}
