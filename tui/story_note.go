package tui

import (
	"strings"

	"glassbox/runtime/journal"
)

// NoteText is a note in the reader's language: the Korean sentence where its key
// is known and the note brings all that the sentence names, else the English one
// that the note itself brings.
func NoteText(n journal.Note, lang Lang) string {
	if lang == KO {
		if text, ok := fill(notesKO[n.Key], n.Args); ok {
			return text
		}
	}
	return brief(n.Text, mostNote)
}

// mostNote is the longest note that is shown, in cells.
const mostNote = 2000

// fill puts the arguments into a sentence; false if there is no sentence, or if
// one of its arguments is not there. What a value says is never filled again.
func fill(text string, args map[string]string) (string, bool) {
	for rest := text; ; {
		_, tail, open := strings.Cut(rest, "{")
		name, tail, closed := strings.Cut(tail, "}")
		if !open || !closed {
			break
		}
		if _, have := args[name]; !have {
			return "", false
		}
		rest = tail
	}
	pairs := make([]string, 0, 2*len(args))
	for name, value := range args {
		if name == "error" {
			value = Phrase(value, KO)
		}
		pairs = append(pairs, "{"+name+"}", brief(strings.ReplaceAll(value, "\n", "; "), 400))
	}
	return strings.NewReplacer(pairs...).Replace(text), text != ""
}

