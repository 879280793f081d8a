package userland

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// free prints /proc/meminfo in the form of procps' free. In a container it shows
// the machine's memory: no limit of a cgroup changes that file.
func free(args []string) int {
	o, rest, err := getopt(args, "bkmghw", "bytes=b", "kibi=k", "mebi=m", "gibi=g", "human=h")
	if err != nil || len(rest) > 0 {
		return misuse("free", err)
	}
	m, err := meminfo()
	if err != nil {
		return fail("free", err)
	}
	show := func(kib int64) string { return strconv.FormatInt(kib, 10) }
	switch {
	case o.has("h"):
		show = kibibytes
	case o.has("b"):
		show = func(kib int64) string { return strconv.FormatInt(kib*1024, 10) }
	case o.has("m"):
		show = func(kib int64) string { return strconv.FormatInt(kib/1024, 10) }
	case o.has("g"):
		show = func(kib int64) string { return strconv.FormatInt(kib/1024/1024, 10) }
	}
	cache := m["Buffers"] + m["Cached"] + m["SReclaimable"]
	used := m["MemTotal"] - m["MemAvailable"]
	row := func(label string, values ...int64) {
		s := fmt.Sprintf("%-8s", label)
		for i, v := range values {
			width := 11
			if i == 0 {
				width = 12
			}
			if i > 0 {
				s += " "
			}
			s += fmt.Sprintf("%*s", width, show(v))
		}
		printf("%s\n", s)
	}
	printf("%20s %11s %11s %11s %11s %11s\n", "total", "used", "free", "shared", "buff/cache", "available")
	row("Mem:", m["MemTotal"], used, m["MemFree"], m["Shmem"], cache, m["MemAvailable"])
	row("Swap:", m["SwapTotal"], m["SwapTotal"]-m["SwapFree"], m["SwapFree"])
	return 0
}

// meminfo is /proc/meminfo, in KiB.
func meminfo() (map[string]int64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return nil, err
	}
	m := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		if f := strings.Fields(rest); len(f) > 0 {
			m[name], _ = strconv.ParseInt(f[0], 10, 64)
		}
	}
	return m, nil
}

// kibibytes is an amount of KiB for people: 512Ki, 3.8Gi.
func kibibytes(kib int64) string {
	if kib == 0 {
		return "0B"
	}
	f := float64(kib)
	for _, unit := range []string{"Ki", "Mi", "Gi", "Ti"} {
		if s := fmt.Sprintf("%.1f%s", f, unit); len(s) <= 5 {
			return s
		}
		if f < 1000 {
			return fmt.Sprintf("%d%s", int(f), unit)
		}
		f /= 1024
	}
	return fmt.Sprintf("%.0fPi", f)
}
