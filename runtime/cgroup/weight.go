package cgroup

import "math"

// The ends of what the kernel takes: shares of version 1 and weights of version 2.
const (
	minShares, maxShares = 2, 262144
	maxWeight            = 10000
)

// Weight turns shares of version 1 (2 to 262144, 1024 by default) into a weight of
// version 2 (1 to 10000, 100 by default) as runc does since 1.3.2 and crun since
// 1.23: a curve through both ends and both defaults, so that a group that asks for
// one CPU weighs as much as one that asks for nothing. 102 shares (100m) are 17,
// 512 (500m) are 59, 1024 are 100. 0 stays 0: not set.
func Weight(shares uint64) uint64 {
	switch {
	case shares == 0:
		return 0
	case shares <= minShares:
		return 1
	case shares >= maxShares:
		return maxWeight
	}
	l := math.Log2(float64(shares))
	return uint64(math.Ceil(math.Pow(10, (l*l+125*l)/612-7.0/34)))
}

// LinearWeight is the formula that runtimes used before, and the kubelet for Pods
// longer: a straight line from end to end, by which 1024 shares are 39.
func LinearWeight(shares uint64) uint64 {
	if shares == 0 {
		return 0
	}
	shares = min(max(shares, minShares), maxShares)
	return 1 + (shares-minShares)*(maxWeight-1)/(maxShares-minShares)
}

// ioWeight turns a blkio weight of version 1 (10 to 1000) into an io.weight of
// version 2 (1 to 10000), a straight line.
func ioWeight(weight uint16) uint64 {
	return 1 + (uint64(weight)-10)*(maxWeight-1)/990
}
