package tui

// commandKO are what the command line refuses, and what is wrong with recordings.
var commandKO = [][2]string{
	// Commands and flags.
	{`"{}" is no command: did you mean {}?`, `"{}"(이)라는 명령은 없습니다: {} 아닌가요?`},
	{
		"\"{}\" is no command: an image is started by `glassbox run {}`; `glassbox --help` lists the commands",
		"\"{}\"(이)라는 명령은 없습니다: 이미지는 `glassbox run {}`으로 시작하고, 명령은 `glassbox --help`가 알려 줍니다",
	},
	{"`{} --help` lists the flags", "플래그는 `{} --help`가 알려 줍니다"},
	{"--name {}: letters, digits, and . _ - between them", "--name {}: 글자와 숫자, 그 사이의 . _ - 만 쓸 수 있습니다"},
	{"--without {}: it can be {}", "--without {}: 쓸 수 있는 것은 {}입니다"},
	{`there is no stage "{}": the stages are {}`, `"{}"(이)라는 단계는 없습니다: 단계는 {}입니다`},
	{"--step {}: it can be stage or call", "--step {}: stage나 call을 쓸 수 있습니다"},
	{"--network {}: it can be bridge, none, host or container:ID", "--network {}: bridge, none, host, container:ID 가운데 하나입니다"},
	{"the host name is that container's: leave --hostname out", "호스트 이름은 그 컨테이너의 것입니다: --hostname을 빼세요"},
	{"read its host name:", "호스트 이름을 읽을 수 없습니다:"},
	{"--pull {}: it can be always, missing or never", "--pull {}: always, missing, never 가운데 하나입니다"},
	{"--userns {}: it can be host or private", "--userns {}: host나 private를 쓸 수 있습니다"},
	{"{} is no block device: `lsblk -p` lists them", "{}은(는) 블록 디바이스가 아닙니다: 목록은 `lsblk -p`가 알려 줍니다"},
	{"--oci-bundle writes a bundle from an image; bundle: is one already", "--oci-bundle은 이미지로 번들을 만듭니다. bundle:은 이미 번들입니다"},
	{"this glassbox needs shared libraries of the host, and the demo image, made of it, has none: build it with `make build`, or with CGO_ENABLED=0", "이 glassbox는 호스트의 공유 라이브러리가 필요한데, 그것으로 만드는 데모 이미지에는 공유 라이브러리가 없습니다: `make build`로, 또는 CGO_ENABLED=0으로 빌드하세요"},
	{"make the demo image:", "데모 이미지를 만들 수 없습니다:"},
	{"serve the demo image:", "데모 이미지를 내줄 수 없습니다:"},
	{"open the journal:", "기록을 열 수 없습니다:"},
	{"make the manual page:", "매뉴얼 페이지를 만들 수 없습니다:"},
	{"make the pipes to the program:", "프로그램과 잇는 파이프를 만들 수 없습니다:"},
	{"read the terminal:", "터미널을 읽을 수 없습니다:"},
	{"make the terminal raw:", "터미널을 raw 모드로 바꿀 수 없습니다:"},
	{
		"no talk runs: begin one in another terminal, `glassbox run --talk IMAGE` or `glassbox replay --talk FILE`",
		"진행 중인 발표가 없습니다: 다른 터미널에서 `glassbox run --talk IMAGE`나 `glassbox replay --talk FILE`로 시작하세요",
	},

	{"Published ports (-p) are dropped: only --network bridge has an address of its own to lead them to.", notesKO["ports-dropped"]},

	// On another system.
	{"containers need a Linux kernel", "컨테이너에는 Linux 커널이 필요합니다"},
	{"layers can't be unpacked on {}", "{}에서는 레이어를 풀 수 없습니다"},

	// How a run came to its end.
	{"ended by {}", "시그널로 끝났습니다({})"},
	{"ended at the gate", "멈춘 자리에서 끝냈습니다"},
	{"ended from the screen", "화면에서 끝냈습니다"},
	{"the screen was left", "화면을 떠났습니다"},
	{`no grain is called "{}"`, `"{}"(이)라는 단위는 없습니다`},
	{`"{}" is no signal: TERM, KILL, HUP, USR1 …`, `"{}"은(는) 시그널이 아닙니다: TERM, KILL, HUP, USR1 …`},

	// Lessons.
	{"keep what is played:", "진행한 내용을 저장할 수 없습니다:"},
	{"--tape: there is nothing to tape on this system", "--tape: 이 시스템에는 녹화할 것이 없습니다"},
	{"run a command on the host:", "호스트에서 명령을 실행할 수 없습니다:"},
	{"run a command inside:", "컨테이너 안에서 명령을 실행할 수 없습니다:"},
	{"the run is over:", "실행이 끝났습니다:"},
	{"the stage {} failed:", "{} 단계가 실패했습니다:"},
	{"the stage {} is left out in this run:", "이 실행에는 {} 단계가 없습니다:"},
	{"the run is past it, at the gate before {}: the step has to begin anew", "실행이 이미 지나서 {} 앞에 멈춰 있습니다: 이 단계를 처음부터 다시 시작해야 합니다"},
	{"the program has ended already:", "프로그램이 이미 끝났습니다:"},
	{"it took too long; now: {}:", "너무 오래 걸렸습니다. 지금: {}:"},
	{"the lesson went on without it", "학습이 그 실행 없이 이어졌습니다"},
	{"--step {}: the lesson has {}", "--step {}: 이 학습은 {}단계입니다"},
	{"read the answer:", "답을 읽을 수 없습니다:"},
	{"a stranger's lesson is not run without a yes: read its commands, then add --trust", "모르는 사람의 학습은 동의 없이 실행하지 않습니다: 명령을 읽어 보고 --trust를 붙이세요"},
	{"the lesson was left", "학습을 떠났습니다"},
	{"the language was changed", "언어를 바꿨습니다"},
	{"the lesson was not run", "학습을 실행하지 않았습니다"},
	{`the run "{}" has not been started`, `실행 "{}"을(를) 아직 시작하지 않았습니다`},

	// Recordings.
	{"open the recording:", "녹화를 열 수 없습니다:"},
	{"read the recording:", "녹화를 읽을 수 없습니다:"},
	{"read the recording at byte {}:", "녹화의 {}번째 바이트를 읽을 수 없습니다:"},
	{"find the end of the recording's header:", "녹화 머리글의 끝을 찾을 수 없습니다:"},
	{"{} is no glassbox recording: it has no first line", "{}은(는) glassbox의 녹화가 아닙니다: 첫 줄이 없습니다"},
	{"{} is no glassbox recording: its first line is no header", "{}은(는) glassbox의 녹화가 아닙니다: 첫 줄이 머리글이 아닙니다"},
	{"{} was written in format {}; this glassbox reads up to {}: use a newer one", "{}의 형식은 {}인데 이 glassbox는 {}까지 읽습니다: 더 새로운 glassbox를 쓰세요"},
	{"create the journal:", "기록 파일을 만들 수 없습니다:"},
	{"reopen the journal:", "기록 파일을 다시 열 수 없습니다:"},
	{"write the journal:", "기록을 쓸 수 없습니다:"},
	{"record the run:", "실행을 기록할 수 없습니다:"},
	{"encode a time:", "시각을 적을 수 없습니다:"},
	{"encode a journal line:", "기록의 줄을 만들 수 없습니다:"},
	{"encode the journal's header:", "기록의 머리글을 만들 수 없습니다:"},
	{"unpack the built-in recording:", "내장 녹화를 풀 수 없습니다:"},
	{"make room for the built-in recording:", "내장 녹화를 풀 자리를 만들 수 없습니다:"},
	{"show a run: no controller: use Replay for a recording", "실행을 보여 줄 수 없습니다: 제어기가 없습니다. 녹화에는 Replay를 쓰세요"},
	{"show the screen:", "화면을 보여 줄 수 없습니다:"},
}
