package tui

// Text holds every word that the screen itself says, in one language. Each
// field must be filled in each language: a test looks. What stages do is told in
// story.go.
type Text struct {
	Live, Past, Recorded, Ended, Waiting, Paused, Running, Auto, Stage string
	NoProcYet                                                          string // why the inside shows a PID of the host
	FellBack                                                           string // a live stage failed, a recording goes on

	Rail, Happens, Outside, Inside, RuncNote, CallsHere, WhoDoes                                            string
	OnHost, Host, Engine, Own, Joined, ChildOf, SameIDs, NotYet, NoProcess, OutputBefore, OutputNone, Gone  string
	Nothing, NoGroupYet, NoGroup, Overwritten, NoChange, Veiled, Asked, OnlyChanges, More, NoMatch          string
	WaitsBefore, WaitsCall, WaitsFailure, LookFailure, WillDo, Did                                          string
	FailureSpent, FailureGone                                                                               string // another try begins at an earlier stage
	Took, LeftOut, Failed, Skipped, Why, Mend                                                               string
	Damaged, Reading, TooSmall, PressQuit, AllUndone, Undone, AtStart, AtEnd, Runs, NothingWaits, Unwinding string
	Copied, Blank, NoController, NoContainer, ShellDone, HostShellDone                                      string
	Breakpoint, BreakGone, BreakLate, Sent, Written                                                         string
	MouseOn, MouseOff, OutputCut                                                                            string
	Elapsed, Next, End, Speed, Opening                                                                      string

	Panes  [paneCount]string
	States map[string]string // of a stage
	Rows   map[string]string // labels of rows that are no kernel file's name
	Acts   map[Act]string    // what a key does
	Groups [groupCount]string

	HelpTitle, QuitTitle, QuitAsk, QuitYes, QuitNo                    string
	SearchTitle, RunTitle, RunHint, SignalTitle, LimitTitle, LimitHow string
	WithoutTitle, WithoutHow, ValueTitle, TimeTitle, TimeHow          string
	HomeTitle, HomeAsk, HomeHow, HomeEmpty, HomeGroups                string
	KindImage, KindRecording, KindLesson                              string
	ClickHelp                                                         string

	BuiltIn, HomeDemo, HomeImage, HomeImage1, HomeMore, HomeAll, HomeWithout, HomeOthers, HomeStops, HomeNoLinux string
	HomeFound                                                                                                    map[string]string // the heads of doctor's report, by state
	HomeWho, Lacks                                                                                               map[string]string // by who starts containers; by doctor's word, where English has doctor's own
	HomeStart, HomeClear, HomeScroll, HomeBack, HomeEffect, HomeMend, NotesTitle, NotesWait, NotesOver, NotesOne string
}

// texts are all languages.
var texts = map[Lang]*Text{EN: &textEN, KO: &textKO}

// textOf returns the words of a language, English for one that is not known.
func textOf(l Lang) *Text {
	if t, ok := texts[l]; ok {
		return t
	}
	return &textEN
}
