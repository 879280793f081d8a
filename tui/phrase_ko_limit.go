package tui

// limitsKO are what is wrong with limits and filters: runtime/cgroup, runtime/seccomp.
var limitsKO = [][2]string{
	// Sizes and quantities.
	{"a size like 512m, 512Mi or 1.5g is wanted", "512m, 512Mi, 1.5g 같은 크기를 쓰세요"},
	{"a quantity like 100m, 1.5 or 512Mi is wanted", "100m, 1.5, 512Mi 같은 수량을 쓰세요"},
	{"it is more than the kernel can count", "커널이 셀 수 있는 것보다 큽니다"},
	{"it is below zero", "0보다 작습니다"},

	// Flags.
	{"-m: -1 is no size; leave the flag out for no limit", "-m: -1은 크기가 아닙니다. 제한하지 않으려면 플래그를 빼세요"},
	{"-m {}: the least is 6m", "-m {}: 최솟값은 6m입니다"},
	{"--memory-reservation {}: the least is 6m", "--memory-reservation {}: 최솟값은 6m입니다"},
	{"--memory-reservation {} is more than -m {}", "--memory-reservation {}이(가) -m {}보다 큽니다"},
	{"it is the sum of memory and swap, so give -m as well", "메모리와 스왑을 합친 크기이므로 -m도 함께 쓰세요"},
	{"it is the sum of memory and swap, and -m alone is {}", "메모리와 스왑을 합친 크기인데, -m만 {}입니다"},
	{"a number from {} to {} is what the kernel takes", "커널은 {}부터 {}까지의 숫자를 받습니다"},
	{"a list of numbers like 0-3,5 is what the kernel takes", "커널은 0-3,5 같은 숫자 목록을 받습니다"},
	{"this machine has the CPUs 0-{}", "이 머신에는 CPU 0-{}이(가) 있습니다"},
	{"a number like 1.5 is wanted", "1.5 같은 숫자를 쓰세요"},
	{"from 0.01 to {} is possible: this machine has {}", "0.01부터 {}까지 쓸 수 있습니다. 이 머신의 CPU는 {}개입니다"},
	{"a number is wanted, -1 for no limit", "숫자를 쓰세요. 제한하지 않으려면 -1입니다"},
	{"/dev/NAME:RATE is wanted", "/dev/NAME:RATE 꼴로 쓰세요"},
	{`"{}" is no rate above 0`, `"{}"은(는) 0보다 큰 속도가 아닙니다`},
	{"--requests {}={} is more than --limits {}={}", "--requests {}={}이(가) --limits {}={}보다 큽니다"},
	{
		"--requests and --limits are Kubernetes' way to say what -m, --memory-swap, --cpus and --cpu-shares say in Docker's: use one",
		"--requests와 --limits는 Docker의 -m, --memory-swap, --cpus, --cpu-shares를 쿠버네티스식으로 쓰는 것입니다. 한 가지만 쓰세요",
	},
	{"--limits hugepages-{}: write the size as in hugepages-2Mi", "--limits hugepages-{}: hugepages-2Mi처럼 크기를 쓰세요"},
	{"NAME=QUANTITY is wanted, as in cpu=100m,memory=64Mi", "cpu=100m,memory=64Mi처럼 NAME=QUANTITY 꼴로 쓰세요"},
	{"the kubelet measures it, no file of the kernel limits it", "kubelet이 재는 것이고, 이것을 제한하는 커널 파일은 없습니다"},
	{"cpu, memory and hugepages-SIZE are what the kernel limits", "커널이 제한하는 것은 cpu, memory, hugepages-SIZE입니다"},
	{"{} is given twice", "{}을(를) 두 번 썼습니다"},

	// Limits in a bundle.
	{"limit cpu: a quota of {} µs is less than the kernel takes: 1000 at least", "cpu를 제한할 수 없습니다: 할당량(quota) {} µs는 커널이 받는 최솟값 1000보다 작습니다"},
	{"limit cpu: a period of {} µs is not between 1000 and 1000000, which the kernel takes", "cpu를 제한할 수 없습니다: 주기(period) {} µs는 커널이 받는 1000부터 1000000까지를 벗어났습니다"},
	{"limit cpu: version 2 of control groups has no limits for real-time tasks", "cpu를 제한할 수 없습니다: cgroup 버전 2에는 실시간 태스크의 제한이 없습니다"},
	{`limit cpuset: "{}" is no list of numbers like 0-3,5`, `cpuset을 제한할 수 없습니다: "{}"은(는) 0-3,5 같은 숫자 목록이 아닙니다`},
	{"limit {}:", "{}을(를) 제한할 수 없습니다:"},
	{"no such controller", "그런 컨트롤러가 없습니다"},
	{`"{}" is in no hierarchy that can be used here; see glassbox doctor`, `여기서 쓸 수 있는 계층에는 "{}"이(가) 없습니다. glassbox doctor를 보세요`},
	{"limit memory: a size below zero; -1 alone says that there is no limit", "메모리를 제한할 수 없습니다: 크기가 0보다 작습니다. 제한이 없다는 뜻은 -1뿐입니다"},
	{
		"limit memory with swap to {} bytes: that is the sum of both, so a limit of memory has to be given as well",
		"메모리와 스왑을 {}바이트로 제한할 수 없습니다: 둘을 합친 크기이므로 메모리 제한도 있어야 합니다",
	},
	{
		"limit memory with swap to {} bytes: that is the sum of both, and memory alone may be {}",
		"메모리와 스왑을 {}바이트로 제한할 수 없습니다: 둘을 합친 크기인데, 메모리만 {}까지 쓸 수 있습니다",
	},
	{"leave the OOM killer out: version 2 of control groups always has it", "OOM killer를 뺄 수 없습니다: cgroup 버전 2에는 항상 있습니다"},
	{"set swappiness to {}: 0 to 100 is what the kernel takes", "swappiness를 {}(으)로 정할 수 없습니다: 커널은 0부터 100까지 받습니다"},
	{"set the weight of block IO to {}: 10 to 1000 is what is taken", "블록 IO의 가중치를 {}(으)로 정할 수 없습니다: 10부터 1000까지 쓸 수 있습니다"},
	{"set a leaf weight of block IO: it went with the CFQ scheduler in kernel 5.0", "블록 IO의 leaf 가중치를 정할 수 없습니다: 커널 5.0에서 CFQ 스케줄러와 함께 사라졌습니다"},
	{`limit huge pages of size "{}": write it as the kernel does, 2MB or 1GB`, `크기 "{}"의 huge page를 제한할 수 없습니다: 커널처럼 2MB나 1GB로 쓰세요`},
	{`limit the RDMA device "{}": that is no name of a device`, `RDMA 디바이스 "{}"을(를) 제한할 수 없습니다: 디바이스 이름이 아닙니다`},
	{`set the priority of interface "{}": that is no name of an interface`, `인터페이스 "{}"의 우선순위를 정할 수 없습니다: 인터페이스 이름이 아닙니다`},
	{`write the file "{}" of a control group: it has to be named CONTROLLER.PARAMETER`, `cgroup의 "{}" 파일에 쓸 수 없습니다: 이름이 CONTROLLER.PARAMETER 꼴이어야 합니다`},
	{"write the file {} of a control group: it is no limit, and glassbox itself sets it", "cgroup의 {} 파일에 쓸 수 없습니다: 제한이 아니며 glassbox가 직접 정합니다"},
	{"write the file {} of a control group: it is of version 2, and here the controller is in version 1", "cgroup의 {} 파일에 쓸 수 없습니다: 버전 2의 파일인데, 여기서는 컨트롤러가 버전 1에 있습니다"},
	{`make the control group "{}": its name has to be one element of a path`, `"{}" cgroup을 만들 수 없습니다: 이름은 경로의 한 요소여야 합니다`},
	{
		"no control groups are mounted: mount -t cgroup2 none /sys/fs/cgroup, or run on a host that does",
		"마운트된 cgroup이 없습니다. mount -t cgroup2 none /sys/fs/cgroup을 실행하거나 cgroup이 마운트된 호스트에서 실행하세요",
	},
	{"find the control groups in mountinfo:", "mountinfo에서 cgroup을 찾을 수 없습니다:"},

	// Rules for devices.
	{"device rule {}:", "디바이스 규칙 {}:"},
	{
		"device rule {} ({}): {} is already covered by {}, and a part of that can't be taken out again: order or split the rules",
		"디바이스 규칙 {}({}): {}은(는) 이미 {}에 들어 있고, 그 일부만 다시 뺄 수 없습니다. 규칙의 순서를 바꾸거나 나누세요",
	},
	{`type "{}" is none of a, b, c`, `종류 "{}"은(는) a, b, c 가운데 하나가 아닙니다`},
	{"{}:{} is no device number", "{}:{}은(는) 디바이스 번호가 아닙니다"},
	{`access "{}" has other letters than r, w, m`, `접근 "{}"에 r, w, m이 아닌 글자가 있습니다`},
	{"{} {}:{} has no access: r, w, m or several are wanted", "{} {}:{}에 접근이 없습니다. r, w, m 가운데 하나 이상을 쓰세요"},

	// Seccomp profiles.
	{
		"SCMP_ACT_NOTIFY asks another program what to do with a call; glassbox has none: use SCMP_ACT_ERRNO or SCMP_ACT_LOG",
		"SCMP_ACT_NOTIFY는 호출을 어떻게 할지 다른 프로그램에 묻는데 glassbox에는 그런 프로그램이 없습니다. SCMP_ACT_ERRNO나 SCMP_ACT_LOG를 쓰세요",
	},
	{
		`"{}" is no action: SCMP_ACT_ALLOW, _ERRNO, _KILL_PROCESS, _KILL_THREAD, _TRAP, _TRACE and _LOG are`,
		`"{}"은(는) 동작이 아닙니다. SCMP_ACT_ALLOW, _ERRNO, _KILL_PROCESS, _KILL_THREAD, _TRAP, _TRACE, _LOG가 있습니다`,
	},
	{`"{}" is no flag of seccomp(2) that glassbox knows`, `"{}"은(는) glassbox가 아는 seccomp(2)의 플래그가 아닙니다`},
	{"seccomp on {}: only amd64 and arm64 are known", "{}의 seccomp는 모릅니다. amd64와 arm64만 압니다"},
	{"default action:", "기본 동작이 잘못되었습니다:"},
	{"the seccomp profile comes to {} instructions; the kernel takes {}", "seccomp 프로필이 명령어 {}개가 되는데, 커널은 {}개까지 받습니다"},
	{`"{}" is no architecture`, `"{}"은(는) 아키텍처가 아닙니다`},
	{"rule {} ({}):", "규칙 {}({}):"},
	{"rule {} names no system call", "규칙 {}에 시스템 콜이 없습니다"},
	{"rule {} ({}): argument {}: a system call has 0 to 5", "규칙 {}({}): 인자 {}: 시스템 콜의 인자는 0부터 5까지입니다"},
	{`rule {} ({}): "{}" is no comparison`, `규칙 {}({}): "{}"은(는) 비교가 아닙니다`},
	{"make docker's default seccomp profile:", "docker의 기본 seccomp 프로필을 만들 수 없습니다:"},
	{"seccomp profile:", "seccomp 프로필:"},
}
