package stages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFind: a container is found by its name, its identifier or the beginning of it;
// where that could be two, nobody chooses for the one who asks. What only begins is not
// there yet, and nobody looks at its lock: whoever looks has it for a moment.
func TestFind(t *testing.T) {
	state := t.TempDir()
	for id, name := range map[string]string{"aaaa00000001": "web", "aaaa00000002": "web", "bbbb00000003": "db", "cccc00000004": "aaaa00000001", freshPrefix + "dddd00000005": "early"} {
		dir := filepath.Join(state, id)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(JournalPath(dir), []byte(`{"format":1,"id":"`+id+`","name":"`+name+`"}`+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		lock, err := os.Create(filepath.Join(dir, "lock"))
		if err != nil {
			t.Fatal(err)
		}
		defer lock.Close()
		if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
			t.Fatal(err)
		}
	}
	for who, want := range map[string]string{
		"db": "bbbb00000003", "bb": "bbbb00000003", "aaaa00000002": "aaaa00000002",
		"aaaa00000001": "aaaa00000001", "web": `"web" is the name of 2 containers`, "aaaa": "the beginning of 2", "b": "no container", "": "no container", "early": "no container",
	} {
		r, err := Find(state, who)
		if err != nil && !strings.Contains(err.Error(), want) || err == nil && r.Header.ID != want {
			t.Errorf("%q: %s, %v; want %s", who, r.Header.ID, err, want)
		}
	}
}
