package main

import (
	"time"

	"github.com/spf13/pflag"
)

// runFlags are the flags of `glassbox run`: docker's where docker has them.
type runFlags struct {
	ask        askFlags
	name       string
	network    string
	publish    []string
	dns        []string
	auto       time.Duration
	loop       bool // a recording begins again
	step       string
	breaks     []string
	until      string
	without    []string
	record     string
	plain      bool
	json       bool
	quiet      bool
	talk       bool
	theme      string
	lang       string
	redact     bool
	bundle     string
	root       string
	cgroupRoot string
}

// askFlags are what the container is asked to be.
type askFlags struct {
	env, volumes, tmpfs, capAdd, capDrop, security []string
	devices                                        []string
	insecure                                       []string
	workdir, user, hostname, entrypoint            string
	pid, ipc, uts, userns, pull, platform          string
	readOnly, privileged, init, tty, stdin         bool

	memory, memorySwap, cpus, cpuShares, pids, cpusetCPUs, cpusetMems string
	readBps, writeBps, readIOps, writeIOps                            []string
	requests, limits                                                  string
	maxBytes                                                          string
}

// register adds the flags to s in the groups in which help shows them.
func (f *runFlags) register(s *pflag.FlagSet) {
	f.stepping(s)
	f.showing(s)
	f.ask.program(s)
	f.ask.limiting(s)
	s.StringVar(&f.cgroupRoot, "cgroup-root", "", "`CGROUP`: where to make the container's group")
	group(s, "Limits")
	f.ask.isolation(s)
	s.StringVar(&f.network, "network", "bridge", "`NET`: bridge, none, host or container:ID")
	s.StringArrayVarP(&f.publish, "publish", "p", nil, "`[IP:]HOST:CONTAINER[/udp]`: publish a port")
	s.StringArrayVar(&f.dns, "dns", nil, "`ADDRESS`: a name server for the container")
	group(s, "Network")
	f.ask.image(s)
	s.StringVar(&f.root, "root", "", "`DIR`: where images and containers are kept")
	group(s, "Image and store")
	s.Bool("rm", true, "taken, and nothing more: nothing is left of any run")
	_ = s.MarkHidden("rm")
	s.SetInterspersed(false)
}

func (f *runFlags) stepping(s *pflag.FlagSet) {
	s.StringVar(&f.step, "step", "stage", "`WHAT`: stop before each stage, or each call")
	s.StringArrayVar(&f.breaks, "break", nil, "`STAGE`: run on to it, and stop before it")
	s.StringVar(&f.until, "until", "", "`STAGE`: stop after it, and undo everything")
	autoFlag(s, &f.auto, usualDelay, "`DELAY`: go on by itself, after 3s (or that) at each stop")
	s.StringSliceVar(&f.without, "without", nil, "`PARTS`: leave them out and see: pid mnt uts ipc net cgroupns cgroup pivot_root seccomp masks caps")
	group(s, "Stepping")
}

func (f *runFlags) showing(s *pflag.FlagSet) {
	s.BoolVar(&f.plain, "plain", false, "a linear account in words")
	s.BoolVar(&f.json, "json", false, "the journal itself, one event a line")
	s.BoolVar(&f.quiet, "quiet", false, "the container's own output alone, as docker run")
	s.StringVar(&f.record, "record", "", "`FILE`: keep the journal in it, for glassbox replay")
	s.BoolVar(&f.redact, "redact", false, "mask the values of environment variables")
	s.BoolVar(&f.talk, "talk", false, "a layout for a projector")
	s.StringVar(&f.theme, "theme", "", "`THEME`: dark, light, 16, none or contrast")
	s.StringVar(&f.lang, "lang", "", "`LANG`: en or ko; by default as the locale says")
	s.StringVar(&f.bundle, "oci-bundle", "", "`DIR`: write an OCI bundle (config.json and rootfs) there, and run nothing")
	s.StringVar(&f.name, "name", "", "`NAME`: what to call the container")
	group(s, "What is shown and kept")
}

