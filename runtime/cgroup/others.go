package cgroup

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// pids writes how many processes and threads there may be. Like runc, 0 becomes 1:
// systemd takes no 0, and a group with either can start nothing.
func (b *builder) pids(p *specs.LinuxPids) {
	if p == nil || p.Limit == nil {
		return
	}
	value := "max"
	if *p.Limit >= 0 {
		value = strconv.FormatInt(max(*p.Limit, 1), 10)
	}
	switch b.version("pids", "pids") {
	case 1:
		b.v1("pids", "pids.max", value, "pids")
	case 2:
		b.v2("pids", "pids.max", value)
	}
}

var pageForm = form(`^[1-9][0-9]*(KB|MB|GB)$`)

// hugetlb limits pages of a size; also how many may be reserved, where the kernel
// (5.7) counts that.
func (b *builder) hugetlb(list []specs.LinuxHugepageLimit) {
	for _, h := range list {
		if !pageForm().MatchString(h.Pagesize) {
			b.fail("limit huge pages of size %q: write it as the kernel does, 2MB or 1GB", h.Pagesize)
			continue
		}
		value, prefix := strconv.FormatUint(h.Limit, 10), "hugetlb."+h.Pagesize
		man, suffix := manV2, ".max"
		switch b.version("hugetlb", "huge pages") {
		case 0:
			return
		case 1:
			man, suffix = manV1("hugetlb"), ".limit_in_bytes"
		}
		b.add(File{Controller: "hugetlb", Name: prefix + suffix, Value: value, Man: man})
		b.add(File{Controller: "hugetlb", Name: prefix + ".rsvd" + suffix, Value: value, Man: man, Optional: true})
	}
}

// rdma limits what a device of remote direct memory access gives out.
func (b *builder) rdma(devices map[string]specs.LinuxRdma) {
	for _, name := range slices.Sorted(maps.Keys(devices)) {
		d := devices[name]
		value := name
		if d.HcaHandles != nil {
			value += " hca_handle=" + strconv.FormatUint(uint64(*d.HcaHandles), 10)
		}
		if d.HcaObjects != nil {
			value += " hca_object=" + strconv.FormatUint(uint64(*d.HcaObjects), 10)
		}
		if strings.ContainsAny(name, " \n\t") {
			b.fail("limit the RDMA device %q: that is no name of a device", name)
			continue
		}
		switch b.version("rdma", "rdma") {
		case 1:
			b.v1("rdma", "rdma.max", value, "rdma")
		case 2:
			b.v2("rdma", "rdma.max", value)
		}
	}
}

// network marks packets, which only version 1 can.
func (b *builder) network(n *specs.LinuxNetwork) {
	if n == nil {
		return
	}
	if id := or(n.ClassID); id != 0 && b.version("net_cls", "network class") != 0 {
		b.v1("net_cls", "net_cls.classid", strconv.FormatUint(uint64(id), 10), "net_cls")
	}
	for _, p := range n.Priorities {
		if strings.ContainsAny(p.Name, " \n\t") {
			b.fail("set the priority of interface %q: that is no name of an interface", p.Name)
			continue
		}
		if b.version("net_prio", "network priority") != 0 {
			b.v1("net_prio", "net_prio.ifpriomap", p.Name+" "+strconv.FormatUint(uint64(p.Priority), 10), "net_prio")
		}
	}
}

var unifiedForm = form(`^([a-z][a-z0-9_]*)\.[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)

// moves are files whose writing is no limit: it moves, ends or re-arranges.
var moves = []string{
	"cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type", "cgroup.subtree_control",
}

// unified passes files of version 2 through, as the specification has it ("unified").
// The names come from outside: they can't leave the directory. Each line of a value
// is one write.
func (b *builder) unified(files map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		parts := unifiedForm().FindStringSubmatch(name)
		if parts == nil {
			b.fail("write the file %q of a control group: it has to be named CONTROLLER.PARAMETER", name)
			continue
		}
		if slices.Contains(moves, name) {
			b.fail("write the file %s of a control group: it is no limit, and glassbox itself sets it", name)
			continue
		}
		controller := parts[1]
		if controller != "cgroup" && b.version(controller, name) == 1 {
			b.fail("write the file %s of a control group: it is of version 2, and here the controller is in version 1", name)
			continue
		}
		for line := range strings.Lines(files[name]) {
			b.v2(controller, name, strings.TrimSuffix(line, "\n"))
		}
	}
}
