package tui

import (
	"strings"

	"glassbox/runtime/journal"
)

// NoteText is a note in the reader's language: the Korean sentence where its key
// is known, else the English one that the note brings along.
func NoteText(n journal.Note, lang Lang) string {
	if lang == KO {
		if text, ok := notesKO[n.Key]; ok {
			return fill(text, n.Args)
		}
	}
	return Clean(n.Text[:min(len(n.Text), mostNote)])
}

// mostNote is the longest note that is shown, in bytes.
const mostNote = 2000

// notesKO are the notes of the stages in Korean, by key. {NAME} stands for an
// argument of the note.
var notesKO = map[string]string{
	"pull-containerd":    "runc는 이미지를 모릅니다. containerd(또는 dockerd)가 이미지를 받아 자기 콘텐츠 저장소(content store)에 블롭(blob)을 보관합니다.",
	"unpack-snapshotter": "containerd에서는 overlayfs 스냅샷터(snapshotter)가 레이어마다 스냅샷 하나씩 풉니다. runc는 그 결과만 봅니다.",
	"overlay-shim":       "containerd에서는 스냅샷터(snapshotter)가 알려 준 대로 심(shim)이 오버레이(overlay)를 마운트합니다. runc는 완성된 rootfs를 받습니다.",
	"clone-stages": "runc는 `runc init`을 시작하고, runc init은 unshare한 다음 다시 clone합니다. unshare(CLONE_NEWPID)는 자식만 옮기기 때문이며, " +
		"runc:[2:INIT]이 PID 1이 됩니다. crun은 네임스페이스(namespace) 플래그를 모두 넣어 한 번만 clone합니다.",
	"namespaces-order": "runc는 프로세스를 cgroup에 먼저 넣은 다음 네임스페이스(namespace)를 한 번에 모두 분리합니다. crun은 clone(2)에 플래그로 줍니다.",
}

// fill puts the arguments into a sentence.
func fill(text string, args map[string]string) string {
	for name, value := range args {
		text = strings.ReplaceAll(text, "{"+name+"}", brief(value, 200))
	}
	return text
}
