package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"glassbox/runtime/journal"
)

// poison commands a terminal, and tries to begin a row of its own.
const poison = "x\x1b]0;PWN\a\b\u009b31m\u202e\r\x7f\nFORGED"

// TestPlainPoison: a stranger's recording has poison in one text after the other, in
// whichever field of whichever event: none of it commands the terminal, and only the
// program's output makes rows.
func TestPlainPoison(t *testing.T) {
	if texts := len(sites(t, journal.Header{}, func(*journal.Header) {})); texts < 10 {
		t.Errorf("only %d texts of a header were found", texts)
	}
	for i, h := range sites(t, journal.Header{}, func(h *journal.Header) { h.Format = 1 }) {
		harmed(t, fmt.Sprintf("header, text %d", i), h, nil, false)
	}
	whole := journal.Header{Format: 1, Name: "x"}
	for name, set := range poisoned() {
		texts := sites(t, journal.Event{}, set)
		if len(texts) < 3 {
			t.Errorf("%s: only %d texts were found", name, len(texts))
		}
		for i, e := range texts {
			harmed(t, fmt.Sprintf("%s, text %d", name, i), whole, []journal.Event{e, e, e}, e.Output != nil)
		}
	}
}

// poisoned makes, of an event with everything in it, one of each kind that is told in
// another way.
func poisoned() map[string]func(*journal.Event) {
	only := func(kind journal.Kind, set func(e, full *journal.Event)) func(*journal.Event) {
		return func(e *journal.Event) {
			full := *e
			*e = journal.Event{Seq: 1, T: full.T, Stage: full.Stage, Side: full.Side, Kind: kind}
			set(e, &full)
		}
	}
	all := map[string]func(*journal.Event){
		"call": only(journal.KindCall, func(e, full *journal.Event) {
			e.Call = full.Call
			e.Call.Errno, e.Call.Held = "", ""
		}),
		"failed call": only(journal.KindCall, func(e, full *journal.Event) { e.Call = full.Call; e.Call.Held = "" }),
		"held call":   only(journal.KindCall, func(e, full *journal.Event) { e.Call = full.Call }),
		"write":       only(journal.KindWrite, func(e, full *journal.Event) { e.Write = full.Write; e.Write.Errno = "" }),
		"bad write":   only(journal.KindWrite, func(e, full *journal.Event) { e.Write = full.Write }),
		"http":        only(journal.KindHTTP, func(e, full *journal.Event) { e.HTTP = full.HTTP }),
		"progress":    only(journal.KindProgress, func(e, full *journal.Event) { e.Progress = full.Progress }),
		"snapshot": only(journal.KindSnapshot, func(e, full *journal.Event) {
			e.Snapshot = full.Snapshot
			e.Snapshot.Values[0].Err, e.Snapshot.Values[0].B64 = "", nil
		}),
		"output":    only(journal.KindOutput, func(e, full *journal.Event) { e.Output = full.Output; e.Output.B64 = nil }),
		"undo":      only(journal.KindUndo, func(e, full *journal.Event) { e.Undo = full.Undo }),
		"exit":      only(journal.KindExit, func(e, full *journal.Event) { e.Exit = full.Exit }),
		"note":      only(journal.KindNote, func(e, full *journal.Event) { e.Note = full.Note }),
		"error":     only(journal.KindError, func(e, full *journal.Event) { e.Error = full.Error }),
		"next call": only(journal.KindGate, func(e, full *journal.Event) { e.Gate = full.Gate; e.Gate.State = journal.Waiting }),
		"next write": only(journal.KindGate, func(e, full *journal.Event) {
			e.Gate = full.Gate
			e.Gate.State, e.Gate.Call = journal.Waiting, nil
		}),
		"next stage": only(journal.KindGate, func(e, full *journal.Event) {
			e.Gate = full.Gate
			e.Gate.State, e.Gate.Call, e.Gate.Write = journal.Waiting, nil, nil
		}),
	}
	for _, state := range []string{journal.Begin, journal.Done, journal.Failed, journal.Skipped} {
		all["stage "+state] = only(journal.KindStage, func(e, full *journal.Event) { e.Step = full.Step; e.Step.State = state })
	}
	return all
}

// sites are copies of one value with everything in it that set leaves there, each with
// poison in another text.
func sites[T any](t *testing.T, _ T, set func(*T)) []T {
	t.Helper()
	var list []T
	for i := 0; ; i++ {
		var v T
		fill(reflect.ValueOf(&v).Elem())
		set(&v)
		left := i
		if !infect(reflect.ValueOf(&v).Elem(), &left) {
			return list
		}
		list = append(list, v)
	}
}

// fill puts something into all that v has.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint64:
		v.SetUint(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"x": "x"}))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	default:
	}
}

// infect puts poison into the text that has left others before it.
func infect(v reflect.Value, left *int) bool {
	switch v.Kind() {
	case reflect.String:
		if *left--; *left == -1 {
			v.SetString(poison)
			return true
		}
	case reflect.Pointer:
		return !v.IsNil() && infect(v.Elem(), left)
	case reflect.Slice:
		for i := range v.Len() {
			if infect(v.Index(i), left) {
				return true
			}
		}
	case reflect.Map:
		if *left--; v.Len() > 0 && *left == -1 {
			v.Set(reflect.ValueOf(map[string]string{"x": poison, poison: "x"}))
			return true
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && infect(v.Field(i), left) {
				return true
			}
		}
	default:
	}
	return false
}

// harmed replays a recording and looks at what comes to the terminal.
func harmed(t *testing.T, name string, h journal.Header, events []journal.Event, rows bool) {
	t.Helper()
	var b strings.Builder
	in := json.NewEncoder(&b)
	err := in.Encode(h)
	for i, e := range events {
		e.Seq = uint64(i + 1)
		err = errors.Join(err, in.Encode(e))
	}
	file := filepath.Join(t.TempDir(), "run.jsonl")
	if err = errors.Join(err, os.WriteFile(file, []byte(b.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "ko"} {
		var out strings.Builder
		if err := replayPlain(&out, file, lang); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || r == '\u202e' }) || !rows && strings.HasPrefix(line, "FORGED") {
				t.Errorf("%s: %q", name, line)
			}
		}
		if strings.Contains(out.String(), "could not be read") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

// TestPlainOutputRows: the rows of what the program of a recording had printed stay rows.
func TestPlainOutputRows(t *testing.T) {
	text := "one\ttwo\r\nthree\n"
	var out strings.Builder
	newPlain(&out, pickLang("en"), journal.Header{}).output(&journal.Output{Text: &text})
	if want := "one     two\nthree\n"; out.String() != want {
		t.Errorf("%q, not %q", out.String(), want)
	}
}
