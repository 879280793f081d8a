package observe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/proc"
)

const treeFact = "proc.tree"

// family adds the processes of a container as the host sees them: those below
// its first process, and those of its control group, whose parent may be
// elsewhere (what was started with setns(2)).
func (r *reader) family(t Target) {
	pids := r.children(t.Pid)
	dirs := map[string]bool{}
	for _, dir := range t.Cgroups {
		if dirs[dir] {
			continue
		}
		dirs[dir] = true
		b, err := r.read(unix.AT_FDCWD, dir+"/cgroup.procs")
		if err != nil {
			continue
		}
		for _, f := range strings.Fields(string(b)) {
			if n, err := strconv.Atoi(f); err == nil && n > 0 {
				pids = append(pids, n)
			}
		}
		break // every hierarchy has the same processes
	}
	slices.Sort(pids)
	r.tree("/proc", slices.Compact(pids))
}

// children returns a process and all below it. /proc/PID/task/TID/children lists
// what one thread has started: see proc_tid_children(5).
func (r *reader) children(pid int) []int {
	pids := []int{pid}
	for i := 0; i < len(pids) && len(pids) < maxTasks; i++ {
		task := "/proc/" + strconv.Itoa(pids[i]) + "/task"
		tids, err := r.numbers(task)
		if err != nil {
			continue
		}
		for _, tid := range tids {
			b, err := r.read(unix.AT_FDCWD, task+"/"+strconv.Itoa(tid)+"/children")
			if err != nil {
				continue
			}
			for _, f := range strings.Fields(string(b)) {
				if n, err := strconv.Atoi(f); err == nil && !slices.Contains(pids, n) {
					pids = append(pids, n)
				}
			}
		}
	}
	return pids
}

// processes adds all processes that the /proc of the reader shows.
func (r *reader) processes() {
	pids, err := r.numbers("/proc")
	if err != nil {
		r.fail(treeFact, "/proc/*/status", err)
		return
	}
	r.tree("/proc", pids)
}

// tree adds lines for processes; one that has ended meanwhile has none.
func (r *reader) tree(dir string, pids []int) {
	all := len(pids)
	if all > maxTasks {
		pids = pids[:maxTasks]
	}
	var out strings.Builder
	for _, pid := range pids {
		b, err := r.read(unix.AT_FDCWD, dir+"/"+strconv.Itoa(pid)+"/status")
		if err != nil {
			continue
		}
		s := proc.ParseStatus(b)
		inner := s.Pid
		if n := len(s.NSpid); n > 0 {
			inner = s.NSpid[n-1]
		}
		state, _, _ := strings.Cut(s.State, " ")
		fmt.Fprintf(&out, "%d %d %d %s %d %s\n", s.Pid, s.PPid, inner, state, s.UID[1], s.Name)
	}
	r.text(treeFact, dir+"/*/status", out.String())
	if all > maxTasks {
		r.note("cut: %d of %d processes", maxTasks, all)
	}
}

// numbers are the entries of a directory that are numbers, sorted.
func (r *reader) numbers(dir string) ([]int, error) {
	fd, err := opendir(dir)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd) //nolint:errcheck // it was only read
	var list []int
	names, err := r.names(fd, 1<<20)
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil && n > 0 {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list, err
}

// names are the entries of a directory, at most limit of them, in no order.
func (r *reader) names(fd, limit int) ([]string, error) {
	var list []string
	for len(list) < limit {
		n, err := unix.ReadDirent(fd, r.buf[:64<<10])
		if err != nil || n <= 0 {
			return list, err
		}
		_, _, list = unix.ParseDirent(r.buf[:n], limit-len(list), list)
	}
	return list, nil
}
