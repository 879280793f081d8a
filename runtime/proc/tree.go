package proc

// Branch is a mount with those that lie on it, in the order of mounting.
type Branch struct {
	Mount
	On []*Branch
}

// Tree puts each mount below its parent. The result has the mounts whose parent
// is not in the list, as a rule the root alone. Rings, which no kernel writes,
// are broken at their first member, so that nothing is lost or shown twice.
func Tree(mounts []Mount) []*Branch {
	byID := make(map[int]*Branch, len(mounts))
	all := make([]*Branch, 0, len(mounts))
	for _, m := range mounts {
		if byID[m.ID] != nil {
			continue // IDs are unique in one reading; the first stands
		}
		b := &Branch{Mount: m}
		byID[m.ID] = b
		all = append(all, b)
	}
	var roots []*Branch
	for _, b := range all {
		parent := byID[b.Parent]
		if parent == nil || first(b, byID) {
			roots = append(roots, b)
			continue
		}
		parent.On = append(parent.On, b)
	}
	return roots
}

// first says that going up from b comes back to b, and that b has the smallest
// ID on the way. A ring that b is merely below does not end there.
func first(b *Branch, byID map[int]*Branch) bool {
	low := b.ID
	up := byID[b.Parent]
	for range len(byID) {
		if up == nil {
			return false
		}
		if up == b {
			return low == b.ID
		}
		low = min(low, up.ID)
		up = byID[up.Parent]
	}
	return false
}

// Find returns the mount that path is on: the topmost of those with the longest
// mount point that is path or a directory above it.
func Find(mounts []Mount, path string) (Mount, bool) {
	var (
		best  Mount
		found bool
	)
	for _, m := range mounts {
		if within(path, m.Point) && (!found || len(m.Point) >= len(best.Point)) {
			best, found = m, true
		}
	}
	return best, found
}

func within(path, dir string) bool {
	if dir == "/" {
		return len(path) > 0 && path[0] == '/'
	}
	n := len(dir)
	return len(path) >= n && path[:n] == dir && (len(path) == n || path[n] == '/')
}
