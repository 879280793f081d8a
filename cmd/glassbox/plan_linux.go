package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"glassbox/runtime/cgroup"
	"glassbox/runtime/journal"
	"glassbox/stages"
)

// nameForm tells whether a name is one for a container, as in docker: a letter or
// digit, then _ . - too, 63 in all. By hand, since a package's regular expression
// is compiled by every process of this program.
func nameForm(s string) bool {
	const sure = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return s != "" && len(s) <= 63 && strings.Contains(sure, s[:1]) && strings.Trim(s, sure+"_.-") == ""
}

// plan makes the Plan of a run from the command line.
func (f *runFlags) plan(cmd *cobra.Command, args []string) (*stages.Plan, error) {
	places := f.places()
	id := stages.NewID()
	p := &stages.Plan{
		ID: id, Name: f.name, Image: "demo", Root: places.Root, State: filepath.Join(places.State, id), CgroupRoot: f.cgroupRoot, Redact: f.redact,
		Rootless: stages.Rootless(),
	}
	if len(args) > 0 {
		p.Image, args = args[0], args[1:]
	}
	if dir, ok := strings.CutPrefix(p.Image, "bundle:"); ok {
		p.Bundle = dir
	}
	if p.Name == "" {
		p.Name = "gb-" + id[:6]
	}
	if !nameForm(p.Name) {
		return nil, fmt.Errorf("--name %s: letters, digits, and . _ - between them", p.Name)
	}
	var err error
	if p.Ask, err = f.ask.ask(cmd); err != nil {
		return nil, err
	}
	p.Ask.Args = dashes(args)
	if err := f.connect(p, places); err != nil {
		return nil, err
	}
	for _, w := range f.without {
		if !slices.Contains(stages.Things(), w) {
			return nil, fmt.Errorf("--without %s: it can be %s", w, strings.Join(stages.Things(), ", "))
		}
	}
	p.Ask.Without = f.without
	if err := f.check(); err != nil {
		return nil, err
	}
	return p, p.Check()
}

// check refuses words that no stage has.
func (f *runFlags) check() error {
	for _, s := range append(slices.Clone(f.breaks), f.until) {
		if s != "" && !slices.Contains(journal.Stages(), s) {
			return fmt.Errorf("there is no stage %q: the stages are %s", s, strings.Join(journal.Stages(), ", "))
		}
	}
	if err := checkEnv(f.ask.env); err != nil {
		return err
	}
	if f.step != "stage" && f.step != "call" {
		return fmt.Errorf("--step %s: it can be stage or call", f.step)
	}
	return nil
}

// checkEnv refuses variables without a name.
func checkEnv(given []string) error {
	for _, kv := range given {
		if kv == "" || kv[0] == '=' {
			return fmt.Errorf("-e %q: NAME=VALUE is wanted, or NAME alone", kv)
		}
	}
	return nil
}

func (f *runFlags) places() stages.Places {
	p := stages.Default()
	if f.root != "" {
		if abs, err := filepath.Abs(f.root); err == nil {
			p.Root = abs
		}
	}
	return p
}

// connect reads --network, -p, --pid, --ipc and --uts: container:ID becomes the
// path of that container's namespace.
func (f *runFlags) connect(p *stages.Plan, places stages.Places) error {
	p.Network.Mode = f.network
	for _, m := range []struct {
		flag string
		word *string
		kind string
	}{{"network", &f.network, "net"}, {"pid", &p.Ask.PID, "pid"}, {"ipc", &p.Ask.IPC, "ipc"}, {"uts", &p.Ask.UTS, "uts"}} {
		who, ok := strings.CutPrefix(*m.word, "container:")
		if !ok {
			if m.kind != "net" && !slices.Contains([]string{"", "host", "private"}, *m.word) && (m.kind != "ipc" || *m.word != "shareable") {
				return fmt.Errorf("--%s %s: it can be host, private or container:ID", m.flag, *m.word)
			}
			if m.kind == "uts" && *m.word == "host" && p.Ask.Hostname != "" {
				return errors.New("--uts host: the host name is the host's: leave --hostname out")
			}
			continue
		}
		if p.Ask.Userns == "private" {
			return fmt.Errorf("--%s container:%s: a user namespace of its own has no rights over another container's namespaces: leave --userns private out", m.flag, who)
		}
		peer, err := stages.FindStarted(places.State, who)
		if err != nil {
			return fmt.Errorf("--%s container:%s: %w", m.flag, who, err)
		}
		if m.kind == "uts" {
			if err := named(p, peer.Dir); err != nil {
				return fmt.Errorf("--uts container:%s: %w", who, err)
			}
		}
		*m.word = fmt.Sprintf("path:/proc/%d/ns/%s", peer.Pid, m.kind)
		if m.kind == "net" {
			p.Network.Mode, p.Network.Join, p.Network.Peer = "container", strings.TrimPrefix(*m.word, "path:"), peer.Dir
		}
	}
	p.Ask.Networking = f.network
	if slices.Contains(f.without, "net") {
		p.Network.Mode = "host"
	}
	if !slices.Contains([]string{"bridge", "none", "host", "container"}, p.Network.Mode) {
		return fmt.Errorf("--network %s: it can be bridge, none, host or container:ID", f.network)
	}
	for _, s := range f.publish {
		ports, err := stages.ParsePort(s)
		if err != nil {
			return err
		}
		for _, q := range ports {
			if q.Host != 0 && q.HostEnd == 0 && slices.ContainsFunc(p.Network.Ports, func(o stages.Port) bool {
				return o.Host == q.Host && o.HostEnd == 0 && o.HostIP == q.HostIP && o.Proto == q.Proto
			}) {
				return fmt.Errorf("-p %s: the host's port %d/%s is given twice: leave one out", s, q.Host, q.Proto)
			}
			p.Network.Ports = append(p.Network.Ports, q)
		}
	}
	p.Network.DNS = f.dns
	return nil
}

