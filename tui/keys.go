package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// Act is something that a key does.
type Act int

// The acts, in the order of help.
const (
	ActNone Act = iota
	ActNext
	ActBack
	ActSnapNext
	ActSnapBack
	ActCall
	ActCallBack
	ActRun
	ActNewest
	ActFirst
	ActTimeline
	ActAuto
	ActFaster
	ActSlower
	ActBlank
	ActBreak
	ActWithout
	ActRetry
	ActFocus
	ActFocusBack
	ActPane
	ActPaneNext
	ActPaneBack
	ActUp
	ActDown
	ActPageUp
	ActPageDown
	ActTop
	ActBottom
	ActOpen
	ActZoom
	ActDiff
	ActSearch
	ActMatch
	ActCopy
	ActCopyValue
	ActShell
	ActHostShell
	ActRunHere
	ActAttach
	ActSignal
	ActLimit
	ActRefresh
	ActHelp
	ActTheme
	ActLang
	ActMouse
	ActClose
	ActRedraw
	ActSuspend
	ActQuit
)

// The groups of help.
const (
	groupTime = iota
	groupTalk
	groupLook
	groupHands
	groupScreen
	groupCount
)

// Binding binds keys to an act.
type Binding struct {
	Act   Act
	Group int
	Keys  []string // as Bubble Tea names them; the first ones are shown
	Show  string   // how they are written on the screen; "" not in help
	Live  bool     // only where there is a live run
}

