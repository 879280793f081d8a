package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// bundleEscapes are what another's bundle can try.
func bundleEscapes() []escape {
	return []escape{
		{"CVE-2022-0811: a sysctl that is the host's", func(t *testing.T) {
			before := mustRead(t, "/proc/sys/kernel/core_pattern")
			for _, name := range []string{"kernel.core_pattern", "kernel/core_pattern", "net.../../kernel/core_pattern", "vm.overcommit_memory", "kernel.shm_rmid_forced+kernel.core_pattern"} {
				dir := bundle(t, func(s map[string]any) { linuxOf(s)["sysctl"] = map[string]any{name: "|/bin/evil"} }, "true")
				refusedWith(t, quietly(t, dir), "sysctl")
			}
			if now := mustRead(t, "/proc/sys/kernel/core_pattern"); now != before {
				t.Errorf("the host's core_pattern is %q", now)
			}
		}},
		{"the same, in a bundle", func(t *testing.T) {
			for _, id := range []string{"uid", "gid"} {
				b := bundle(t, func(s map[string]any) { part(s, "process")["user"] = map[string]any{id: 4294967295} }, "id")
				refusedWith(t, quietly(t, b), "no id")
			}
		}},
		{"CVE-2025-23266: hooks", func(t *testing.T) {
			dir, whole := canary(t)
			b := bundle(t, func(s map[string]any) {
				s["hooks"] = map[string]any{"createContainer": []any{map[string]any{"path": "/bin/rm", "args": []any{"rm", dir + "/canary"}}}}
			}, "true")
			refusedWith(t, quietly(t, b), "hooks")
			whole()
		}},
		{"CVE-2025-31133: /dev/null is a link when paths are masked", func(t *testing.T) {
			for _, kind := range []string{"link", "file", "missing", "zero"} {
				if kind == "zero" && os.Geteuid() != 0 {
					continue // nobody but root makes devices
				}
				b := bundle(t, withoutDev, "sh", "-c", "cat /proc/sys/kernel/core_pattern; echo x > /proc/sys/kernel/core_pattern")
				null := filepath.Join(b, "rootfs/dev/null")
				switch kind {
				case "link":
					must(t, os.Symlink("/proc/sys/kernel/core_pattern", null))
				case "file":
					must(t, os.WriteFile(null, nil, 0o666))
				case "zero":
					mustRun(t, "mknod", null, "c", "1", "5")
				}
				refusedWith(t, quietly(t, b), "/dev/null")
			}
		}},
		{"CVE-2026-88265: /dev/null is a link when it takes the place of a standard stream", func(t *testing.T) {
			dir, whole := canary(t)
			var before, after unix.Stat_t
			must(t, unix.Stat(dir+"/canary", &before))
			b := bundle(t, func(s map[string]any) {
				withoutDev(s)
				delete(linuxOf(s), "maskedPaths") // else the link is met earlier, and refused
			}, "sh", "-c", "cat; echo overwritten >&0; echo done")
			// To the host's file before pivot_root(2), to one of the bundle's after it.
			inside := filepath.Join(b, "rootfs", dir)
			must(t, os.MkdirAll(inside, 0o755))
			must(t, os.WriteFile(inside+"/canary", []byte("alive"), 0o666))
			must(t, os.Symlink(dir+"/canary", filepath.Join(b, "rootfs/dev/null")))
			if r := quietly(t, b); r.out != "done\n" {
				t.Errorf("%+v", r)
			}
			whole()
			must(t, unix.Stat(dir+"/canary", &after))
			if before.Uid != after.Uid || before.Mode != after.Mode || mustRead(t, inside+"/canary") != "alive" {
				t.Errorf("mode %o of %d was %o of %d; the bundle's says %q", after.Mode, after.Uid, before.Mode, before.Uid, mustRead(t, inside+"/canary"))
			}
		}},
		{"CVE-2025-52565 and CVE-2026-88264: /dev/console and /dev/pts are a stranger's", func(t *testing.T) {
			needRoot(t) // it makes devices
			for _, c := range []struct {
				says string
				put  func(dev string)
			}{
				{"no terminal", func(dev string) { must(t, os.WriteFile(dev+"/pts/ptmx", nil, 0o666)) }},
				{"/dev/pts", func(dev string) { must(t, os.Symlink("/proc/sysrq-trigger", dev+"/pts/ptmx")) }},
				{"no terminal", func(dev string) { mustRun(t, "mkfifo", dev+"/pts/ptmx") }},
				{"/dev/pts", func(dev string) { mustRun(t, "mknod", dev+"/pts/ptmx", "c", "5", "2") }}, // the host's devpts
			} {
				b := bundle(t, func(s map[string]any) { withoutDev(s); s["process"].(map[string]any)["terminal"] = true }, "true")
				dev := filepath.Join(b, "rootfs/dev")
				must(t, os.Mkdir(dev+"/pts", 0o755))
				mustRun(t, "mknod", dev+"/null", "c", "1", "3")
				c.put(dev)
				refusedWith(t, quietly(t, b), c.says)
			}
			dir, whole := canary(t)
			for _, target := range []string{"/proc/sysrq-trigger", dir + "/canary", dir + "/new"} {
				b := bundle(t, func(s map[string]any) {
					s["process"].(map[string]any)["terminal"] = true
					s["mounts"] = slicesOf(s["mounts"], func(m map[string]any) bool { return m["destination"] != "/dev" })
				}, "true")
				dev := filepath.Join(b, "rootfs/dev")
				mustRun(t, "mknod", dev+"/null", "c", "1", "3")
				must(t, os.Symlink(target, dev+"/console"))
				refusedWith(t, quietly(t, b), "/dev/console")
			}
			whole()
		}},
		{"CVE-2024-23652: what is undone in a bundle leads to the host's files", func(t *testing.T) {
			dir, whole := canary(t)
			vol := t.TempDir()
			must(t, os.WriteFile(filepath.Join(vol, "f"), nil, 0o644))
			b := bundle(t, func(s map[string]any) {
				s["mounts"] = append(s["mounts"].([]any), map[string]any{
					"destination": "/data/canary", "type": "bind", "source": filepath.Join(vol, "f"), "options": []any{"bind"},
				})
			}, "true")
			// In the bundle the link leads to a directory of its own; on the host to the canary's.
			must(t, os.MkdirAll(filepath.Join(b, "rootfs", dir), 0o755))
			must(t, os.Symlink(dir, filepath.Join(b, "rootfs/data")))
			if r := quietly(t, b); r.code != 0 {
				t.Errorf("%+v", r)
			}
			whole()
			if _, err := os.Lstat(filepath.Join(b, "rootfs", dir, "canary")); err == nil {
				t.Error("the empty file to mount on is still in the bundle")
			}
		}},
	}
}

func quietly(t *testing.T, dir string) result {
	t.Helper()
	return run(t, "run", "--quiet", "--network", "none", "bundle:"+dir)
}

func linuxOf(s map[string]any) map[string]any { return s["linux"].(map[string]any) }

// withoutDev leaves /dev to the image, as a bundle may.
func withoutDev(s map[string]any) {
	s["mounts"] = slicesOf(s["mounts"], func(m map[string]any) bool { return !strings.HasPrefix(m["destination"].(string), "/dev") })
}

func slicesOf(list any, keep func(m map[string]any) bool) []any {
	var out []any
	for _, m := range list.([]any) {
		if keep(m.(map[string]any)) {
			out = append(out, m)
		}
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}