// named gives a container that joins another's uts namespace that one's host name.
func named(p *stages.Plan, peer string) error {
	if p.Ask.Hostname != "" {
		return errors.New("the host name is that container's: leave --hostname out")
	}
	b, err := os.ReadFile(filepath.Join(peer, "hostname"))
	if err != nil {
		return fmt.Errorf("read its host name: %w", err)
	}
	p.Ask.Hostname = strings.TrimSpace(string(b))
	return nil
}

// ask turns flags into what the plan asks for.
func (a *askFlags) ask(cmd *cobra.Command) (stages.Ask, error) {
	out := stages.Ask{
		Env: a.env, Workdir: a.workdir, User: a.user, Hostname: a.hostname, Volumes: a.volumes, Tmpfs: a.tmpfs, PID: a.pid, IPC: a.ipc,
		UTS: a.uts, Userns: a.userns, CapAdd: a.capAdd, CapDrop: a.capDrop, Security: a.security, Devices: a.devices, Privileged: a.privileged,
		ReadOnly: a.readOnly, Init: a.init, TTY: a.tty, Stdin: a.stdin, Pull: a.pull, Platform: a.platform, Insecure: a.insecure,
	}
	if cmd.Flags().Changed("entrypoint") {
		out.Entrypoint = &a.entrypoint
	}
	if !slices.Contains([]string{"always", "missing", "never"}, a.pull) {
		return out, fmt.Errorf("--pull %s: it can be always, missing or never", a.pull)
	}
	if !slices.Contains([]string{"", "host", "private"}, a.userns) {
		return out, fmt.Errorf("--userns %s: it can be host or private", a.userns)
	}
	asked := cgroup.Asked{
		Memory: a.memory, MemorySwap: a.memorySwap, CPUs: a.cpus, CPUShares: a.cpuShares, PidsLimit: a.pids, CpusetCPUs: a.cpusetCPUs,
		CpusetMems: a.cpusetMems, DeviceReadBps: a.readBps, DeviceWriteBps: a.writeBps, DeviceReadIOps: a.readIOps,
		DeviceWriteIOps: a.writeIOps, Requests: a.requests, Limits: a.limits,
	}
	var m cgroup.Machine
	if !reflect.ValueOf(asked).IsZero() { // who asks for no limit need not wait for the machine to be looked at
		m = machine()
	}
	res, err := asked.Resources(m)
	if err != nil {
		return out, err
	}
	out.Resources, out.Limits = res, a.shown()
	if a.maxBytes != "" {
		n, err := cgroup.ParseSize(a.maxBytes)
		if err != nil {
			return out, fmt.Errorf("--max-unpacked %s: %w", a.maxBytes, err)
		}
		out.MaxBytes = n
	}
	return out, nil
}

// shown are the limits as a person wrote them, for the journal's header.
func (a *askFlags) shown() map[string]string {
	m := map[string]string{}
	for k, v := range map[string]string{
		"memory": a.memory, "memory-swap": a.memorySwap, "cpus": a.cpus, "cpu-shares": a.cpuShares, "pids": a.pids,
		"cpuset-cpus": a.cpusetCPUs, "requests": a.requests, "limits": a.limits,
	} {
		if v != "" {
			m[k] = v
		}
	}
	return m
}

// machine is what limits are measured by here.
func machine() cgroup.Machine {
	m := cgroup.Machine{CPUs: runtime.NumCPU(), Device: blockDevice}
	if t, err := stages.Tree(); err == nil {
		m.V2 = t.Version("memory") == 2
	}
	return m
}

func blockDevice(path string) (major, minor int64, err error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return 0, 0, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFBLK {
		return 0, 0, fmt.Errorf("%s is no block device: `lsblk -p` lists them", path)
	}
	return int64(unix.Major(st.Rdev)), int64(unix.Minor(st.Rdev)), nil
}
