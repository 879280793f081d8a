package cgroup

import (
	"slices"
	"strconv"
	"strings"
)

// Order puts files in the order in which they can be written to a group that has
// limits already: the kernel refuses what does not hold together for a moment.
// Version 1 wants memory.limit_in_bytes never above memory.memsw.limit_in_bytes;
// a quota in a new period may for a moment be more than the parent's. Now returns
// what a file says at present, and false where that is not known.
//
// For a new group the order of Files is right.
func Order(files []File, now func(f File) (string, bool)) []File {
	files = slices.Clone(files)
	limit, memsw := find(files, "memory.limit_in_bytes"), find(files, "memory.memsw.limit_in_bytes")
	if limit >= 0 && memsw >= 0 && limit < memsw {
		if old, ok := number(now, files[memsw]); ok && above(files[limit].Value, old) {
			files[limit], files[memsw] = files[memsw], files[limit]
		}
	}
	period, quota := find(files, "cpu.cfs_period_us"), find(files, "cpu.cfs_quota_us")
	if period >= 0 && quota >= 0 && period < quota {
		oldQuota, ok := number(now, files[quota])
		oldPeriod, ok2 := number(now, files[period])
		newQuota, err := strconv.ParseFloat(files[quota].Value, 64)
		newPeriod, err2 := strconv.ParseFloat(files[period].Value, 64)
		// The one that comes first meets the other's old value.
		if ok && ok2 && err == nil && err2 == nil && oldQuota > 0 && newQuota/oldPeriod < oldQuota/newPeriod {
			files[period], files[quota] = files[quota], files[period]
		}
	}
	return files
}

func find(files []File, name string) int {
	return slices.IndexFunc(files, func(f File) bool { return f.Name == name })
}

func number(now func(File) (string, bool), f File) (float64, bool) {
	text, ok := now(f)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return n, err == nil
}

// above says whether a new limit is more than an old one; -1 is more than any.
func above(value string, old float64) bool {
	n, err := strconv.ParseFloat(value, 64)
	return err == nil && (n < 0 || n > old) && old >= 0
}
