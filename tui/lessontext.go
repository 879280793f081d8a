package tui

import (
	"fmt"
	"strings"

	"glassbox/lessons"
)

// lessonText is every word that the lesson screen itself says, in one language.
type lessonText struct {
	Lesson, Step, Question, Task, TaskHow, TaskTaped, Look, Right, Wrong, Is string
	Says, SaysThis, Absent, Compared, ComparedThis, Host, Inside, Status     string
	As, Hint, HintsLeft, NoHint, NoRun, Over, ReadOn                         string
	Moving, Running, Checking, Resetting                                     string
	Trouble, Leave, Keys, Summary, Said                                      string
	Before, After, Call, AtRunning, AtExited, AtFailed                       string
	Taped, TapedOver                                                         string
	Done, NotYet, NotAnswered                                                string
	Minutes, Predictions, Tasks                                              [2]string // one, and several

	KeyNext, KeyMore, KeyStart, KeyGo, KeyRun, KeyAnswer, KeyCheck, KeySkip, KeyDone    string
	KeyHint, KeySolve, KeyReset, KeyFree, KeyPane, KeyShell, KeyHost, KeyLesson, KeyTry string
}

var lessonTexts = map[Lang]*lessonText{
	EN: {
		Lesson: "lesson", Step: "step", Question: "What do you expect?", Task: "Your task", TaskHow: "s: shell inside; o: host shell; space: check", TaskTaped: "space: check, as recorded; v: solution", Look: "Look", Right: "Right:", Wrong: "Often believed, but not so:", Is: "It is:",
		Says: "%s says", Absent: "%s is not there", Compared: "compared with %s", SaysThis: "this says:", ComparedThis: "compared with what this says:", Host: "on the host", Inside: "inside", Status: "exit status %d",
		As: "as %s", Hint: "Hint", HintsLeft: "%d more", NoHint: "There is no further hint.", NoRun: "There is no container yet.", Over: "The lesson is over", ReadOn: "Read on",
		Moving: "going on …", Running: "running …", Checking: "checking …", Resetting: "starting anew …",
		Trouble: "That went wrong. space tries again, R resets the step.", Leave: "q again leaves. What you have done is kept.",
		Keys:    "space next, or more of the page  p back a page  1…6 answer  ↑↓ scroll  h hint  v solution  R reset the step  tab lesson or pane  1…0 in the pane: another one  s shell inside  o shell on the host  x run a command  ` free screen, and back  a go on by itself  +/- faster, slower  b blank the screen  g language  T theme  q leave",
		Summary: "%d of %d predictions right, %d of %d tasks solved.", Said: "You said:",
		Before: "Let it go on to the gate before %s.", After: "Let it go on until %s is done.", Call: "Let it go on to the call %s.", AtRunning: "Let it go on until the program runs.", AtExited: "Let it go on until all is over and undone.", AtFailed: "Let it go on until a stage fails.",
		Taped: "This is a recording of the lesson: each value was read when it was made. Predict and look around; s, o and x need a live container. Checks and solutions are the recorded ones, and nothing counts.", TapedOver: "It was a recording: this is not kept with what you have done.",
		Done: "Done", NotYet: "Not yet", NotAnswered: "not answered",
		Minutes: [2]string{"%d minute", "%d minutes"}, Predictions: [2]string{"%d prediction", "%d predictions"}, Tasks: [2]string{"%d task", "%d tasks"},
		KeyNext: "next", KeyMore: "more", KeyStart: "begin", KeyGo: "go on", KeyRun: "run it", KeyAnswer: "answer", KeyCheck: "check", KeySkip: "without an answer", KeyDone: "leave",
		KeyHint: "hint", KeySolve: "solution", KeyReset: "reset", KeyFree: "free screen", KeyPane: "pane", KeyShell: "shell inside", KeyHost: "host shell", KeyLesson: "lesson", KeyTry: "command",
	},
	KO: {
		Lesson: "학습", Step: "단계", Question: "예측해 보세요", Task: "과제", TaskHow: "s 안의 셸, o 호스트 셸, space 확인", TaskTaped: "space 녹화된 확인, v 풀이", Look: "볼 것", Right: "맞습니다:", Wrong: "아닙니다.", Is: "답:",
		Says: "%s의 값", Absent: "%s: 없음", Compared: "비교: %s의 값", SaysThis: "이 명령이 알려 준 값:", ComparedThis: "비교한 값을 알려 준 명령:", Host: "호스트에서", Inside: "안에서", Status: "종료 코드 %d",
		As: "%s 사용자로", Hint: "힌트", HintsLeft: "%d개 남음", NoHint: "힌트가 더 없습니다.", NoRun: "아직 컨테이너가 없습니다.", Over: "학습이 끝났습니다", ReadOn: "더 읽을 것",
		Moving: "진행하는 중 …", Running: "실행하는 중 …", Checking: "확인하는 중 …", Resetting: "새로 시작하는 중 …",
		Trouble: "잘못되었습니다. space 다시, R 이 단계 초기화", Leave: "q를 한 번 더 누르면 나갑니다. 한 일은 기록되어 있습니다.",
		Keys:    "space 다음, 또는 아래로  p 앞 단계로  1…6 답  ↑↓ 스크롤  h 힌트  v 풀이  R 단계 초기화  tab 학습과 창 전환  1…0 창에서: 다른 창  s 안의 셸  o 호스트 셸  x 명령 실행  ` 자유 화면, 다시 학습  a 자동 진행  +/- 빠르게, 느리게  b 화면 비우기  g 언어  T 테마  q 나가기",
		Summary: "예측 %[2]d개 중 %[1]d개를 맞혔고, 과제 %[4]d개 중 %[3]d개를 풀었습니다.", Said: "고른 답:",
		Before: "%s 단계 앞까지 진행합니다.", After: "%s 단계가 끝날 때까지 진행합니다.", Call: "%s 호출 앞까지 진행합니다.", AtRunning: "프로그램이 실행될 때까지 진행합니다.", AtExited: "모두 끝나고 되돌릴 때까지 진행합니다.", AtFailed: "단계가 실패할 때까지 진행합니다.",
		Taped: "이 학습의 녹화입니다. 모든 값은 녹화할 때 읽은 것입니다. 예측하고 둘러볼 수는 있지만, s, o, x에는 살아 있는 컨테이너가 필요합니다. 확인과 풀이도 녹화된 것이며, 기록에 남지 않습니다.", TapedOver: "녹화였으므로 한 일의 기록에는 넣지 않습니다.",
		Done: "됐습니다", NotYet: "안 됐습니다", NotAnswered: "답하지 않음",
		Minutes: [2]string{"%d분", "%d분"}, Predictions: [2]string{"예측 %d개", "예측 %d개"}, Tasks: [2]string{"과제 %d개", "과제 %d개"},
		KeyNext: "다음", KeyMore: "더 보기", KeyStart: "시작", KeyGo: "진행", KeyRun: "실행", KeyAnswer: "답하기", KeyCheck: "확인", KeySkip: "답 없이", KeyDone: "나가기",
		KeyHint: "힌트", KeySolve: "풀이", KeyReset: "초기화", KeyFree: "자유 화면", KeyPane: "창", KeyShell: "안의 셸", KeyHost: "호스트 셸", KeyLesson: "학습", KeyTry: "명령",
	},
}

