package tui

import (
	"strings"
	"testing"
	"time"
)

// TestPhraseOfAChain: an error is a chain, and each link of it is said; what stands in
// a gap never is, unless it is an error; what is not known stays.
func TestPhraseOfAChain(t *testing.T) {
	for _, c := range []struct{ en, ko string }{
		{"open /x: permission denied", "/x을(를) 열 수 없습니다: 권한이 없습니다(EACCES)"},
		{"open /x: what nobody knows: at all", "/x을(를) 열 수 없습니다: what nobody knows: at all"},
		{"docker.io/x:1: it is not there (it says A: b): check the spelling", "docker.io/x:1: 그런 것이 없습니다(A: b): 철자를 확인하세요"},
		{"remove /x", "/x을(를) 지우세요"}, // a mend
		{
			"go on to the call unshare X: it took too long; now: the stage exec is done: context deadline exceeded",
			"호출 unshare X까지 진행할 수 없습니다: 너무 오래 걸렸습니다. 지금은: exec 단계가 끝났습니다: 시간이 초과되었습니다",
		},
		{"go on until a stage fails: the run is over: the stage exit is done: the program has ended with 1", "단계가 실패할 때까지 진행할 수 없습니다: 실행이 끝났습니다: exit 단계가 끝났습니다: 프로그램의 종료 코드가 1입니다"},
		{"remove /x: device or resource busy", "/x을(를) 지울 수 없습니다: 디바이스나 자원이 사용 중입니다(EBUSY)"},
		{"chroot to /a: no such process\nkill process 7: no such process", "/a(으)로 chroot할 수 없습니다: 그런 프로세스가 없습니다(ESRCH)\n프로세스 7을(를) 끝낼 수 없습니다: 그런 프로세스가 없습니다(ESRCH)"},
		{
			"mount overlay on /m: invalid argument: it is mounted there already (fuse-overlayfs can't stand in: is a directory)",
			"overlay을(를) /m에 마운트할 수 없습니다: 인자가 잘못되었습니다(EINVAL): 그 자리에 이미 마운트되어 있습니다 (fuse-overlayfs가 대신할 수 없습니다: 디렉터리입니다(EISDIR))",
		},

		// Values that hold what parts a chain, a form, a gap.
		{"open /a: b: permission denied", "/a을(를) 열 수 없습니다: b: 권한이 없습니다(EACCES)"},
		{`"x: permission denied" is no signal: TERM, KILL, HUP, USR1 …`, `"x: permission denied"은(는) 시그널이 아닙니다: TERM, KILL, HUP, USR1 …`},
		{`"remove {}" is no mount propagation: shared, slave, private or unbindable, or one of them with an r in front`, `"remove {}"은(는) 마운트 전파가 아닙니다: shared, slave, private, unbindable, 또는 그 앞에 r을 붙인 것입니다`},
		{"copy {!} to {}: broken pipe", "{!}을(를) {}에 복사할 수 없습니다: 파이프가 끊어졌습니다(EPIPE)"},
		{"copy a to b to c: broken pipe", "a을(를) b to c에 복사할 수 없습니다: 파이프가 끊어졌습니다(EPIPE)"},
		{"words of nobody", "words of nobody"},
		{"", ""},
	} {
		if got := Phrase(c.en, KO); got != c.ko {
			t.Errorf("%q\n got %q\nwant %q", c.en, got, c.ko)
		}
		if got := Phrase(c.en, EN); got != c.en {
			t.Errorf("%q is in English %q", c.en, got)
		}
	}
}

// TestPhraseOfAStranger: what a stranger wrote costs no more than a moment.
func TestPhraseOfAStranger(t *testing.T) {
	for _, part := range []string{": ", "(: ) ", "open x ({ on : ", "mount a on b to ", "it says (it says : ", `"" `, "\n: "} {
		began := time.Now()
		Phrase(strings.Repeat(part, 4096/len(part)), KO)
		Phrase(strings.Repeat(part, mostLinks-1), KO)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%q took %v", part, took)
		}
	}
}

// FuzzPhrase: whatever is said, nothing of a line without a form is lost.
func FuzzPhrase(f *testing.F) {
	f.Add("open /x: permission denied")
	f.Add("{!}: {}")
	f.Fuzz(func(t *testing.T, text string) {
		if got := Phrase(text, KO); (got == "") != (text == "") || strings.Count(got, "\n") != strings.Count(text, "\n") {
			t.Errorf("%q is said %q", text, got)
		}
	})
}
