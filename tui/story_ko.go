package tui

// storiesKO are the stages in Korean, with the terms of Kubernetes' Korean
// documentation; a term's English stands beside its first use in a text.
var storiesKO = map[string]StoryText{
	"pull": {
		Title: "이미지 가져오기",
		Sentence: "이미지 이름에서 이 플랫폼에 맞는 다이제스트(digest) 하나를 찾습니다. 매니페스트(manifest), 설정, 레이어(layer)를 HTTP로 받고, " +
			"블롭(blob)마다 다이제스트를 검증해서 콘텐츠 저장소에 한 벌만 보관합니다. 컨테이너는 아직 없습니다.",
		Runc: "runc는 이미지를 모릅니다. 디렉터리 하나와 config.json을 받을 뿐입니다. containerd는 콘텐츠 저장소로 이미지를 받으며, " +
			"다른 레이어를 받는 동안 먼저 온 레이어를 풀 수 있습니다. dockerd는 이미지 풀(pull)을 직접 진행합니다.",
		Kubernetes: "kubelet이 imagePullPolicy에 따라 CRI(PullImage)로 요청하고, 내려받기는 containerd가 합니다. Always라도 레지스트리에 다이제스트를 " +
			"다시 물어볼 뿐이며, 없는 블롭(blob)만 내려받습니다.",
		See: Look{Outside: "HTTP 요청과 응답, 레이어별 다이제스트(digest)와 바이트 수, 또는 \"이미 있음\" 표시."},
	},
	"unpack": {
		Title: "레이어 풀기",
		Sentence: "레이어(layer)는 tar 아카이브이고, 각각 자기 디렉터리에 한 번만 풀립니다. .wh.이름 항목은 아래 레이어의 그 이름을 가리라는 " +
			"뜻이며, overlayfs가 이해하는 화이트아웃(whiteout), 곧 0/0 문자 장치로 바뀝니다.",
		Runc: "runc는 아무것도 풀지 않습니다. containerd의 overlayfs 스냅샷터(snapshotter)가 레이어마다 디렉터리 하나를 두고, 그 이미지를 쓰는 " +
			"모든 컨테이너가 함께 씁니다.",
		Kubernetes: "containerd가 같은 PullImage 요청 안에서 합니다. 노드에서 그 레이어를 쓰는 모든 컨테이너가 디렉터리 하나를 공유하므로, " +
			"컨테이너마다 이미지를 복사하지 않습니다. 디스크가 차면 kubelet이 쓰지 않는 이미지를 지웁니다.",
		See: Look{Outside: "레이어 디렉터리와 레이어마다 더하고, 바꾸고, 지운 것. 위 레이어에서 지운 파일도 아래에서는 자리를 그대로 차지합니다."},
	},
	"overlay": {
		Title: "오버레이 마운트",
		Sentence: "mount(2)가 읽기 전용 레이어(layer)를 쌓고, 그 위에 모든 쓰기를 받을 빈 디렉터리 upper를 얹습니다. merged에는 경로마다 " +
			"가장 위의 것이 보이고, 레이어에 있는 파일은 처음 쓸 때 upper로 복사됩니다(copy-up).",
		Runc: "runc는 오버레이(overlay)를 마운트하지 않고, 준비된 루트 디렉터리를 받습니다. containerd의 스냅샷터(snapshotter)는 마운트 옵션만 " +
			"알려 주고, 보통 심(shim)이 runc create 직전에 마운트합니다.",
		Kubernetes: "컨테이너마다 containerd가 upper와 work를 준비하고 심(shim)이 마운트합니다. kubelet은 overlayfs를 모르지만, upper에 쌓인 " +
			"용량은 임시 스토리지(ephemeral-storage)로 셉니다.",
		See: Look{
			Outside: "마운트의 lowerdir, upperdir, workdir. upper는 아직 비어 있습니다.",
			Inside:  "나중에 merged가 /가 됩니다.",
		},
	},
	"clone": {
		Title: "PID 1 만들기",
		Sentence: "clone(2)이 컨테이너의 첫 프로세스를 만듭니다. PID 네임스페이스(namespace)에는 새로 태어나는 프로세스만 들어갈 수 있어서, " +
			"프로세스와 함께 시작해야 합니다. 안에서는 PID 1이고 호스트에서는 평범한 PID입니다. 프로세스는 하나, 번호는 둘입니다.",
		Runc: "clone() 한 번으로 다 되는 것이 아닙니다. runc의 0단계가 1단계를 낳고, 1단계가 unshare한 다음 다시 clone합니다. unshare(CLONE_NEWPID)는 " +
			"자식만 옮기기 때문입니다. 2단계 runc:[2:INIT]이 PID 1이 됩니다. 이때 clone()에는 네임스페이스 플래그가 없고 CLONE_PARENT만 있습니다. " +
			"crun은 플래그를 모두 넣어 clone()을 한 번만 부릅니다.",
		Kubernetes: "containerd의 심(shim)이 runc create를 실행합니다. runc는 곧 끝나고, 서브리퍼(subreaper)인 심이 호스트에서 PID 1의 부모가 됩니다. " +
			"shareProcessNamespace나 hostPID를 켜지 않으면 컨테이너마다 PID 네임스페이스가 따로 있습니다.",
		See: Look{
			Outside: "/proc/PID/status의 NSpid: 두 네임스페이스(namespace)에서 본 같은 프로세스.",
			Inside:  "getpid()는 1을 돌려줍니다.",
		},
	},
	"namespaces": {
		Title: "네임스페이스 분리",
		Sentence: "unshare(2)로 마운트, 호스트 이름, IPC 객체, 네트워크를 하나씩 따로 갖게 합니다. 이미 있는 것에는 setns(2)로 들어갑니다. " +
			"네임스페이스(namespace)는 아이노드(inode)이고, 번호가 같으면 같은 것입니다.",
		Runc: "runc는 먼저 프로세스를 cgroup에 넣습니다. 그다음 사용자 네임스페이스(user namespace)를 분리하고, 부모가 맵(uid_map, gid_map)을 쓴 뒤, " +
			"나머지를 한 번에 분리합니다. glassbox는 하나하나 볼 수 있도록 차례로 합니다.",
		Kubernetes: "containerd가 runc를 부르기 전에 파드(Pod)의 네트워크 네임스페이스를 만들어 /var/run/netns/cni-… 에 둡니다. net, ipc, uts는 " +
			"샌드박스(pause)가 갖고 있고, 앱 컨테이너는 setns(2)로 들어갑니다. mnt와 cgroup, 그리고 기본값으로 pid는 새로 만듭니다.",
		See: Look{
			Outside: "/proc/PID/ns의 링크를 호스트의 것과 나란히.",
			Inside:  "호스트 이름, 그리고 lo 하나뿐인 인터페이스.",
		},
	},
	"cgroups": {
		Title: "자원 제한",
		Sentence: "cgroup 파일시스템에 디렉터리를 만들면 컨트롤 그룹(cgroup)이 됩니다. cgroup.procs에 PID를 쓰면 프로세스가 그 안으로 옮겨지고, " +
			"제한은 파일에 쓰는 숫자입니다. cgroup 네임스페이스(namespace)는 맨 나중에 분리해서, 컨테이너에는 이 그룹이 루트로 보입니다.",
		Runc: "runc는 무엇도 분리하기 전에 프로세스를 cgroup에 넣고, 제한은 마운트가 끝난 뒤 pivot_root 직전에 씁니다. systemd 드라이버를 쓰면 " +
			"디렉터리를 직접 만들지 않고 systemd에 임시 스코프(scope)를 요청합니다.",
		Kubernetes: "kubelet이 파드(Pod)의 cgroup(kubepods…)을 먼저 만들고, runc가 그 아래에 컨테이너의 것을 만듭니다. 제한(limits)은 memory.max와 " +
			"cpu.max가 됩니다. CPU 요청(requests)은 cpu.weight가 될 뿐 상한이 아니며, 메모리 요청은 MemoryQoS를 켜지 않으면 아무것도 쓰지 않습니다.",
		See: Look{
			Outside: "기록한 파일마다 쓰기 전과 후의 값. 커널이 값을 맞추기도 합니다.",
			Inside:  "/proc/self/cgroup은 /라고 말합니다.",
		},
	},
	"rootfs": {
		Title: "루트 바꾸기",
		Sentence: "먼저 /를 slave로 바꿔 여기서 한 마운트가 호스트로 퍼지지 않게 합니다. /proc, /dev, /sys와 볼륨을 merged 안에 마운트하고, " +
			"pivot_root(2)로 merged를 루트로 바꾼 다음 옛 루트를 떼어 냅니다. 어떤 경로는 가리고, 어떤 경로는 읽기 전용으로 만듭니다.",
		Runc: "같은 순서로 부릅니다. /를 slave로, rootfs를 자기 위에 바인드(bind), 마운트들, pivot_root(\".\", \".\"), 옛 루트를 slave로 바꾸고 분리. " +
			"chroot는 pivot_root와 다르며, 새 마운트 네임스페이스(namespace)가 없거나 --no-pivot일 때만 씁니다.",
		Kubernetes: "kubelet이 (CSI 드라이버와 함께) 노드에 볼륨을 마운트하고 /etc/hosts를 씁니다. resolv.conf와 hostname은 containerd가 쓰고, " +
			"runc가 모두 컨테이너 안에 바인드(bind) 마운트합니다.",
		See: Look{
			Outside: "/proc/PID/mountinfo가 늘어나다가 pivot에서 줄어드는 모습.",
			Inside:  "마운트 목록, 그리고 /에 남은 것.",
		},
	},
	"network": {
		Title: "네트워크 연결",
		Sentence: "veth 쌍은 양쪽에 끝이 있는 케이블과 같습니다. 한쪽 끝은 호스트의 브리지(bridge)에 꽂고, 다른 끝은 컨테이너 안의 eth0이 되어 " +
			"주소와 기본 라우트(route)를 받습니다. 밖으로 나갈 때는 NAT이 호스트 주소로 바꿉니다. 이 가운데 컨테이너가 직접 하는 일은 없습니다.",
		Runc: "runc는 네트워크 네임스페이스(namespace)를 만들거나 들어가고 lo를 켤 뿐입니다. Docker의 네트워크는 dockerd가 직접 만듭니다" +
			"(libnetwork, CNI가 아닙니다).",
		Kubernetes: "containerd의 CRI 플러그인이 파드(Pod)마다 한 번, 샌드박스(pause)를 시작하기 전에 CNI ADD를 실행합니다. 파드의 모든 컨테이너가 그 " +
			"결과를 함께 씁니다. 서비스(Service)는 kube-proxy나 CNI 플러그인이 맡습니다.",
		See: Look{
			Outside: "브리지(bridge), veth의 호스트 쪽 끝, nft 테이블 glassbox.",
			Inside:  "eth0, 라우트(route), /etc/resolv.conf.",
		},
	},
	"exec": {
		Title: "프로그램 실행",
		Sentence: "첫 프로세스가 환경 변수, 작업 디렉터리, 사용자, rlimit, 캐퍼빌리티(capability), no_new_privs, seccomp를 정합니다. execve(2)가 " +
			"그 자리를 프로그램으로 바꿉니다. PID도 네임스페이스도 그대로이고 코드만 다릅니다.",
		Runc: "runc create와 runc start 사이에 runc init은 exec.fifo에서 기다립니다. 진짜 컨테이너라면 모두 거치는 멈춤입니다. 마지막 단계들의 " +
			"순서는 거의 같습니다.",
		Kubernetes: "kubelet의 StartContainer가 runc start로 이어집니다. 사용자, 캐퍼빌리티(capability), seccomp는 securityContext가 정합니다. 표준 출력은 " +
			"심(shim), FIFO, containerd의 CRI 플러그인을 거쳐 로그 파일이 되고, kubectl logs는 kubelet을 통해 그 파일을 읽습니다.",
		See: Look{
			Outside: "/proc/PID/status와 cmdline: Cap…, NoNewPrivs, Seccomp.",
			Inside:  "프로그램이 PID 1입니다. 핸들러가 없는 시그널은 받지 않습니다. 밖에서 보낸 SIGKILL과 SIGSTOP만 예외입니다.",
		},
	},
	"exit": {
		Title: "종료와 되돌리기",
		Sentence: "PID 1이 끝나면 커널이 그 PID 네임스페이스의 다른 프로세스를 모두 죽이고, 네임스페이스는 마지막 사용자와 함께 사라집니다. " +
			"호스트에 만든 마운트, cgroup, 인터페이스는 새것부터 되돌려 아무것도 남기지 않습니다.",
		Runc: "그때 runc는 이미 없습니다. 심(shim)이 PID 1을 기다렸다가 종료를 containerd에 알리고 runc delete를 실행합니다.",
		Kubernetes: "kubelet은 containerd에게서 종료를 알게 되고, restartPolicy에 따라 같은 샌드박스에 새 컨테이너를 만듭니다. 137은 누가 보냈든 " +
			"128 + SIGKILL이라는 뜻입니다. 메모리 컨트롤러가 실제로 죽인 횟수를 셌을 때만 OOMKilled입니다.",
		See: Look{
			Outside: "되돌린 것의 목록, 종료 상태나 시그널, memory.events의 oom_kill.",
		},
	},
}