// bindings is the key map: what Update obeys, help lists and the footer shows.
// Capital letters are only used where Korean has a letter of its own on that key
// with shift, since with a Hangul input method the others can't be told apart.
var bindings = []Binding{
	{Act: ActNext, Group: groupTime, Keys: []string{"space", "enter", "n", "pgdown"}, Show: "space"},
	{Act: ActBack, Group: groupTime, Keys: []string{"p", "backspace", "pgup"}, Show: "p"},
	{Act: ActSnapNext, Group: groupTime, Keys: []string{"right"}, Show: "→"},
	{Act: ActSnapBack, Group: groupTime, Keys: []string{"left"}, Show: "←"},
	{Act: ActCall, Group: groupTime, Keys: []string{"c", ")"}, Show: "c"},
	{Act: ActCallBack, Group: groupTime, Keys: []string{"v", "("}, Show: "v"},
	{Act: ActRun, Group: groupTime, Keys: []string{"r"}, Show: "r"},
	{Act: ActNewest, Group: groupTime, Keys: []string{"end", "l"}, Show: "l"},
	{Act: ActFirst, Group: groupTime, Keys: []string{"home"}, Show: "home"},
	{Act: ActTimeline, Group: groupTime, Keys: []string{"t"}, Show: "t"},
	{Act: ActBreak, Group: groupTime, Keys: []string{"h"}, Show: "h", Live: true},
	{Act: ActWithout, Group: groupTime, Keys: []string{"w"}, Show: "w", Live: true},
	{Act: ActRetry, Group: groupTime, Keys: []string{"R"}, Show: "R", Live: true},

	{Act: ActAuto, Group: groupTalk, Keys: []string{"a", "f5", "shift+f5"}, Show: "a"},
	{Act: ActFaster, Group: groupTalk, Keys: []string{"+"}, Show: "+"},
	{Act: ActSlower, Group: groupTalk, Keys: []string{"-"}, Show: "-"},
	{Act: ActBlank, Group: groupTalk, Keys: []string{"b", "."}, Show: "b"},

	{Act: ActFocus, Group: groupLook, Keys: []string{"tab"}, Show: "tab"},
	{Act: ActFocusBack, Group: groupLook, Keys: []string{"shift+tab"}},
	{Act: ActPane, Group: groupLook, Keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0"}, Show: "1…0"},
	{Act: ActPaneNext, Group: groupLook, Keys: []string{"]"}, Show: "]"},
	{Act: ActPaneBack, Group: groupLook, Keys: []string{"["}, Show: "["},
	{Act: ActUp, Group: groupLook, Keys: []string{"up", "k"}, Show: "↑"},
	{Act: ActDown, Group: groupLook, Keys: []string{"down", "j"}, Show: "↓"},
	{Act: ActPageUp, Group: groupLook, Keys: []string{"ctrl+u", "ctrl+b"}, Show: "ctrl+u"},
	{Act: ActPageDown, Group: groupLook, Keys: []string{"ctrl+d", "ctrl+f"}, Show: "ctrl+d"},
	{Act: ActTop, Group: groupLook, Keys: []string{"<"}, Show: "<"},
	{Act: ActBottom, Group: groupLook, Keys: []string{">"}, Show: ">"},
	{Act: ActOpen, Group: groupLook, Keys: []string{"u"}, Show: "u"},
	{Act: ActZoom, Group: groupLook, Keys: []string{"z"}, Show: "z"},
	{Act: ActDiff, Group: groupLook, Keys: []string{"d"}, Show: "d"},
	{Act: ActSearch, Group: groupLook, Keys: []string{"/"}, Show: "/"},
	{Act: ActMatch, Group: groupLook, Keys: []string{"f"}, Show: "f"},
	{Act: ActCopy, Group: groupLook, Keys: []string{"y"}, Show: "y"},

	{Act: ActShell, Group: groupHands, Keys: []string{"s"}, Show: "s", Live: true},
	{Act: ActHostShell, Group: groupHands, Keys: []string{"o"}, Show: "o", Live: true},
	{Act: ActRunHere, Group: groupHands, Keys: []string{"x"}, Show: "x", Live: true},
	{Act: ActAttach, Group: groupHands, Keys: []string{"i"}, Show: "i", Live: true},
	{Act: ActSignal, Group: groupHands, Keys: []string{"!"}, Show: "!", Live: true},
	{Act: ActLimit, Group: groupHands, Keys: []string{"e"}, Show: "e", Live: true},
	{Act: ActRefresh, Group: groupHands, Keys: []string{"ctrl+r"}, Show: "ctrl+r", Live: true},

	{Act: ActHelp, Group: groupScreen, Keys: []string{"?"}, Show: "?"},
	{Act: ActTheme, Group: groupScreen, Keys: []string{"T"}, Show: "T"},
	{Act: ActLang, Group: groupScreen, Keys: []string{"g"}, Show: "g"},
	{Act: ActMouse, Group: groupScreen, Keys: []string{"m"}, Show: "m"},
	{Act: ActClose, Group: groupScreen, Keys: []string{"esc"}, Show: "esc"},
	{Act: ActRedraw, Group: groupScreen, Keys: []string{"ctrl+l"}, Show: "ctrl+l"},
	{Act: ActSuspend, Group: groupScreen, Keys: []string{"ctrl+z"}, Show: "ctrl+z"},
	{Act: ActQuit, Group: groupScreen, Keys: []string{"q", "ctrl+c"}, Show: "q"},
}

var acts = byKey()

func byKey() map[string]Act {
	m := map[string]Act{}
	for _, b := range bindings {
		for _, k := range b.Keys {
			m[k] = b.Act
		}
	}
	return m
}

// jamo are the letters that a Korean keyboard (2-set) sends in place of Latin ones.
var jamo = map[rune]rune{
	'ㅂ': 'q', 'ㅈ': 'w', 'ㄷ': 'e', 'ㄱ': 'r', 'ㅅ': 't', 'ㅛ': 'y', 'ㅕ': 'u', 'ㅑ': 'i', 'ㅐ': 'o', 'ㅔ': 'p',
	'ㅁ': 'a', 'ㄴ': 's', 'ㅇ': 'd', 'ㄹ': 'f', 'ㅎ': 'g', 'ㅗ': 'h', 'ㅓ': 'j', 'ㅏ': 'k', 'ㅣ': 'l',
	'ㅋ': 'z', 'ㅌ': 'x', 'ㅊ': 'c', 'ㅍ': 'v', 'ㅠ': 'b', 'ㅜ': 'n', 'ㅡ': 'm',
	'ㅃ': 'Q', 'ㅉ': 'W', 'ㄸ': 'E', 'ㄲ': 'R', 'ㅆ': 'T', 'ㅒ': 'O', 'ㅖ': 'P',
}

// keyName is the key's name in the key map: what Bubble Tea calls it, a jamo as
// the Latin letter on the same key.
func keyName(k tea.KeyPressMsg) string {
	s := k.String()
	r := []rune(s)
	if len(r) == 1 {
		if l, ok := jamo[r[0]]; ok {
			return string(l)
		}
	}
	if k.Mod.Contains(tea.ModCtrl) && k.BaseCode != 0 && k.BaseCode < 0x80 {
		return "ctrl+" + strings.ToLower(string(k.BaseCode))
	}
	return s
}

// actOf is what a key does.
func actOf(k tea.KeyPressMsg) Act { return acts[keyName(k)] }

// shown is how an act's key is written, "" if it is not.
func shown(a Act) string {
	for _, b := range bindings {
		if b.Act == a {
			return b.Show
		}
	}
	return ""
}
