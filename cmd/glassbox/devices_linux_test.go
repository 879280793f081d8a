package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestDevices: --device gives one, under the name and with the rights that it says;
// --privileged gives all of the host's.
func TestDevices(t *testing.T) {
	needRoot(t)
	const node = "/dev/kmsg"
	var st unix.Stat_t
	must(t, unix.Stat(node, &st))
	here := fmt.Sprintf("%o %d %d\n", st.Mode&0o777, st.Uid, st.Gid)
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"none", []string{"demo", "ls", node}, "ls: cannot access '" + node + "': No such file or directory\n"},
		{"to write", []string{"--device", node + ":/dev/log/k:w", "demo", "sh", "-c", ": >/dev/log/k && echo written; cat /dev/log/k"}, "written\ncat: /dev/log/k: Operation not permitted\n"},
		{"to read", []string{"--device", node + ":r", "demo", "sh", "-c", ": >" + node}, "open " + node + ": operation not permitted\n"},
		{"with the host's mode", []string{"--device", node, "demo", "stat", "-c", "%a %u %g", node}, here},
		{"in place of another", []string{"--device", "/dev/zero:/dev/full", "demo", "sh", "-c", "echo x >/dev/full && echo written"}, "written\n"},
		{"bound in a user namespace", []string{"--userns", "private", "--device", node, "demo", "sh", "-c", "test -c " + node + " && echo there"}, "there\n"},
		{"two in one place", []string{"--device", "/dev/zero:/dev/x", "--device", node + ":/dev/x", "demo", "true"}, "glassbox: the device /dev/x: something else is there\n"},
		{"all", []string{"--privileged", "demo", "sh", "-c", "test -c " + node + " && : >" + node + " && test ! -e /dev/.udev && echo there"}, "there\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, append([]string{"run", "--quiet", "--network", "none", "-u", "root"}, c.args...)...)
			if got := r.out + r.err; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	noMknod := exec.Command("setpriv", "--bounding-set", "-mknod", program, "run", "--quiet", "--network", "none", "--device", "/dev/zero:"+node, "-u", "root", "demo", "true")
	if r := runCmd(t, noMknod); r.code != 125 || !strings.Contains(r.err, "the host's of that name is another one") {
		t.Errorf("/dev/zero as %s, bound: %+v", node, r)
	}
}

// TestDeviceRefused: what can't be meant is refused in one sentence.
func TestDeviceRefused(t *testing.T) {
	type refusal struct{ device, says string }
	list := []refusal{
		{"/dev/not-there", "there is no device /dev/not-there on this machine"},
		{"/dev/kmsg:/data/k", "TARGET lies below /dev"},
		{"kmsg", "it is HOST[:TARGET][:ACCESS]"},
		{"/dev/kmsg:/dev/k:x", "it is HOST[:TARGET][:ACCESS]"},
	}
	if os.Geteuid() != 0 {
		list = append(list, refusal{"/dev/null:r", "only the machine's root can say"})
	}
	for _, c := range list {
		if r := run(t, "run", "--quiet", "--device", c.device, "demo", "true"); r.code != 125 || !strings.Contains(r.err, c.says) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("--device %s: %+v, want %q", c.device, r, c.says)
		}
	}
}
