package proc

import (
	"reflect"
	"testing"
)

const statusText = "Name:\tsleep\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t4711\nNgid:\t0\nPid:\t4711\nPPid:\t4690\n" +
	"TracerPid:\t0\nUid:\t1000\t1001\t1002\t1003\nGid:\t0\t1\t2\t3\nFDSize:\t64\nGroups:\t4 24 27 \nNStgid:\t4711\t1\n" +
	"NSpid:\t4711\t1\nVmRSS:\t    1700 kB\nThreads:\t3\nSigQ:\t0/96364\nSigPnd:\t0000000000000001\nShdPnd:\t0000000000000002\n" +
	"SigBlk:\t0000000000010000\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000004002\nCapInh:\t0000000000000000\n" +
	"CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t000001fffeffffff\nCapAmb:\t0000000000000000\n" +
	"NoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\nSomething_new:\tx:y\nrubbish\n"

func TestParseStatus(t *testing.T) {
	s := ParseStatus([]byte(statusText))
	if s.Name != "sleep" || s.Umask != "0022" || s.State != "S (sleeping)" || s.Pid != 4711 || s.PPid != 4690 || s.Tgid != 4711 {
		t.Errorf("identity: %+v", s)
	}
	if !reflect.DeepEqual(s.NSpid, []int{4711, 1}) || s.UID != [4]int{1000, 1001, 1002, 1003} ||
		s.GID != [4]int{0, 1, 2, 3} || !reflect.DeepEqual(s.Groups, []int{4, 24, 27}) {
		t.Errorf("ids: %+v", s)
	}
	if s.CapEff != 0xa80425fb || s.CapBnd != 0x1fffeffffff || !s.NoNewPrivs || s.Seccomp != 2 || s.SeccompFilters != 1 {
		t.Errorf("rights: %+v", s)
	}
	if s.RSS != 1700 || s.Threads != 3 || s.SigIgn != 1<<12 || s.SigCgt != 0x4002 || s.SigBlk != 1<<16 || s.SigPnd != 1 || s.ShdPnd != 2 {
		t.Errorf("rest: %+v", s)
	}
	if v, ok := s.Get("Something_new"); !ok || v != "x:y" {
		t.Errorf("unknown field: %q %v", v, ok)
	}
	if _, ok := s.Get("nothing"); ok || len(s.Fields) != 31 {
		t.Errorf("%d fields", len(s.Fields))
	}
	// Docker's default capabilities are this mask.
	if n := CapNames(s.CapEff); len(n) != 14 || n[0] != "CAP_CHOWN" || n[13] != "CAP_SETFCAP" {
		t.Errorf("capabilities %v", n)
	}
	if n := SignalNames(s.SigCgt); !reflect.DeepEqual(n, []string{"SIGINT", "SIGTERM"}) {
		t.Errorf("signals %v", n)
	}
}

func FuzzStatus(f *testing.F) {
	f.Add([]byte(statusText))
	f.Add([]byte("Uid:\t1 2 3 4 5 6\nNSpid:\t-1\nCapEff:\tzz\n"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		s := ParseStatus(b)
		CapNames(s.CapEff)
		SignalNames(s.SigCgt)
	})
}

func TestParseStat(t *testing.T) {
	const tail = " R 5790 5791 3836 34816 5790 4194304 86 0 0 0 7 9 0 0 20 0 1 0 77265 3133440 425 18446744073709551615 1 1\n"
	for text, comm := range map[string]string{
		"5794 (cat)" + tail:           "cat",
		"5794 (a) R 1 (b))" + tail:    "a) R 1 (b)",
		"5794 ()" + tail:              "",
		"5794 (new\nline)" + tail:     "new\nline",
		"5794 (runc:[2:INIT])" + tail: "runc:[2:INIT]",
	} {
		s, err := ParseStat([]byte(text))
		want := Stat{
			Pid: 5794, Comm: comm, State: "R", PPid: 5790, Pgrp: 5791, Session: 3836, TTY: 34816,
			UTime: 7, STime: 9, Threads: 1, Start: 77265, VSize: 3133440, RSS: 425,
		}
		if err != nil || s != want {
			t.Errorf("%q:\n got %+v %v\nwant %+v", text, s, err, want)
		}
	}
	for _, bad := range []string{"", "1 (x", "x (y) R 1", "1 (x) R 1 2 3", "1 x) (R"} {
		if _, err := ParseStat([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzStat(f *testing.F) {
	f.Add([]byte("5794 (a) R 1 (b)) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24"))
	f.Add([]byte("1 () "))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParseStat(b) })
}
