package stages

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// defaultPath is docker's PATH for images that set none.
const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// defaultCaps are docker's: what root in a container keeps of root's power.
var defaultCaps = []string{
	"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
	"CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
}

// masked and readonly are docker's, for /proc and /sys files that leak or reach the host.
var (
	masked = []string{
		"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
		"/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats",
		"/sys/devices/virtual/powercap", "/sys/firmware",
	}
	readonly = []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}
)

// maskedPaths are the masked ones, with those of each CPU of this machine: its
// temperature tells what others compute (docker since 28.2).
func maskedPaths() []string {
	perCPU, _ := filepath.Glob("/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle") // the pattern is well-formed
	return slices.Concat(masked, perCPU)
}

// specFor makes the OCI runtime spec from an image's config and what was asked
// for, merged as docker merges them. USER is resolved later, in merged.
func specFor(p *Plan, cfg v1.Config) (*specs.Spec, error) {
	a := &p.Ask
	args := arguments(a, cfg)
	if len(args) == 0 {
		return nil, fmt.Errorf("%s names no program to start (no ENTRYPOINT, no CMD): name one after the image", p.Image)
	}
	if a.Init {
		args = append([]string{initPath, "--"}, args...)
	}
	caps, err := capabilities(a)
	if err != nil {
		return nil, err
	}
	mounts, err := mounts(p)
	if err != nil {
		return nil, err
	}
	cwd := first(a.Workdir, cfg.WorkingDir, "/")
	if !path.IsAbs(cwd) {
		cwd = path.Join("/", cwd)
	}
	host := first(a.Hostname, p.ID)
	s := &specs.Spec{
		Version:  specVersion,
		Hostname: host,
		Process: &specs.Process{
			Terminal: a.TTY, Args: args, Cwd: path.Clean(cwd), Env: environment(a, cfg, host),
			Capabilities: &specs.LinuxCapabilities{Bounding: caps, Effective: caps, Permitted: caps},
		},
		Root:   &specs.Root{Path: "rootfs", Readonly: a.ReadOnly},
		Mounts: mounts,
		Linux: &specs.Linux{
			Namespaces: spaces(p), Resources: resources(a), CgroupsPath: "/glassbox-" + p.ID,
			MaskedPaths: maskedPaths(), ReadonlyPaths: slices.Clone(readonly),
			UIDMappings: p.IDs, GIDMappings: p.IDs, Sysctl: unguarded(p), Devices: hostDevices(p),
		},
	}
	if a.Privileged || p.Without("masks") {
		s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil
	}
	if err := addDevices(p, s); err != nil {
		return nil, err
	}
	return s, security(p, s)
}

// specVersion is the oldest version of the runtime specification that says all that
// is asked for here: crun 1.8, which is Debian 12's, refuses one that calls itself 1.3.0.
const specVersion = "1.0.2"

// arguments are ENTRYPOINT and CMD as docker joins them: a new entrypoint drops the image's CMD.
func arguments(a *Ask, cfg v1.Config) []string {
	entry, cmd := cfg.Entrypoint, cfg.Cmd
	if a.Entrypoint != nil {
		entry, cmd = nil, nil
		if *a.Entrypoint != "" {
			entry = []string{*a.Entrypoint}
		}
	}
	if len(a.Args) > 0 {
		cmd = a.Args
	}
	return slices.Concat(entry, cmd)
}

// environment merges the image's variables with those asked for; later ones win.
func environment(a *Ask, cfg v1.Config, host string) []string {
	env := []string{defaultPath, "HOSTNAME=" + host}
	if a.TTY {
		env = append(env, "TERM=xterm")
	}
	return merged(merged(env, cfg.Env), Given(a.Env))
}

// merged are variables and further ones; of two with a name the later wins.
func merged(env, more []string) []string {
	env = slices.Clone(env)
	for _, kv := range more {
		name, _, _ := strings.Cut(kv, "=")
		i := slices.IndexFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		if i >= 0 {
			env[i] = kv
			continue
		}
		env = append(env, kv)
	}
	return env
}

// Given are the variables that were asked for; a name alone hands our own on.
func Given(asked []string) []string {
	var list []string
	for _, kv := range asked {
		if !strings.Contains(kv, "=") {
			v, ok := os.LookupEnv(kv)
			if !ok {
				continue
			}
			kv += "=" + v
		}
		list = append(list, kv)
	}
	return list
}

// spaces are the namespaces of its own that the container gets.
func spaces(p *Plan) []specs.LinuxNamespace {
	a := &p.Ask
	var list []specs.LinuxNamespace
	add := func(t specs.LinuxNamespaceType, thing, mode string) {
		if p.Without(thing) || mode == "host" {
			return
		}
		list = append(list, specs.LinuxNamespace{Type: t, Path: joined(mode)})
	}
	add(specs.PIDNamespace, "pid", a.PID)
	add(specs.MountNamespace, "mnt", "")
	add(specs.UTSNamespace, "uts", a.UTS)
	add(specs.IPCNamespace, "ipc", a.IPC)
	add(specs.NetworkNamespace, "net", a.Networking)
	add(specs.CgroupNamespace, "cgroupns", "")
	if a.Userns == "private" && !p.Rootless {
		list = append(list, specs.LinuxNamespace{Type: specs.UserNamespace})
	}
	return list
}

// joined is the path of a namespace to join, which cmd has put behind "path:".
func joined(mode string) string {
	p, ok := strings.CutPrefix(mode, "path:")
	if !ok {
		return ""
	}
	return p
}

func resources(a *Ask) *specs.LinuxResources {
	r := a.Resources
	if r == nil {
		r = &specs.LinuxResources{}
	}
	c := *r
	c.Devices = devices(a.Privileged)
	return &c
}

// devices are the device cgroup's rules: nothing, or everything. The devices that
// every container has are added to them, as runc adds them.
func devices(privileged bool) []specs.LinuxDeviceCgroup {
	return []specs.LinuxDeviceCgroup{{Allow: privileged, Access: "rwm"}}
}

// capabilities are docker's default set with what was added and dropped.
func capabilities(a *Ask) ([]string, error) {
	set := slices.Clone(defaultCaps)
	if a.Privileged || slices.ContainsFunc(a.CapAdd, isAll) {
		set = allCaps()
	}
	if slices.ContainsFunc(a.CapDrop, isAll) {
		set = nil
	}
	for _, list := range []struct {
		names []string
		drop  bool
	}{{a.CapAdd, false}, {a.CapDrop, true}} {
		for _, n := range list.names {
			if isAll(n) {
				continue
			}
			c, ok := capName(n)
			if !ok {
				return nil, fmt.Errorf("%q is no capability: capabilities(7) names them, as in --cap-add NET_ADMIN", n)
			}
			set = slices.DeleteFunc(set, func(s string) bool { return s == c })
			if !list.drop {
				set = append(set, c)
			}
		}
	}
	return set, nil
}

func isAll(s string) bool { return strings.EqualFold(s, "all") || strings.EqualFold(s, "cap_all") }

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
