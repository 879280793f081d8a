package cgroup

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// Mode says which version of control groups limits.
type Mode string

// The modes. Hybrid has both mounted; as a rule the controllers are in version 1,
// and version 2 only keeps track of processes.
const (
	V1     Mode = "v1"
	V2     Mode = "v2"
	Hybrid Mode = "hybrid"
)

// File is one value to write to one file of a group's directory.
type File struct {
	Controller string // memory, cpu, io …; of version 1 as it is mounted: blkio, not io
	Name       string // memory.max
	Value      string // without a newline
	Man        string // where the kernel documents it
	Before     bool   // to be written before a process joins the group
	Inherit    bool   // no Value: copy the parent's, or no process can join (version 1's cpuset)
	Optional   bool   // a kernel without the file gives the same effect
}

// Where the kernel documents the files of version 2.
const manV2 = "Documentation/admin-guide/cgroup-v2.rst"

// manV1 is where the kernel documents the files of a controller of version 1; those
// of the scheduler are elsewhere.
func manV1(page string) string {
	if strings.Contains(page, "/") {
		return "Documentation/" + page + ".rst"
	}
	return "Documentation/admin-guide/cgroup-v1/" + page + ".rst"
}

// versions tells for a controller of version 2's name in which version it is
// found; 0 says nowhere.
type versions func(controller string) int

// Files returns the files that make r hold for a new group, in the order in which
// to write them. Weight turns shares into version 2's cpu.weight; nil is Weight.
// A hybrid counts as version 1: use Tree.Files to go by where each controller is.
// Rules for devices are apart: see Devices.
func Files(mode Mode, r *specs.LinuxResources, weight func(shares uint64) uint64) ([]File, error) {
	return files(func(string) int {
		if mode == V2 {
			return 2
		}
		return 1
	}, r, weight)
}

func files(at versions, r *specs.LinuxResources, weight func(uint64) uint64) ([]File, error) {
	if weight == nil {
		weight = Weight
	}
	b := builder{at: at, weight: weight}
	b.cpuset(or(r.CPU))
	b.pids(r.Pids)
	b.memory(or(r.Memory))
	b.io(or(r.BlockIO))
	b.cpu(or(r.CPU))
	b.hugetlb(r.HugepageLimits)
	b.rdma(r.Rdma)
	b.network(r.Network)
	b.unified(r.Unified)
	return b.files, errors.Join(b.errs...)
}

// or returns what p points to, and an empty one for none.
func or[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

type builder struct {
	at     versions
	weight func(uint64) uint64
	files  []File
	errs   []error
}

func (b *builder) fail(format string, args ...any) {
	b.errs = append(b.errs, fmt.Errorf(format, args...))
}

// version says where a controller is; asking for a limit of one that is nowhere
// is an error of the kind ErrNoController.
func (b *builder) version(controller, limit string) int {
	v := b.at(controller)
	if v == 0 {
		b.fail("limit %s: %w: %q is in no hierarchy that can be used here; see glassbox doctor", limit, ErrNoController, controller)
	}
	return v
}

func (b *builder) add(f File) { b.files = append(b.files, f) }

// v2 adds a file of version 2 of the controller that its name begins with.
func (b *builder) v2(controller, name, value string) {
	b.add(File{Controller: controller, Name: name, Value: value, Man: manV2})
}

// v1 adds a file of version 1.
func (b *builder) v1(controller, name, value, page string) {
	b.add(File{Controller: controller, Name: name, Value: value, Man: manV1(page)})
}

// form is a regular expression that is made when it is first asked for: the binary is
// run anew as the container's first process, and pays for what packages prepare.
func form(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// ErrNoController says that a limit was asked for which nothing here can hold.
var ErrNoController = errors.New("no such controller")
