package cgroup

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"k8s.io/apimachinery/pkg/api/resource"
)

// kubernetes reads requests and limits and does with them what the kubelet does
// (pkg/kubelet/cm/helpers_linux.go and kuberuntime's container resources):
//
//   - a limit without a request is the request as well;
//   - the CPU request becomes shares, 1024 for each CPU and 2 at least;
//   - the CPU limit becomes a quota in each 100 ms, 1 ms at least;
//   - the memory limit becomes the limit, without any swap;
//   - the memory request is for the scheduler: nothing is written;
//   - in version 2 the OOM killer takes the whole group (memory.oom.group).
func (a Asked) kubernetes(r *specs.LinuxResources, m Machine) error {
	if a.Requests == "" && a.Limits == "" {
		return nil
	}
	requests, err := quantities("--requests", a.Requests)
	limits, err2 := quantities("--limits", a.Limits)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	for name, l := range limits {
		q, ok := requests[name]
		switch {
		case !ok:
			requests[name] = l
		case q.Cmp(l) > 0:
			return fmt.Errorf("--requests %s=%s is more than --limits %s=%s", name, q.String(), name, l.String())
		}
	}
	if a.CPUs != "" || a.CPUShares != "" || a.Memory != "" || a.MemorySwap != "" {
		return errors.New("--requests and --limits are Kubernetes' way to say what -m, --memory-swap, --cpus and --cpu-shares say in Docker's: use one")
	}
	kubeCPU(r, requests, limits)
	if l, ok := limits["memory"]; ok && l.Value() > 0 {
		bytes := l.Value()
		r.Memory = &specs.LinuxMemory{Limit: &bytes, Swap: ptr(bytes)}
		if m.V2 {
			r.Unified = map[string]string{"memory.oom.group": "1"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		if page, ok := strings.CutPrefix(name, "hugepages-"); ok {
			l := limits[name]
			if err := kubePages(r, page, l.Value()); err != nil {
				return err
			}
		}
	}
	return nil
}

func kubeCPU(r *specs.LinuxResources, requests, limits map[string]resource.Quantity) {
	c := or(r.CPU)
	// Without any request the kubelet asks for the least.
	q := requests["cpu"]
	c.Shares = ptr(milliShares(milliCPU(q)))
	if milli := milliCPU(limits["cpu"]); milli > 0 {
		c.Quota, c.Period = ptr(max(milli*defaultPeriod/1000, 1000)), ptr(uint64(defaultPeriod))
	}
	r.CPU = &c
}

// milliCPU is a quantity in thousandths of a CPU; a million CPUs are enough.
func milliCPU(q resource.Quantity) int64 {
	if q.Cmp(*resource.NewQuantity(1e6, resource.DecimalSI)) > 0 {
		return 1e9
	}
	return q.MilliValue()
}

// milliShares turns thousandths of a CPU into shares.
func milliShares(milli int64) uint64 {
	if milli <= 0 {
		return minShares
	}
	if milli > maxShares {
		return maxShares
	}
	return min(max(uint64(milli)*1024/1000, minShares), maxShares)
}

// kubePages reads a limit of huge pages: hugepages-2Mi=64Mi.
func kubePages(r *specs.LinuxResources, page string, bytes int64) error {
	q, err := quantity(page)
	if err != nil || q.Value() < 1<<10 {
		return fmt.Errorf("--limits hugepages-%s: write the size as in hugepages-2Mi", page)
	}
	n, unit := q.Value()>>10, "KB"
	for _, u := range []string{"MB", "GB"} {
		if n%1024 == 0 {
			n, unit = n/1024, u
		}
	}
	r.HugepageLimits = append(r.HugepageLimits, specs.LinuxHugepageLimit{
		Pagesize: fmt.Sprintf("%d%s", n, unit), Limit: uint64(bytes),
	})
	return nil
}

// quantities reads "cpu=100m,memory=64Mi".
func quantities(flag, text string) (map[string]resource.Quantity, error) {
	all := map[string]resource.Quantity{}
	if text == "" {
		return all, nil
	}
	for _, pair := range strings.Split(text, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			return nil, fmt.Errorf("%s %q: NAME=QUANTITY is wanted, as in cpu=100m,memory=64Mi", flag, pair)
		}
		if name != "cpu" && name != "memory" && !strings.HasPrefix(name, "hugepages-") {
			if name == "ephemeral-storage" {
				return nil, fmt.Errorf("%s %s: the kubelet measures it, no file of the kernel limits it", flag, name)
			}
			return nil, fmt.Errorf("%s %q: cpu, memory and hugepages-SIZE are what the kernel limits", flag, name)
		}
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("%s: %s is given twice", flag, name)
		}
		q, err := quantity(value)
		if err != nil {
			return nil, fmt.Errorf("%s %s=%.40q: %w", flag, name, value, err)
		}
		all[name] = q
	}
	return all, nil
}

var (
	quantityForm = form(`^[+-]?[0-9]*(\.[0-9]*)?([eE][+-]?[0-9][0-9]?|[numkMGTPE]|[KMGTPE]i)?$`)
	most         = resource.NewQuantity(1<<60, resource.BinarySI)

	errQuantity = errors.New("a quantity like 100m, 1.5 or 512Mi is wanted")
)

// quantity reads one quantity. The form is checked first: the library takes minutes
// for 1e-1000000000, and lessons come from strangers.
func quantity(text string) (resource.Quantity, error) {
	if len(text) > 64 || !quantityForm().MatchString(text) {
		return resource.Quantity{}, errQuantity
	}
	q, err := resource.ParseQuantity(text)
	switch {
	case err != nil:
		return q, fmt.Errorf("%w: %w", errQuantity, err)
	case q.Sign() < 0:
		return q, errors.New("it is below zero")
	case q.Cmp(*most) > 0:
		return q, errors.New("it is more than the kernel can count")
	}
	return q, nil
}
