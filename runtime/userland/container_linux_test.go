package userland

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// contained makes a command that runs the image under runc, as its config says,
// with other arguments for the entrypoint if there are any.
func contained(t *testing.T, bundle string, privs bool, args ...string) *exec.Cmd {
	t.Helper()
	path := filepath.Join(bundle, "config.json")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var spec map[string]any
	if err := json.Unmarshal(raw, &spec); err != nil {
		t.Fatal(err)
	}
	process, sets := part(t, spec, "process"), part(t, part(t, spec, "process"), "capabilities")
	process["terminal"] = false
	process["noNewPrivileges"] = !privs
	delete(sets, "ambient") // umoci gives the user capabilities that no other runtime would.
	delete(sets, "inheritable")
	delete(process, "rlimits") // Raising one may not be allowed here.
	if len(args) > 0 {
		process["args"] = append([]string{"/app/entrypoint.sh"}, args...)
	}
	if raw, err = json.Marshal(spec); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("userland-test-%d-%d", os.Getpid(), len(raw))
	t.Cleanup(func() { _ = exec.Command("runc", "delete", "-f", id).Run() })
	return exec.CommandContext(t.Context(), "runc", "run", "--bundle", bundle, id)
}

// part is an object within an object.
func part(t *testing.T, whole map[string]any, name string) map[string]any {
	t.Helper()
	p, ok := whole[name].(map[string]any)
	if !ok {
		t.Fatalf("no %s in config.json", name)
	}
	return p
}

func needRunc(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("runc"); err != nil || os.Geteuid() != 0 {
		t.Skip("needs root and runc, to start a container")
	}
}

// TestContainer starts the image as it is, under a runtime that isn't ours, and
// ends it with SIGTERM.
func TestContainer(t *testing.T) {
	needRunc(t)
	cmd := contained(t, unpacked(t), true)
	wait := speak(t, cmd)
	wait("Hello from inside the container.")
	if line := wait("I am"); !strings.Contains(line, "I am demo (uid 1000), PID 1,") {
		t.Error(line)
	}
	wait("Processes that I see: 1. What is in /: /app /bin /dev /etc /home /proc /root /run /sys /tmp /usr /var")
	wait("Now this shell becomes: httpd -p 8080 /app/www")
	if line := wait("serving"); !strings.HasSuffix(line, "serving /app/www on port 8080, PID 1") {
		t.Error(line)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	wait("bye")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestInside runs commands in a container of the image.
func TestInside(t *testing.T) {
	needRunc(t)
	bundle := unpacked(t)
	for _, c := range []struct {
		privs bool
		run   string
		want  []string
		not   []string
	}{
		{true, "id; pwd; echo $GREETING", []string{"uid=1000(demo) gid=1000(demo) groups=1000(demo),800(web)\n/app\nHello"}, []string{"I am"}},
		{true, "asroot /bin/id; mystatus | grep -E 'Cap(Prm|Eff)'", []string{"euid=0(root)", "CapPrm:\t0000000000000400", "CapEff:\t0000000000000400"}, nil},
		{false, "asroot /bin/id; mystatus | grep -E 'Cap(Prm|Eff)'", []string{"CapPrm:\t0000000000000000"}, []string{"euid"}},
		{true, "ps -o pid,args", []string{"1 ps -o pid,args"}, nil},
		{true, "tryroot; ls -a /tmp", []string{"EPERM    mount a tmpfs (cap_sys_admin)"}, []string{"allowed  mount a tmpfs"}},
		{true, "httpd -p 8081 www & until wget -q -O - http://127.0.0.1:8081/ 2>/dev/null; do :; done; kill $!; wait $!; echo $?", []string{"Version 2", "httpd: bye\n0\n"}, nil},
		{true, "zombies 3 --hold 0; i=0; while ps -e -o stat | grep -q Z && [ $i -lt 500 ]; do i=$((i+1)); done; ps -e -o stat | grep Z || echo reaped", []string{"reaped"}, nil},
		{true, "kill -TERM 1; kill -INT 1; echo PID 1 lives", []string{"PID 1 lives"}, nil},
	} {
		t.Run(c.run, func(t *testing.T) {
			out, errs, exit := run(t, contained(t, bundle, c.privs, "sh", "-c", c.run))
			for _, w := range c.want {
				if !strings.Contains(out, w) {
					t.Errorf("no %q in\n%s%s(status %d)", w, out, errs, exit)
				}
			}
			for _, n := range c.not {
				if strings.Contains(out, n) {
					t.Errorf("%q in\n%s", n, out)
				}
			}
		})
	}
}
