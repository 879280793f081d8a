package proc

import "testing"

func TestParseFlat(t *testing.T) {
	same(t, "memory.events", ParseFlat([]byte("low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 0\nx\ny z\n")),
		Flat{{"low", 0}, {"high", 0}, {"max", 12}, {"oom", 1}, {"oom_kill", 1}, {"oom_group_kill", 0}})
	f := ParseFlat([]byte("oom_kill_disable 0\nunder_oom 0\noom_kill 3\nlimit max\n"))
	if v, ok := f.Get("oom_kill"); !ok || v != 3 {
		t.Errorf("oom_kill %d %v", v, ok)
	}
	if v, _ := f.Get("limit"); v != Max {
		t.Errorf("max is %d", v)
	}
	if _, ok := f.Get("nothing"); ok {
		t.Error("found nothing")
	}
}

func TestParseIO(t *testing.T) {
	same(t, "io.max", ParseIOMax([]byte("8:0 rbps=1048576 wbps=max riops=max wiops=120\n254:1 rbps=2\nx wbps=1\n\n")), []IOMax{
		{Major: 8, Minor: 0, RBps: 1048576, WBps: Max, RIOps: Max, WIOps: 120},
		{Major: 254, Minor: 1, RBps: 2, WBps: Max, RIOps: Max, WIOps: Max},
	})
	same(t, "io.stat", ParseIOStat([]byte("254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6 cost.usage=9\n8:16 \n")), []IOStat{
		{Major: 254, RBytes: 1, WBytes: 2, RIOs: 3, WIOs: 4, DBytes: 5, DIOs: 6}, {Major: 8, Minor: 16},
	})
	same(t, "limits", ParseThrottle([]byte("8:0 1048576\n")), []Throttle{{Major: 8, Value: 1048576}})
	same(t, "counts", ParseThrottle([]byte("254:0 Read 4096\n254:0 Total 4096\nTotal 4096\n")),
		[]Throttle{{254, 0, "Read", 4096}, {254, 0, "Total", 4096}})
}

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]uint64{
		"536870912\n": 536870912, "max\n": Max, "-1\n": Max, "0\n": 0,
		"9223372036854771712\n": Max, "9223372036854710272\n": Max, "9223372036854775807\n": Max,
	} {
		if n, err := ParseLimit([]byte(text)); err != nil || n != want {
			t.Errorf("%q is %d %v, not %d", text, n, err, want)
		}
	}
	for _, bad := range []string{"", "x", "-2", "1 2"} {
		if _, err := ParseLimit([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestParseCPUMax(t *testing.T) {
	for text, want := range map[string]CPUMax{
		"max 100000\n": {Max, 100000}, "50000 100000\n": {50000, 100000}, "150000\n": {150000, 100000}, "max\n": {Max, 100000},
	} {
		if c, err := ParseCPUMax([]byte(text)); err != nil || c != want {
			t.Errorf("%q is %+v %v", text, c, err)
		}
	}
	if n, ok := (CPUMax{150000, 100000}).Cores(); !ok || n != 1.5 {
		t.Errorf("%v cores", n)
	}
	if _, ok := (CPUMax{Max, 100000}).Cores(); ok {
		t.Error("max is a limit")
	}
	for _, bad := range []string{"", "x 1", "1 x", "1 0", "1 max", "1 2 3"} {
		if _, err := ParseCPUMax([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestParsePressure(t *testing.T) {
	p := ParsePressure([]byte("some avg10=75.44 avg60=31.09 avg300=8.22 total=28409215\nfull avg10=0.00 avg60=0.50 avg300=0.00 total=7\n"))
	same(t, "some", *p.Some, Stall{75.44, 31.09, 8.22, 28409215})
	same(t, "full", *p.Full, Stall{0, 0.5, 0, 7})
	if p := ParsePressure([]byte("some avg10=1.00\n")); p.Full != nil || p.Some.Avg10 != 1 {
		t.Errorf("%+v", p)
	}
}

func FuzzCgroup(f *testing.F) {
	f.Add([]byte("8:0 rbps=1048576 wbps=max\n"))
	f.Add([]byte("some avg10=75.44 total=28409215\nfull avg10=NaN\n"))
	f.Add([]byte("max 100000\n"))
	f.Add([]byte("N0=18446744073709551615 = =x\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		ParseFlat(b)
		ParseNested(b)
		ParseIOMax(b)
		ParseIOStat(b)
		ParseThrottle(b)
		ParsePressure(b)
		_, _ = ParseLimit(b)
		if c, err := ParseCPUMax(b); err == nil {
			if n, ok := c.Cores(); ok && n < 0 {
				t.Fatal(n)
			}
		}
	})
}
