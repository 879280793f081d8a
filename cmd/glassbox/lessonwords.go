package main

import (
	"fmt"

	"glassbox/lessons"
	"glassbox/tui"
)

// lessonWords is what is said of a lesson itself, outside of the full screen.
var lessonWords = map[string][2]string{
	"written": {
		"Write, then: glassbox lesson check %[1]s; glassbox lesson check --run --trust %[1]s; glassbox lesson ./%[1]s\nRecord it, for who can't play it: glassbox lesson check --run --trust --lang en --tape . %[1]s && mv %[1]s.en.jsonl %[1]s/%[2]s\nHand it over: tar czf %[1]s.tar.gz %[1]s",
		"쓴 다음: glassbox lesson check %[1]s; glassbox lesson check --run --trust %[1]s; glassbox lesson ./%[1]s\n실행할 수 없는 사람을 위한 녹화: glassbox lesson check --run --trust --lang en --tape . %[1]s && mv %[1]s.en.jsonl %[1]s/%[2]s\n나눠 주기: tar czf %[1]s.tar.gz %[1]s",
	},
	"to do":        {"to do: %s", "할 일: %s"},
	"going on":     {"Going on at step %d. What the steps before did is done again.", "%d단계부터 이어서 합니다. 앞 단계에서 한 일을 다시 합니다."},
	"taped":        {"This is a recording of the lesson: each value was read when it was made. Checks and solutions are the recorded ones, commands of your own can't be run, and nothing counts.", "이 학습의 녹화입니다. 모든 값은 녹화할 때 읽은 것입니다. 확인과 풀이도 녹화된 것이고, 다른 명령은 실행할 수 없으며, 기록에 남지 않습니다."},
	"not recorded": {"It was not recorded: this is a recording, and runs nothing.", "녹화되어 있지 않습니다. 녹화에서는 아무것도 실행하지 않습니다."},
	"one language": {"This lesson has no other language.", "이 학습에는 다른 언어가 없습니다."},
	"to run":       {"[Enter] runs it", "[Enter] 실행"},
	"answer":       {"Your answer, 1, 2 …; [Enter] without one; g language, q leave", "답의 번호 1, 2 …, [Enter] 답 없이, g 언어, q 나가기"},
	"choices":      {"The answers are numbered from 1 to %d.", "답의 번호는 1부터 %d까지입니다."},
	"task":         {"[Enter] checks; a command is run inside, !command on the host; h hint, s solution, x go on, g language, q leave", "[Enter] 확인, 명령은 안에서, !명령은 호스트에서 실행, h 힌트, s 풀이, x 다음, g 언어, q 나가기"},
	"no hint":      {"There is no further hint.", "힌트가 더 없습니다."},
	"hints left":   {"   (%d more)", "   (%d개 남음)"},
	"left":         {"Left. What is done is kept; the same command goes on from here.", "나갑니다. 한 일은 기록되었고, 같은 명령으로 이어서 할 수 있습니다."},
	"host":         {"on the host ", "호스트에서 "},
	"inside":       {"inside ", "안에서 "},
	"right":        {"Right: %s", "맞습니다: %s"},
	"wrong":        {"Not so: %s", "아닙니다: %s"},
	"is":           {"It is: %s", "답: %s"},
	"said":         {"%s says %s", "%s의 값: %s"},
	"absent":       {"%s is not there", "%s: 없습니다"},
	"compared":     {"compared with %s: %s", "비교: %s의 값 %s"},
	"done":         {"Done: %s", "됐습니다: %s"},
	"not yet":      {"Not yet: %s", "안 됐습니다: %s"},
	"status":       {"(exit status %d)", "(종료 코드 %d)"},
	"summary":      {"\nThe lesson is over: %d of %d predictions right, %d of %d tasks solved.", "\n학습이 끝났습니다. 예측 %[2]d개 중 %[1]d개를 맞혔고, 과제 %[4]d개 중 %[3]d개를 풀었습니다."},
	"predicted":    {"   Step %d: %s\n      you said: %s\n      it is: %s (%s)\n      often believed, but not so: %s", "   %d단계: %s\n      고른 답: %s\n      실제: %s (%s)\n      %s"},
	"read on":      {"Read on: %s", "더 읽을 것: %s"},
	"outside":      {"outside", "밖"},
	"in":           {"inside", "안"},
	"more lines":   {"      (%d more lines)", "      (%d줄 더)"},

	lessons.Pass:   {"pass", "통과"},
	lessons.Fail:   {"fail", "실패"},
	lessons.Skip:   {"skip", "건너뜀"},
	"point":        {"step %d, line %d", "%d단계, %d번째 줄"},
	"well written": {"%d of %d lessons are well written", "학습 %[2]d개 중 %[1]d개가 잘 쓰였습니다"},
	"played":       {"; played: %d passed, %d failed, %d skipped", ". 실행한 것: 통과 %d, 실패 %d, 건너뜀 %d"},

	"not here":      {"the lesson %s can't be played live here:", "%s: 이 머신에서는 직접 실행해 볼 수 없는 학습입니다."},
	"instead":       {"instead: %s", "대신: %s"},
	"read it":       {"`glassbox lesson show %s` reads the lesson, `glassbox replay` steps through a recording of a start", "`glassbox lesson show %s`로 학습을 읽거나, `glassbox replay`로 컨테이너 시작의 녹화를 단계별로 볼 수 있습니다."},
	"play the tape": {"`glassbox lesson %s --recording` plays a recording of it; it asks and shows the same", "`glassbox lesson %s --recording`으로 녹화를 볼 수 있습니다. 묻는 것과 보여 주는 것은 같습니다."},
	"offer":         {"There is a recording of it, which asks and shows the same. Play that? [Y/n] ", "이 학습의 녹화가 있습니다. 묻는 것과 보여 주는 것은 같습니다. 녹화로 할까요? [Y/n] "},

	"needs root":       {"it needs root of this machine: try sudo glassbox lesson …", "이 머신의 root 권한이 필요합니다. sudo glassbox lesson …으로 해 보세요."},
	"needs users":      {"its programs are no root, and this user has no further ids: %v", "프로그램이 root가 아닌 사용자로 실행되는데, 지금 사용자에게는 다른 ID가 없습니다: %v"},
	"needs groups":     {"the cgroups can't be read: %v", "cgroup을 읽을 수 없습니다: %v"},
	"needs limits":     {"it sets limits (%s), and there can be no group for them: %v", "제한(%s)을 설정하는데, 그럴 cgroup을 만들 수 없습니다: %v"},
	"needs controller": {"it needs the cgroup controller %s, which this machine has not", "cgroup 컨트롤러 %s: 필요한데 이 머신에 없습니다."},
	"needs delegation": {"it needs the cgroup controller %s, which is not handed on to this user: `glassbox doctor` says how to mend that", "cgroup 컨트롤러 %s: 필요한데 이 사용자에게 위임되어 있지 않습니다. 해결 방법은 `glassbox doctor`가 알려 줍니다."},
	"needs version of": {"it needs cgroup %s; this machine has %s in version %d", "필요한 cgroup 버전은 %s인데, 이 머신의 %s 컨트롤러는 버전 %d에 있습니다."},
	"needs version":    {"it needs cgroup %s; this machine has %s", "필요한 cgroup 버전은 %s인데, 이 머신에는 %s만 있습니다."},
	"needs kernel":     {"it needs Linux %s or newer", "Linux %s 이상이 필요합니다."},
	"needs program":    {"it needs the program %s on the host", "호스트에 %s 프로그램이 필요합니다."},
	"needs internet":   {"it needs a way to the internet: registry-1.docker.io does not answer", "인터넷 연결이 필요한데, registry-1.docker.io가 응답하지 않습니다."},
	"needs Linux":      {"containers need a Linux kernel", "컨테이너에는 Linux 커널이 필요합니다."},

	"stranger's": {"This lesson did not come with glassbox. It would run:", "glassbox에 들어 있지 않은 학습입니다. 다음을 실행하려고 합니다:"},
	"trust":      {"Commands marked \"%s\" run on this machine as you. Run it? [y/N] ", "\"%s\"라고 적힌 명령은 이 머신에서 지금 사용자로 실행됩니다. 실행할까요? [y/N] "},
	"line":       {"line %d", "%d번째 줄"},
	"at run":     {"run", "실행"},
	"at inside":  {"inside", "안"},
	"at host":    {"host", "호스트"},
}

// lessonText is one of them in a language, with what it names.
func lessonText(lang tui.Lang, key string, args ...any) string {
	return fmt.Sprintf(lessonWord(lang, key), args...)
}

// lessonWord is one of them in a language.
func lessonWord(lang tui.Lang, key string) string {
	w := lessonWords[key]
	if lang == tui.KO {
		return w[1]
	}
	return w[0]
}
