package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"glassbox/stages"
)

// TestInContainer runs glassbox as root of a container that runc made with
// docker's capabilities, and may not name the host: it may not mount there, and
// makes itself a user namespace. With docker's covers on /proc it can't, and says
// what would let it. Nor may it name its container, which keeps the name it has.
func TestInContainer(t *testing.T) {
	needRoot(t)
	runc := needTool(t, "runc")
	exported := filepath.Join(t.TempDir(), "bundle")
	mustRun(t, program, "run", "--quiet", "--network", "none", "--oci-bundle", exported, "demo", "true")
	var config map[string]any
	must(t, json.Unmarshal([]byte(mustRead(t, exported+"/config.json")), &config))
	docker := part(config, "linux")
	for _, c := range []struct {
		name    string
		masks   bool
		filter  bool   // docker's seccomp profile, else only what refuses to set a name
		caps    string // +CAP beside docker's capabilities, or -CAP
		network string
		want    string
		code    int
	}{
		{"covered", true, false, "", "none", "systempaths=unconfined", 125},
		{"covered, with a network", true, false, "", "bridge", "systempaths=unconfined", 125},
		{"docker's seccomp", true, true, "", "bridge", "seccomp=unconfined", 125},
		{"read-only groups", true, false, "+CAP_SYS_ADMIN", "none", "the groups are read-only here", 125}, // it may mount, and not make groups
		{"no right to map", false, false, "-CAP_SETFCAP", "none", "--cap-add SETFCAP", 125},
		{"uncovered", false, false, "", "none", "0 outside\n", 0},
		{"uncovered, with a network", false, false, "", "bridge", "0 outside\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := bundle(t, func(s map[string]any) {
				linux, ok := s["linux"].(map[string]any)
				process, ok2 := s["process"].(map[string]any)
				if !ok || !ok2 {
					t.Fatal("that is no configuration")
				}
				if !c.masks {
					delete(linux, "maskedPaths")
					delete(linux, "readonlyPaths")
				}
				linux["seccomp"] = map[string]any{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []any{
					map[string]any{"names": []string{"sethostname", "setdomainname"}, "action": "SCMP_ACT_ERRNO"},
				}}
				if c.filter {
					linux["seccomp"] = docker["seccomp"]
				}
				s["hostname"] = "outside"
				caps := strings.Fields("CAP_CHOWN CAP_DAC_OVERRIDE CAP_FSETID CAP_FOWNER CAP_MKNOD CAP_NET_RAW CAP_SETGID CAP_SETUID CAP_SETFCAP CAP_SETPCAP CAP_NET_BIND_SERVICE CAP_SYS_CHROOT CAP_KILL CAP_AUDIT_WRITE")
				if name, more := strings.CutPrefix(c.caps, "+"); more {
					caps = append(caps, name)
				}
				caps = slices.DeleteFunc(caps, func(name string) bool { return "-"+name == c.caps })
				process["capabilities"] = map[string]any{"bounding": caps, "effective": caps, "permitted": caps}
				if mounts, ok := s["mounts"].([]any); ok {
					s["mounts"] = append(mounts, map[string]any{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}, map[string]any{"destination": "/run", "type": "tmpfs", "source": "tmpfs"})
				}
				s["root"] = map[string]any{"path": "rootfs", "readonly": true}
			}, "/bin/glassbox", "run", "--quiet", "--network", c.network, "--root", "/tmp/store", "-u", "root", "demo", "sh", "-c", "echo $(id -u) $(hostname)")
			copyBin(t, program, dir+"/rootfs/bin/glassbox")
			if err := os.Mkdir(dir+"/rootfs/run", 0o755); err != nil {
				t.Fatal(err)
			}
			r := runCmd(t, exec.Command(runc, "run", "--bundle", dir, "gb"+stages.NewID()))
			if r.code != c.code || !strings.Contains(r.out+r.err, c.want) || strings.Count(r.out+r.err, "\n") > 1 {
				t.Errorf("status %d\n%s%s", r.code, r.out, r.err)
			}
		})
	}
}

// TestBundleWorkdir: a bundle's working directory that is missing is made, as runc makes
// it, and goes with the run.
func TestBundleWorkdir(t *testing.T) {
	needRoot(t)
	for _, closed := range []bool{false, true} {
		dir := bundle(t, func(s map[string]any) {
			part(s, "process")["cwd"] = "/new/dir"
			part(s, "root")["readonly"] = closed
		}, "sh", "-c", "pwd")
		if got := quiet(t, "--network", "none", "bundle:"+dir); got != "/new/dir\n" {
			t.Errorf("read-only %v: the program printed %q", closed, got)
		}
		if _, err := os.Lstat(filepath.Join(dir, "rootfs/new")); err == nil {
			t.Errorf("read-only %v: the bundle has the directory after the run", closed)
		}
	}
}
