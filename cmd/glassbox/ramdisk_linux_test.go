package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"glassbox/stages"
)

// onOverlay runs a shell's words in a mount namespace of its own, where $MNT is an
// overlay, as everything is in a container without a volume. $0 is glassbox.
func onOverlay(t *testing.T, words string) result {
	t.Helper()
	needTool(t, "unshare")
	dir := t.TempDir()
	for _, d := range []string{"lower", "upper", "work", "merged"} {
		must(t, os.Mkdir(filepath.Join(dir, d), 0o755))
	}
	how, opts := "-m", ""
	if os.Geteuid() != 0 {
		how, opts = "-rm", ",userxattr"
	}
	env := []string{"D=" + dir, "MNT=" + dir + "/merged", "OPTS=" + opts}
	return with(t, env, "unshare", how, "sh", "-ec",
		`mount -t overlay overlay -o "lowerdir=$D/lower,upperdir=$D/upper,workdir=$D/work$OPTS" "$MNT"; `+words, program)
}

// TestStoreOnOverlay: where the store lies on an overlay, layers and containers are
// kept in memory, whiteouts and all. That is said once, and the next start finds them.
func TestStoreOnOverlay(t *testing.T) {
	r := onOverlay(t, `
		"$0" run --json --network none --root "$MNT/store" -u root demo ls /app >"$D/first"
		"$0" run --json --network none --root "$MNT/store" -u root demo ls /app >"$D/second"
		"$0" clean --root "$MNT/store"
		ls -A "$MNT/store/containers" >"$D/left"
		umount "$MNT/store/containers" "$MNT/store/layers"
		ls -A "$MNT/store/containers" "$MNT/store/layers" >"$D/under"
		cat "$D/first"; echo ======; cat "$D/second"; echo ======; cat "$D/left"; echo ======; cat "$D/under"`)
	if r.code != 0 {
		t.Fatalf("status %d\n%s", r.code, r.err)
	}
	parts := strings.Split(r.out, "======\n")
	for i, part := range parts[:2] {
		var out strings.Builder
		said, mounted := false, 0
		for _, e := range parse(t, []byte(part)) {
			switch {
			case e.Output != nil:
				out.Write(e.Output.Bytes())
			case e.Note != nil:
				said = said || e.Note.Key == "ramdisk"
			case e.Call != nil && e.Call.Name == "mount" && (strings.HasSuffix(e.Call.Sh, "/store/layers") || strings.HasSuffix(e.Call.Sh, "/store/containers")):
				mounted++
			}
		}
		if want := []int{2, 0}[i]; mounted != want {
			t.Errorf("start %d mounted %d file systems in memory, want %d", i+1, mounted, want)
		}
		if said != (i == 0) {
			t.Errorf("start %d says that layers are in memory: %t", i+1, said)
		}
		if out.Len() == 0 || strings.Contains(out.String(), "README") { // the demo's third layer removes it
			t.Errorf("start %d: /app holds\n%s", i+1, out.String())
		}
	}
	if strings.TrimSpace(parts[2]) != "" {
		t.Errorf("left behind: %s", parts[2])
	}
	if strings.Contains(parts[3], "fs") || strings.Count(parts[3], "\n") > 3 {
		t.Errorf("below the file systems in memory is\n%s", parts[3])
	}
}

// TestDoctorOnOverlay: the doctor tells that as a lack, with a volume as its mend,
// and makes the other trials where the layers will be.
func TestDoctorOnOverlay(t *testing.T) {
	r := onOverlay(t, `mkdir "$MNT/home"; export XDG_DATA_HOME="$MNT/home" HOME="$MNT/home"
		[ "$OPTS" ] || { mkdir -p /var/lib/glassbox; mount --bind "$MNT/home" /var/lib/glassbox; }
		"$0" doctor --json; ls -A "$MNT/home" >&2`)
	if r.code != 0 || strings.TrimSpace(r.err) != "" {
		t.Fatalf("status %d; left there:\n%s", r.code, r.err)
	}
	var out stages.Report
	must(t, json.Unmarshal([]byte(r.out), &out))
	if f := finding(t, out, "store"); f.State != stages.Lack || f.Need || !strings.Contains(strings.Join(f.Mend, " "), "volume") {
		t.Errorf("%+v", f)
	}
	for _, name := range []string{"whiteout", "overlay", "xattr"} {
		if f := finding(t, out, name); f.State != stages.Have {
			t.Errorf("%+v", f)
		}
	}
}