func (a *askFlags) program(s *pflag.FlagSet) {
	s.BoolVarP(&a.stdin, "interactive", "i", false, "hand standard input on")
	s.BoolVarP(&a.tty, "tty", "t", false, "give the program a terminal")
	s.StringArrayVarP(&a.env, "env", "e", nil, "`NAME=VALUE`: set a variable; NAME alone hands ours on")
	s.StringVarP(&a.workdir, "workdir", "w", "", "`DIR`: where in the container to begin")
	s.StringVarP(&a.user, "user", "u", "", "`USER[:GROUP]`: by name or number")
	s.StringVar(&a.entrypoint, "entrypoint", "", "`PROGRAM`: instead of the image's ENTRYPOINT")
	s.StringVar(&a.hostname, "hostname", "", "`NAME`: the host name in the container")
	s.BoolVar(&a.init, "init", false, "a reaper as PID 1")
	s.StringArrayVarP(&a.volumes, "volume", "v", nil, "`SOURCE:TARGET[:ro]`: bind a path")
	s.StringArrayVar(&a.tmpfs, "tmpfs", nil, "`TARGET[:OPTIONS]`: mount a tmpfs")
	s.BoolVar(&a.readOnly, "read-only", false, "mount the root file system read-only")
	group(s, "The program")
}

func (a *askFlags) limiting(s *pflag.FlagSet) {
	s.StringVarP(&a.memory, "memory", "m", "", "`BYTES`: how much memory at most: 512m or 512Mi")
	s.StringVar(&a.memorySwap, "memory-swap", "", "`BYTES`: memory and swap together; -1 for no limit")
	s.StringVar(&a.cpus, "cpus", "", "`NUMBER`: how many CPUs at most: 1.5")
	s.StringVar(&a.cpuShares, "cpu-shares", "", "`WEIGHT`: share of the CPUs; 1024 is the default")
	s.StringVar(&a.pids, "pids-limit", "", "`NUMBER`: how many processes and threads at most")
	s.StringVar(&a.cpusetCPUs, "cpuset-cpus", "", "`CPUS`: where to run: 0-3,5")
	s.StringVar(&a.cpusetMems, "cpuset-mems", "", "`NODES`: memory nodes to use")
	s.StringArrayVar(&a.readBps, "device-read-bps", nil, "`DEVICE:BYTES`: read no more a second: /dev/sda:1mb")
	s.StringArrayVar(&a.writeBps, "device-write-bps", nil, "`DEVICE:BYTES`: write no more a second: /dev/sda:1mb")
	s.StringArrayVar(&a.readIOps, "device-read-iops", nil, "`DEVICE:NUMBER`: read no more often a second: /dev/sda:1000")
	s.StringArrayVar(&a.writeIOps, "device-write-iops", nil, "`DEVICE:NUMBER`: write no more often a second: /dev/sda:1000")
	s.StringVar(&a.requests, "requests", "", "`cpu=100m,memory=64Mi`: what Kubernetes calls requests")
	s.StringVar(&a.limits, "limits", "", "`cpu=1,memory=512Mi`: what Kubernetes calls limits")
}

func (a *askFlags) isolation(s *pflag.FlagSet) {
	s.StringVar(&a.pid, "pid", "", "`NS`: pid namespace: host or container:ID")
	s.StringVar(&a.ipc, "ipc", "", "`NS`: ipc namespace: host or container:ID")
	s.StringVar(&a.uts, "uts", "", "`NS`: uts namespace: host or container:ID")
	s.StringVar(&a.userns, "userns", "", "`NS`: user namespace: host, or private for one of its own")
	s.StringSliceVar(&a.capAdd, "cap-add", nil, "`CAPABILITY`: add it")
	s.StringSliceVar(&a.capDrop, "cap-drop", nil, "`CAPABILITY`: drop it")
	s.StringArrayVar(&a.security, "security-opt", nil, "`OPTION`: no-new-privileges, seccomp=unconfined, seccomp=FILE")
	s.StringArrayVar(&a.devices, "device", nil, "`HOST[:TARGET][:rwm]`: add a device of the host's: /dev/fuse")
	s.BoolVar(&a.privileged, "privileged", false, "all capabilities and devices, no masks, no seccomp: for lessons, not for strangers")
	group(s, "Isolation")
}

func (a *askFlags) image(s *pflag.FlagSet) {
	s.StringVar(&a.pull, "pull", "missing", "`WHEN`: always, missing or never")
	s.StringVar(&a.platform, "platform", "", "`PLATFORM`: which of an image to take: linux/arm64")
	s.StringSliceVar(&a.insecure, "insecure-registry", nil, "`REGISTRY`: speak plain HTTP to it")
	s.StringVar(&a.maxBytes, "max-unpacked", "", "what an image may unpack to, in `BYTES`: 64g")
}