func lessonTextOf(l Lang) *lessonText {
	if t, ok := lessonTexts[l]; ok {
		return t
	}
	return lessonTexts[EN]
}

// StopText says where a stop lets the run go on to.
func StopText(s *lessons.Stop, lang Lang) string { return lessonTextOf(lang).place(s) }

// LessonFacts are how long a lesson takes, and what it asks, in a few words.
func LessonFacts(l *lessons.Lesson, lang Lang) string { return lessonTextOf(lang).facts(l) }

// facts are LessonFacts.
func (t *lessonText) facts(l *lessons.Lesson) string {
	var parts []string
	for _, f := range []struct {
		n   int
		say [2]string
	}{{l.Minutes, t.Minutes}, {l.Predictions(), t.Predictions}, {l.Tasks(), t.Tasks}} {
		switch {
		case f.n == 1:
			parts = append(parts, fmt.Sprintf(f.say[0], f.n))
		case f.n > 1:
			parts = append(parts, fmt.Sprintf(f.say[1], f.n))
		}
	}
	return strings.Join(parts, ", ")
}

// place says where a stop lets the run go on to.
func (t *lessonText) place(s *lessons.Stop) string {
	switch {
	case s.Before != "":
		return fmt.Sprintf(t.Before, s.Before)
	case s.After != "":
		return fmt.Sprintf(t.After, s.After)
	case s.Call != "":
		return fmt.Sprintf(t.Call, s.Call)
	case s.At == "exited":
		return t.AtExited
	case s.At == "failed":
		return t.AtFailed
	}
	return t.AtRunning
}
