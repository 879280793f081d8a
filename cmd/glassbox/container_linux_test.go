package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
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
		filter  bool // docker's seccomp profile, else only what refuses to set a name
		admin   bool // CAP_SYS_ADMIN beside docker's capabilities: it may mount, and not make groups
		network string
		want    string
		code    int
	}{
		{"covered", true, false, false, "none", "systempaths=unconfined", 125},
		{"covered, with a network", true, false, false, "bridge", "systempaths=unconfined", 125},
		{"docker's seccomp", true, true, false, "bridge", "seccomp=unconfined", 125},
		{"read-only groups", true, false, true, "none", "the groups are read-only here", 125},
		{"uncovered", false, false, false, "none", "0 outside\n", 0},
		{"uncovered, with a network", false, false, false, "bridge", "0 outside\n", 0},
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
				if c.admin {
					caps = append(caps, "CAP_SYS_ADMIN")
				}
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
