package tui

// textKO is Korean, with the terms of Kubernetes' Korean documentation. Buttons
// and labels are nouns; sentences end in 합니다.
var textKO = Text{
	Live: "실시간", Past: "과거", Recorded: "녹화", Ended: "끝남", Waiting: "대기", Paused: "멈춤", Auto: "자동", Stage: "단계",
	FellBack: "실시간 실행이 실패했습니다. 지금부터는 녹화를 보여 줍니다.",

	Rail: "단계", Happens: "무슨 일이 일어나나", Outside: "바깥", Inside: "안", RuncNote: "runc와 다른 점", CallsHere: "호출", WhoDoes: "쿠버네티스에서는",
	Host: "호스트 것", Own: "자기 것", Same: "같음", OnlyOutside: "바깥에만", NotYet: "아직 볼 것이 없습니다.",
	NotRead: "읽지 않음", Gone: "사라짐", Was: "이전",
	Nothing: "아직 없습니다.", NoChange: "이 단계에서 여기 바뀐 것은 없습니다. d를 누르면 모두 보입니다.", OnlyChanges: "바뀐 것만",
	More: "더 오래된 것이 있습니다. /로 찾을 수 있습니다.", Matches: "개 일치", NoMatch: "일치하는 것이 없습니다.",
	WaitsBefore: "%s 단계 앞에서 기다립니다. 아직 아무 일도 일어나지 않았습니다.", WaitsCall: "다음 호출입니다. 아직 실행하지 않았습니다.",
	WaitsFailure: "실패했습니다. 둘러보세요. R은 다시 시도, 스페이스는 되돌리기입니다.", WillDo: "할 일", Did: "한 일",
	Took: "걸린 시간", LeftOut: "뺌", Failed: "실패", Skipped: "건너뜀", Why: "까닭", Mend: "해결 방법",
	Damaged: "녹화에서 %d줄을 읽지 못했습니다", Reading: "읽는 중", TooSmall: "창을 더 크게 해 주세요.",
	PressQuit: "q로 나갑니다", AllUndone: "모두 되돌렸습니다. q로 나갑니다.", Unwinding: "멈추고 되돌리는 중입니다. ctrl+c를 누르면 한 번에 되돌립니다.",
	Copied: "복사했습니다: %s", Blank: "", Breakpoint: "중단점", NoController: "녹화이므로 손댈 수 있는 컨테이너가 없습니다.",
	ShellDone: "돌아왔습니다. 셸은 kubectl exec처럼 setns(2)로 들어갔습니다.",
	Elapsed:   "지난 시간", Next: "다음", End: "끝", Speed: "%s마다", Opening: "여는 중",

	Panes: [paneCount]string{
		"개요", "프로세스", "네임스페이스", "cgroup", "마운트", "파일", "네트워크", "보안", "호출", "출력",
	},
	States: map[string]string{"": "시작 전", "begin": "진행 중", "done": "완료", "failed": "실패", "skipped": "뺌"},
	Rows: map[string]string{
		"process": "프로세스", "sees": "프로세스가 보는 것", "limits": "제한", "exit": "종료", "plan": "실행할 것",
		"pid": "PID", "parent": "부모", "program": "프로그램", "cmdline": "명령", "state": "상태", "user": "사용자:그룹",
		"hostname": "호스트 이름", "root": "/의 파일시스템", "address": "주소", "route": "나가는 길", "cgroup": "cgroup",
		"memory": "메모리", "pids": "pids", "cpu": "CPU 시간", "throttled": "스로틀링", "code": "종료 코드", "oom": "OOM 종료", "rss": "최대 메모리",
		"image": "이미지", "name": "이름", "kernel": "커널", "cpus": "CPU",
		"twice": "프로세스 하나, 번호 둘", "tree.both": "프로세스 전체",
		"environ": "환경 변수", "inodes": "네임스페이스 (inode)", "maps": "ID", "membership": "속한 곳", "gauges": "제한 대비 사용량",
		"mounts": "마운트 테이블", "interfaces": "인터페이스", "routes": "라우트", "neighbours": "이웃",
		"ids": "누구인가", "filter": "시스템 호출", "sets": "캐퍼빌리티 집합", "caps": "캐퍼빌리티",
		"layers": "레이어 (위에서부터)", "layer": "레이어", "entries": "항목", "whiteouts": "가림",
		"upper": "upper: 쓴 것", "merged": "merged: 보이는 것", "tree": "파일",
		"n.calls": "호출", "n.snapshots": "스냅샷", "n.undo": "되돌릴 것", "undo": "되돌리기",
	},
	Acts: map[Act]string{
		ActNext: "다음", ActBack: "뒤로", ActSnapNext: "다음 스냅샷", ActSnapBack: "이전 스냅샷", ActCall: "다음 호출",
		ActCallBack: "이전 호출", ActRun: "계속 실행", ActNewest: "지금으로", ActFirst: "처음으로", ActTimeline: "타임라인", ActAuto: "자동", ActFaster: "빠르게", ActSlower: "느리게",
		ActBlank: "화면 가리기", ActBreak: "단계에 중단점", ActWithout: "빼고 해 보기", ActRetry: "다시 시도",
		ActFocus: "다른 부분", ActFocusBack: "이전 부분", ActPane: "창", ActPaneNext: "다음 창", ActPaneBack: "이전 창",
		ActUp: "위", ActDown: "아래", ActPageUp: "한 쪽 위", ActPageDown: "한 쪽 아래", ActTop: "맨 위", ActBottom: "맨 아래",
		ActOpen: "행 열기", ActZoom: "확대", ActDiff: "바뀐 것만", ActSearch: "찾기", ActMatch: "다음 일치",
		ActCopy: "명령 복사", ActShell: "안의 셸", ActHostShell: "바깥 셸",
		ActRunHere: "명령 실행", ActAttach: "연결", ActSignal: "시그널", ActLimit: "제한 바꾸기", ActRefresh: "다시 읽기",
		ActHelp: "도움말", ActTheme: "테마", ActLang: "English", ActMouse: "마우스", ActClose: "닫기", ActRedraw: "다시 그리기", ActSuspend: "잠시 나가기", ActQuit: "끝내기",
	},
	Groups: [groupCount]string{"시간", "발표", "보기", "직접 해 보기", "화면"},

	HelpTitle: "키", QuitTitle: "끝내기", QuitAsk: "컨테이너를 멈추고 모두 되돌릴까요?", QuitYes: "예, 되돌립니다", QuitNo: "아니요",
	SearchTitle: "찾기", RunTitle: "명령 실행", RunHint: "tab: 안, 바깥, 둘 다", SignalTitle: "PID 1에 시그널 보내기", LimitTitle: "제한 바꾸기",
	LimitHow: "파일 값, 예: memory.max 64M", WithoutTitle: "빼고 해 보기", HostShellDone: "호스트에서 돌아왔습니다.",
	WithoutHow: "스페이스로 표시, esc로 닫기",
	ValueTitle: "값", TimeTitle: "타임라인", TimeHow: "←→ 스냅샷  ↑↓ 단계  home end  esc로 닫기",
	HomeTitle: "느린 동작으로 시작하는 컨테이너", HomeAsk: "이미지", HomeHow: "이미지 이름을 입력하거나(예: nginx) 아래에서 고르세요", HomeEmpty: "아직 없습니다.",
	HomeGroups: "고르기", KindImage: "이미지", KindRecording: "녹화", KindLesson: "레슨",
	BuiltIn: "내장", HomeStart: "시작", HomeClear: "지우기",
	NotesTitle: "발표자 노트", NotesWait: "첫 단계를 기다립니다.", NotesOver: "실행이 끝났습니다. q로 나갑니다.",
	ClickHelp: "발표용 리모컨의 키(page up/down, b, F5)를 쓸 수 있습니다. Esc로는 끝나지 않습니다.",
}
