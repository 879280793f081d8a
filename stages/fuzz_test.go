package stages

import (
	"net"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"glassbox/stages/inside"
)

// FuzzMounts reads whatever as a volume and as a mount's options: what is taken is
// below the container's root, and no option changes what kind of mount it is.
func FuzzMounts(f *testing.F) {
	for _, s := range [][2]string{{"/tmp:/data:ro", "ro,nosuid"}, {"/tmp:/../../etc", "remount,bind,size=1"}, {"./:/a/./b/..:rslave,rw", "rshared,noexec,exec"}, {":::", ","}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, vol, opts string) {
		if strings.ContainsRune(vol, 0) {
			return
		}
		if m, err := volume(vol); err == nil {
			if !path.IsAbs(m.Destination) || m.Destination == "/" || path.Clean(m.Destination) != m.Destination || m.Type != "bind" || !path.IsAbs(m.Source) {
				t.Fatalf("-v %q is taken as %+v", vol, m)
			}
		}
		flags, prop, data := inside.Options(strings.Split(opts, ","))
		if prop != 0 && prop&^(unix.MS_SHARED|unix.MS_PRIVATE|unix.MS_SLAVE|unix.MS_UNBINDABLE|unix.MS_REC) != 0 {
			t.Fatalf("%q: propagation %x", opts, prop)
		}
		if flags&(unix.MS_SHARED|unix.MS_PRIVATE|unix.MS_SLAVE|unix.MS_UNBINDABLE|unix.MS_MOVE) != 0 {
			t.Fatalf("%q: flags %x", opts, flags)
		}
		for _, w := range strings.Split(data, ",") {
			if _, _, own := inside.Options([]string{w}); own != w {
				t.Fatalf("%q leaves %q to the file system", opts, w)
			}
		}
	})
}

// FuzzSysctls: what is taken is a path below /proc/sys, of a namespace of the container's own.
func FuzzSysctls(f *testing.F) {
	for _, s := range []string{"net.ipv4.ip_forward", "net/ipv4/conf/eth0.1/forwarding", "kernel.core_pattern", "net.../../kernel.x", "kernel/shm_rmid_forced", "fs.mqueue./../../x"} {
		f.Add(s)
	}
	own := &specs.Spec{Linux: &specs.Linux{Namespaces: []specs.LinuxNamespace{{Type: specs.IPCNamespace}, {Type: specs.NetworkNamespace}, {Type: specs.UTSNamespace}}}}
	f.Fuzz(func(t *testing.T, name string) {
		p := &Plan{Spec: own}
		p.Spec.Linux.Sysctl = map[string]string{name: "1"}
		if checkSysctls(p) != nil {
			return
		}
		at := inside.SysctlPath(name)
		ok := false
		for _, top := range []string{"/proc/sys/net/", "/proc/sys/fs/mqueue/", "/proc/sys/kernel/"} {
			ok = ok || strings.HasPrefix(path.Clean(at), top)
		}
		if !ok || strings.Contains(at, "/../") {
			t.Fatalf("%q leads to %s", name, at)
		}
	})
}

// FuzzLine reads whatever a second terminal may send to a run's socket.
func FuzzLine(f *testing.F) {
	f.Add([]byte(`{"do":"exec","args":["sh"],"tty":true}`+"\n"), true)
	f.Add([]byte("{}\n{\n\xff\n"), false)
	f.Add([]byte(strings.Repeat("[", 1<<12)), true)
	f.Fuzz(func(t *testing.T, b []byte, file bool) {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		a, z := conn(t, fds[0]), conn(t, fds[1])
		defer z.Close()
		go func() {
			defer a.Close()
			var oob []byte
			if file {
				oob = unix.UnixRights(0, 1, 2)
			}
			if len(b) > 0 {
				_, _, _ = a.WriteMsgUnix(b, oob, nil)
			}
		}()
		l := &lineConn{c: z}
		defer l.close()
		for {
			var q Request
			err := l.read(&q)
			if err == nil {
				continue
			}
			if len(l.buf) == 0 || !strings.Contains(string(l.buf), "\n") {
				break
			}
		}
		for _, f := range l.files() {
			_ = f.Close()
		}
	})
}

func conn(t *testing.T, fd int) *net.UnixConn {
	t.Helper()
	f := os.NewFile(uintptr(fd), "socket")
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		t.Fatal(err)
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		t.Fatalf("%T", c)
	}
	return u
}
