package journal

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestMask plants a secret in every payload that carries text, and looks for it
// in the file; what `clean` acts on must stay as it is.
func TestMask(t *testing.T) {
	const secret, short = "s3cr\"et\nline", "yes"
	path := filepath.Join(t.TempDir(), "j")
	h := Header{Args: []string{"login", "--password=" + secret}}
	NewMask([]string{"TOKEN=" + secret}).Header(&h)
	w, err := Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	w.Hide("TOKEN="+secret, "SHORT="+short, "STATE="+Planned)
	w.Hide("LATER=another one")
	environ, binary := Value{Fact: "proc.environ"}, Output{Stream: "stdout"}
	environ.SetBytes([]byte("A=1\x00TOKEN=" + secret + "\x00NOVALUE\x00IMAGE=own"))
	binary.SetBytes([]byte("\xff" + secret))
	text := Output{Stream: "stdout"}
	text.SetBytes([]byte("it is " + secret + ", " + short + " another one"))
	cmdline := Value{Fact: "proc.cmdline"}
	cmdline.SetBytes([]byte("x\x00" + secret + "\x00"))
	call := &Call{Name: "execve", Args: []Arg{{Name: "argv", Value: secret}}, Sh: "exec " + secret}
	write := &Write{Path: "/p", Before: secret, Value: secret, After: secret, Sh: secret}
	values := []Value{environ, cmdline}
	for _, e := range []Event{
		{Kind: KindCall, Call: call},
		{Kind: KindWrite, Write: write},
		{Kind: KindGate, Gate: &Gate{ID: 1, State: Waiting, Call: call, Write: write}},
		{Kind: KindStage, Step: &Step{State: Failed, Why: secret}},
		{Kind: KindHTTP, HTTP: &HTTP{URL: "http://x/" + secret, Err: secret}},
		{Kind: KindProgress, Progress: &Progress{By: "RUN " + secret}},
		{Kind: KindSnapshot, Snapshot: &Snapshot{Values: values}},
		{Kind: KindOutput, Output: &binary},
		{Kind: KindOutput, Output: &text},
		{Kind: KindNote, Note: &Note{Text: secret, Args: map[string]string{"a": secret}}},
		{Kind: KindError, Error: &Error{Text: secret}},
		{Kind: KindUndo, Undo: &Undo{ID: 1, Op: "rmdir", Target: "/" + Planned, State: Planned}},
	} {
		w.Emit(e)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	seen := r.Header.Args[1]
	var last Event
	for {
		e, err := r.Next()
		if err != nil {
			break
		}
		last = e
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		seen += string(b)
		if e.Output != nil {
			seen += string(e.Output.Bytes())
		}
		if e.Snapshot != nil {
			if got := *e.Snapshot.Values[0].Text; got != "A=***\x00TOKEN=***\x00NOVALUE\x00IMAGE=***" {
				t.Errorf("the environment is shown as %q", got)
			}
		}
	}
	quoted, _ := json.Marshal(secret)
	for _, s := range []string{secret, strings.Trim(string(quoted), `"`), "another one"} {
		if strings.Contains(seen, s) {
			t.Errorf("%q is in the journal:\n%s", s, seen)
		}
	}
	if !strings.Contains(seen, short) {
		t.Errorf("%q is too short to be looked for, and is masked", short)
	}
	if last.Undo == nil || last.Undo.Target != "/"+Planned || last.Undo.State != Planned {
		t.Errorf("the undo record was changed: %+v", last.Undo)
	}
	if *environ.Text == "" || values[0].Text != environ.Text || call.Args[0].Value != secret {
		t.Error("what the caller holds was changed")
	}
}
