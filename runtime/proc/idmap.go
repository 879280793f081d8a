package proc

import (
	"strconv"
	"strings"
)

// IDMap is one line of /proc/PID/uid_map or gid_map: Count ids that begin at
// Inside in the user namespace are those that begin at Outside in the reader's
// (in the parent's, when the reader is in the same). See user_namespaces(7).
type IDMap struct{ Inside, Outside, Count uint32 }

// ParseIDMap reads /proc/PID/uid_map or gid_map. An empty one is not written yet.
func ParseIDMap(b []byte) []IDMap {
	var maps []IDMap
	for line := range lines(b) {
		f := strings.Fields(line)
		if len(f) != 3 {
			continue
		}
		var n [3]uint32
		ok := true
		for i := range n {
			v, err := strconv.ParseUint(f[i], 10, 32)
			n[i], ok = uint32(v), ok && err == nil
		}
		if ok {
			maps = append(maps, IDMap{n[0], n[1], n[2]})
		}
	}
	return maps
}

// Outer translates an id of the namespace into the outer one.
func Outer(maps []IDMap, id uint32) (uint32, bool) {
	for _, m := range maps {
		if id >= m.Inside && id-m.Inside < m.Count {
			return m.Outside + (id - m.Inside), true
		}
	}
	return 0, false
}

// Identity says that the maps are those of the initial user namespace, where
// every id is itself.
func Identity(maps []IDMap) bool {
	return len(maps) == 1 && maps[0] == IDMap{0, 0, 1<<32 - 1}
}
