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
	insecure                                       []string
	workdir, user, hostname, entrypoint            string
	pid, ipc, uts, userns, pull, platform          string
	readOnly, privileged, init, tty, stdin         bool

	memory, memorySwap, cpus, cpuShares, pids, cpusetCPUs, cpusetMems string
	readBps, writeBps, readIOps, writeIOps                            []string
	requests, limits                                                  string
	maxBytes                                                          string
}

func (f *runFlags) register(s *pflag.FlagSet) {
	f.ask.register(s)
	s.StringVar(&f.name, "name", "", "name the container")
	s.StringVar(&f.network, "network", "bridge", "bridge, none, host or container:ID")
	s.StringArrayVarP(&f.publish, "publish", "p", nil, "publish a port: [IP:]HOST:CONTAINER[/udp]")
	s.StringArrayVar(&f.dns, "dns", nil, "name server for the container")
	s.DurationVar(&f.auto, "auto", -1, "go on by itself, after a delay at each stop")
	s.Lookup("auto").NoOptDefVal = "3s"
	s.StringVar(&f.step, "step", "stage", "stop before each stage, or before each call")
	s.StringArrayVar(&f.breaks, "break", nil, "run on to that stage, and stop before it")
	s.StringVar(&f.until, "until", "", "stop after that stage, and undo everything")
	s.StringSliceVar(&f.without, "without", nil, "leave something out and see: pid mnt uts ipc net cgroupns cgroup pivot_root seccomp masks caps")
	s.StringVar(&f.record, "record", "", "keep the journal in a file, for `glassbox replay`")
	s.BoolVar(&f.plain, "plain", false, "a linear account in words")
	s.BoolVar(&f.json, "json", false, "the journal itself, one event a line")
	s.BoolVar(&f.quiet, "quiet", false, "the container's own output alone, as docker run")
	s.BoolVar(&f.talk, "talk", false, "a layout for a projector")
	s.StringVar(&f.theme, "theme", "", "dark, light, 16, none or contrast")
	s.StringVar(&f.lang, "lang", "", "en or ko; by default as the locale says")
	s.BoolVar(&f.redact, "redact", false, "mask the values of environment variables")
	s.StringVar(&f.bundle, "oci-bundle", "", "write an OCI bundle (config.json and rootfs) there, and run nothing")
	s.StringVar(&f.root, "root", "", "where images and containers are kept")
	s.StringVar(&f.cgroupRoot, "cgroup-root", "", "the cgroup to make the container's group in")
	s.SetInterspersed(false)
}

func (a *askFlags) register(s *pflag.FlagSet) {
	s.StringArrayVarP(&a.env, "env", "e", nil, "set a variable: NAME=VALUE, or NAME to hand on")
	s.StringVarP(&a.workdir, "workdir", "w", "", "working directory in the container")
	s.StringVarP(&a.user, "user", "u", "", "user (name or number), [:group]")
	s.StringArrayVarP(&a.volumes, "volume", "v", nil, "bind a path: SOURCE:TARGET[:ro]")
	s.StringArrayVar(&a.tmpfs, "tmpfs", nil, "mount a tmpfs: TARGET[:OPTIONS]")
	s.StringVar(&a.hostname, "hostname", "", "host name in the container")
	s.StringVar(&a.entrypoint, "entrypoint", "", "replace the image's ENTRYPOINT")
	s.StringVar(&a.pid, "pid", "", "pid namespace: host or container:ID")
	s.StringVar(&a.ipc, "ipc", "", "ipc namespace: host or container:ID")
	s.StringVar(&a.uts, "uts", "", "uts namespace: host or container:ID")
	s.StringVar(&a.userns, "userns", "", "user namespace: host, or private for one of its own")
	s.StringSliceVar(&a.capAdd, "cap-add", nil, "add a capability")
	s.StringSliceVar(&a.capDrop, "cap-drop", nil, "drop a capability")
	s.StringArrayVar(&a.security, "security-opt", nil, "no-new-privileges, seccomp=unconfined, seccomp=FILE")
	s.BoolVar(&a.readOnly, "read-only", false, "mount the root file system read-only")
	s.BoolVar(&a.privileged, "privileged", false, "all capabilities, no masks, no seccomp: for lessons, not for strangers")
	s.BoolVar(&a.init, "init", false, "a reaper as PID 1")
	s.BoolVarP(&a.tty, "tty", "t", false, "give the program a terminal")
	s.BoolVarP(&a.stdin, "interactive", "i", false, "hand standard input on")
	s.StringVar(&a.pull, "pull", "missing", "always, missing or never")
	s.StringVar(&a.platform, "platform", "", "as in linux/arm64")
	s.StringSliceVar(&a.insecure, "insecure-registry", nil, "registry to speak plain HTTP to")
	s.StringVarP(&a.memory, "memory", "m", "", "memory limit: 512m")
	s.StringVar(&a.memorySwap, "memory-swap", "", "memory and swap together; -1 for no limit")
	s.StringVar(&a.cpus, "cpus", "", "CPU limit: 1.5")
	s.StringVar(&a.cpuShares, "cpu-shares", "", "CPU weight; 1024 is the default")
	s.StringVar(&a.pids, "pids-limit", "", "number of processes and threads")
	s.StringVar(&a.cpusetCPUs, "cpuset-cpus", "", "CPUs to run on: 0-3,5")
	s.StringVar(&a.cpusetMems, "cpuset-mems", "", "memory nodes to use")
	s.StringArrayVar(&a.readBps, "device-read-bps", nil, "bytes a second: /dev/sda:1mb")
	s.StringArrayVar(&a.writeBps, "device-write-bps", nil, "bytes a second: /dev/sda:1mb")
	s.StringArrayVar(&a.readIOps, "device-read-iops", nil, "operations a second: /dev/sda:1000")
	s.StringArrayVar(&a.writeIOps, "device-write-iops", nil, "operations a second: /dev/sda:1000")
	s.StringVar(&a.requests, "requests", "", "Kubernetes requests: cpu=100m,memory=64Mi")
	s.StringVar(&a.limits, "limits", "", "Kubernetes limits: cpu=1,memory=512Mi")
	s.StringVar(&a.maxBytes, "max-unpacked", "", "what an image may unpack to: 64g")
}