// notesKO are the notes of the stages in Korean, by key. {NAME} stands for an
// argument of the note.
var notesKO = map[string]string{
	"pull-containerd":    "runc는 이미지를 모릅니다. containerd(또는 dockerd)가 이미지를 받아 자기 콘텐츠 저장소(content store)에 블롭(blob)을 보관합니다.",
	"image-volumes":      "이미지가 볼륨({volumes})을 선언했습니다. docker라면 저마다 익명 볼륨을 만들지만, glassbox는 upper 레이어에 그대로 둡니다.",
	"blob-wait":          "다른 glassbox가 {blob}을(를) 받고 있습니다. 끝날 때까지 기다립니다.",
	"credentials":        "docker의 인증 정보를 읽을 수 없어 인증 없이 레지스트리에 묻습니다: {error}.",
	"unpack.waiting":     "다른 glassbox가 레이어 {layer}을(를) 풀고 있습니다. 끝날 때까지 기다립니다.",
	"unpack.owner":       "레이어 {layer}에는 이 사용자 네임스페이스(user namespace)에 없는 소유자의 파일이 있습니다. {count}개를 대신 우리가 소유합니다.",
	"unpack.xattr":       "레이어 {layer}의 확장 속성(extended attribute) {count}개는 여기서 유지할 수 없습니다. 파일시스템이나 우리 권한이 허용하지 않습니다.",
	"unpack.device":      "레이어 {layer}의 디바이스 {count}개를 뺐습니다. 디바이스는 root만 만들 수 있습니다.",
	"unpack-snapshotter": "containerd에서는 overlayfs 스냅샷터(snapshotter)가 레이어마다 스냅샷 하나씩 풉니다. runc는 그 결과만 봅니다.",
	"overlay-shim":       "containerd에서는 스냅샷터(snapshotter)가 알려 준 대로 심(shim)이 오버레이(overlay)를 마운트합니다. runc는 완성된 rootfs를 받습니다.",
	"exported":           "번들(bundle)을 {path}에 만들었습니다. `runc run --bundle {path} NAME`으로 시작할 수 있습니다.",
	"clone-stages": "runc는 `runc init`을 시작하고, runc init은 unshare한 다음 다시 clone합니다. unshare(CLONE_NEWPID)는 자식만 옮기기 때문이며, " +
		"runc:[2:INIT]이 PID 1이 됩니다. crun은 네임스페이스(namespace) 플래그를 모두 넣어 한 번만 clone합니다.",
	"namespaces-order":  "runc는 프로세스를 cgroup에 먼저 넣습니다. 그다음 사용자 네임스페이스(user namespace)가 필요하면 그것을, 이어서 나머지를 한 번에 분리합니다. crun은 clone(2)에 플래그로 줍니다.",
	"namespaces-joined": "컨테이너가 이미 있는 네임스페이스에 setns(2)로 들어갑니다: {kinds}.",
	"cgroups-order": "runc는 무엇도 분리하기 전에 cgroup에 들어가고, 제한은 나중에 마운트가 끝난 뒤 씁니다. systemd 드라이버에서는 임시 유닛" +
		"(transient unit)으로 들어가고, 제한은 그 유닛의 속성이 되기도 합니다.",
	"without-mnt":   "마운트 네임스페이스(mount namespace)가 없으면 runc도 chroot만 할 수 있습니다. 여기서는 아무것도 마운트하지 않으므로 프로그램에는 /proc이 없습니다.",
	"without-pivot": "pivot_root(2) 대신 chroot(2)를 썼습니다. runc의 --no-pivot처럼, CAP_SYS_CHROOT를 가진 프로세스는 옛 루트에 닿을 수 있습니다.",
	"rootfs-limits": "runc는 마운트가 끝난 지금, pivot_root 전에 cgroup 제한을 씁니다. glassbox는 한 단계 앞에서 이미 썼습니다.",
	"network-cni": "runc는 네트워크를 만들지 않습니다. 빈 네임스페이스(namespace)를 만들거나 있는 것에 들어갈 뿐입니다. 파드(Pod)에서는 containerd가 runc보다 " +
		"먼저 네임스페이스를 만들고 CNI 플러그인이 채웁니다. docker run에서는 dockerd가 자체 libnetwork로 합니다.",
	"lease-reclaimed":  "강제로 끝난 실행({id})이 남긴 주소({address})를 회수합니다.",
	"forward-readonly": "net.ipv4.ip_forward가 0이고 여기서는 바꿀 수 없습니다. 컨테이너는 호스트와 같은 브리지의 컨테이너까지만 닿고, 그 밖으로는 나가지 못합니다.",
	"ip-forward": "0이던 net.ipv4.ip_forward를 1로 바꿨습니다. glassbox의 마지막 컨테이너가 사라질 때까지 호스트가 모든 인터페이스 사이에서 패킷을 전달합니다. " +
		"원래 있던 sysctl 가운데 glassbox가 바꾸는 것은 이것 하나뿐입니다.",
	"network-joined": "컨테이너가 네트워크 네임스페이스(network namespace) {path}에 들어갑니다. 연결은 그것을 만든 쪽이 이미 했거나 하지 않았습니다.",
	"veth-born": "veth 쌍의 한쪽 끝은 처음부터 컨테이너 안에서 생깁니다. CNI의 bridge 플러그인과 요즘의 Docker도 이렇게 합니다. Docker는 오랫동안 둘 다 호스트에 " +
		"만든 뒤 하나를 안으로 옮겼는데, 커널이 옮기는 데는 시간이 걸립니다.",
	"no-ipv6": "이 네트워크는 IPv4만 씁니다. 따로 설정하지 않은 docker의 브리지와 같습니다. 브리지의 누구도 컨테이너에 IPv6을 어디로 보낼지 알려 주지 못하도록 eth0에서 IPv6을 끕니다. " +
		"lo에는 ::1이 남습니다.",
	"published": "공개한 포트: {ports}.",
	"dns-default": "호스트의 네임 서버는 루프백 주소나 IPv6이라서 컨테이너에서 닿지 않습니다. docker처럼 8.8.8.8과 8.8.4.4에 묻습니다. " +
		"다른 서버는 --dns로 지정합니다.",
	"forward-drop":     "호스트가 전달하는 패킷을 버립니다({table} 테이블의 {chain} 체인). 그래서 컨테이너는 호스트까지만 닿습니다. 지나가게 하려면 다음을 입력합니다: {type}",
	"network-lacks":    "이 커널에는 브리지 네트워크에 필요한 것이 빠져 있습니다. --network none과 --network host에는 필요 없습니다. 무엇이 없는지는 `glassbox doctor`가 알려 줍니다.",
	"exec-fifo":        "create와 start 사이에 `runc init`은 여기서 exec.fifo를 열고 기다립니다. `runc start`가 이 멈춤을 끝냅니다.",
	"ambient-lost":     "상속할 수 없어 ambient 집합에 넣지 못한 캐퍼빌리티(capability): {caps}.",
	"no-inside":        "실행 중인 컨테이너를 안에서 읽을 수 없습니다: {error}.",
	"stopping":         "프로그램에 시그널을 보냈습니다({signal}). PID 1이므로 스스로 처리하는 시그널만 받습니다. 10초를 기다립니다.",
	"stopping-shared":  "프로그램에 시그널을 보냈습니다({signal}). 10초를 기다립니다.",
	"devices-rootless": "디바이스 프로그램이 없습니다. 디바이스 프로그램은 이 머신의 root만 올릴 수 있습니다. 사용자 네임스페이스(user namespace) 안에서는 아무도 디바이스 노드를 만들 수 없습니다.",
	"outer": "root가 아니므로 엔진 자체가 사용자 네임스페이스(user namespace) 안에서 실행됩니다. 그 네임스페이스는 이 기록의 맨 앞에서 만들었고, 컨테이너도 함께 씁니다. " +
		"그 안의 사용자 0은 이 머신의 사용자 {uid}입니다.",
	"oom-score": "oom_score_adj는 이 머신의 root만 낮출 수 있으므로 그대로 둡니다.",
	"hasten": "지켜보는 사람이 없으므로 시간을 아낍니다. 한 cgroup에서 다른 cgroup으로 옮기는 쓰기는 커널의 유예 기간(grace period)을 몇 밀리초 기다립니다. " +
		"그래서 첫 프로세스는 버전 2에서는 자기 그룹 안에서 태어나고(CLONE_INTO_CGROUP), 버전 1에서는 스스로 tasks에 써서 들어갑니다. 둘 다 기다리지 않습니다. runc는 PID를 cgroup.procs에 씁니다. 그룹과 제한은 그 프로세스가 시작되는 동안 만듭니다.",
	"vacated":    "glassbox가 실행되는 컨테이너의 맨 위 cgroup에 프로세스가 있었고, 그런 cgroup은 컨트롤러를 아래로 넘길 수 없습니다. 그래서 프로세스를 {path}로 옮겼고 그대로 둡니다. Docker-in-Docker도 이렇게 합니다.",
	"ports-free": "컨테이너 자신의 네트워크 네임스페이스에서는 모든 사용자가 1024 미만의 포트에서 수신하고 ping을 보낼 수 있습니다. Docker는 20.10부터, containerd는 2.0부터 Pod에 이렇게 설정하고, CRI-O는 하지 않습니다.",
	"single-id": "컨테이너는 사용자 0과 그룹 0만 알고, 그것은 바로 당신입니다. 이미지에서 다른 사용자의 파일은 당신의 것이 되고, 다른 사용자가 되려는 프로그램은 실패합니다. " +
		"newuidmap(uidmap 패키지)과 /etc/subuid, /etc/subgid의 범위가 있으면 달라집니다.",
	"island":          "머신의 네트워크는 root의 것입니다. 그래서 엔진이 자기 네트워크 네임스페이스(network namespace)와 브리지를 만들었습니다. 공개한 포트는 그 안으로 중계합니다.",
	"island-alone":    "컨테이너는 엔진까지만 닿고 그 밖으로는 나가지 못합니다: {error}.",
	"island-ferry":    "{program}이(가) 패킷을 머신의 네트워크로 실어 나릅니다. 컨테이너가 연결하는 쪽에서는 당신이 연결한 것으로 보입니다.",
	"unnamed":         "컨테이너가 머신의 호스트 이름을 그대로 씁니다({error}). glassbox 자신이 컨테이너 안에서 돌고 있고, 그 컨테이너의 seccomp 필터가 이름을 바꾸지 못하게 합니다.",
	"no-group":        "컨테이너는 자기 cgroup도, 제한도 얻지 못합니다: {error}.",
	"ramdisk":         "저장소 {root}이(가) 오버레이 위에 있는데, 커널은 오버레이 위에 다른 오버레이를 올리지 않습니다. 그래서 레이어와 컨테이너를 디스크 대신 메모리(tmpfs)에 둡니다. 계속 남기려면 {root}에 볼륨을 붙이거나, 다른 파일시스템에 있는 디렉터리를 --root로 지정하십시오.",
	"fuse-overlayfs":  "커널이 거절했습니다({error}). 대신 보통 프로그램인 fuse-overlayfs(1)가 레이어를 합칩니다.",
	"userns-rootless": "root가 아니면 --userns private는 아무것도 바꾸지 않습니다. 엔진의 사용자 네임스페이스(user namespace)가 이미 컨테이너의 것입니다.",
	"userns":          "컨테이너의 사용자 0은 호스트의 사용자 {base}가 됩니다. 호스트에서 그 사용자가 가진 것은 없습니다. 쿠버네티스에서는 hostUsers: false인 파드(Pod)가 이렇게 됩니다.",
	"userns-volumes":  "볼륨에 있는 파일은 호스트의 소유자를 그대로 가집니다. 범위 밖의 ID는 nobody로 보이고, 다른 사용자에게 허용된 것만 읽을 수 있습니다.",
	"ports-dropped":   "공개한 포트(-p)를 버립니다. 이어 줄 주소가 따로 있는 것은 --network bridge뿐입니다.",
	"mount-none":      "새 {type}은 네임스페이스(namespace)의 소유자만 마운트할 수 있고, 호스트의 {path}에도 없습니다. 그래서 없이 둡니다.",
	"mount-bound":     "새 {type}은 네임스페이스(namespace)의 소유자만 마운트할 수 있습니다. 그 자리에 호스트의 {path}를 바인드합니다.",
	"exit-shim":       "심(shim)이 PID 1을 거두고 containerd에 알린 다음 `runc delete`를 실행합니다. rootfs도 심이 언마운트합니다.",
}
