package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecrets plants secrets in the environment of the engine and of the
// container, and looks for them in the recording.
func TestSecrets(t *testing.T) {
	const host, given, handed = "host-secret-1", "given-secret-2", "handed-secret-3"
	record := func(flags ...string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), "recording")
		args := append([]string{"run", "--plain", "--auto=0s", "--record", file, "--network", "none", "-e", "GIVEN=" + given, "-e", "HANDED"}, flags...)
		c := exec.Command(program, append(args, "demo", "sh", "-c", "echo $GIVEN $HANDED; echo $GIVEN >&2; sleep 0.7")...)
		c.Env = append(os.Environ(), "HOST="+host, "HANDED="+handed)
		if r := runCmd(t, c); r.code != 0 || !strings.Contains(r.out, given+" "+handed) {
			t.Fatalf("status %d, printed %q\n%s", r.code, r.out, r.err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	shown := record()
	for _, s := range []string{given, handed} {
		if !strings.Contains(shown, s) {
			t.Errorf("without --redact the container's environment is shown as given; %q is not there", s)
		}
	}
	if strings.Contains(shown, host) {
		t.Error("the environment of the engine is in the recording")
	}
	redacted := record("--redact")
	for _, s := range []string{host, given, handed} {
		if strings.Contains(redacted, s) {
			t.Errorf("--redact, and %q is in the recording", s)
		}
	}
	for _, s := range []string{"GIVEN=***", "HANDED=***", "PATH=***"} {
		if !strings.Contains(redacted, s) {
			t.Errorf("%s is not there: was the environment read at all?", s)
		}
	}
}
