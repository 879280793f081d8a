package cgroup

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

var (
	sizeForm = form(`^([0-9]+(?:\.[0-9]+)?) ?(?:([kmgtp])i?)?b?$`)

	errSize = errors.New("a size like 512m, 512Mi or 1.5g is wanted")
)

// ParseSize reads a size as Docker does (units.RAMInBytes of docker/go-units): a
// number, and b, k, m, g, t or p for powers of 1024, with or without "i" and "b"
// behind it, in capitals or not: 512m, 512Mi and 512MiB are the same.
func ParseSize(text string) (int64, error) {
	f := sizeForm().FindStringSubmatch(strings.ToLower(text))
	if f == nil || len(text) > 40 {
		return 0, errSize
	}
	n, ok := new(big.Rat).SetString(f[1])
	if !ok {
		return 0, errSize
	}
	shift := uint(10 * strings.Index("bkmgtp", f[2]))
	n.Mul(n, new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), shift)))
	whole := new(big.Int).Div(n.Num(), n.Denom())
	if !whole.IsInt64() {
		return 0, errors.New("it is more than the kernel can count")
	}
	return whole.Int64(), nil
}

// highest is the largest number of a list like 0-3,5, and whether it is such a list.
func highest(list string) (int, bool) {
	if !listForm().MatchString(list) {
		return 0, false
	}
	top := 0
	for _, part := range strings.Split(list, ",") {
		span, _, _ := strings.Cut(part, ":")
		from, to, ranged := strings.Cut(span, "-")
		a, err := strconv.Atoi(from)
		b := a
		if ranged {
			var err2 error
			if b, err2 = strconv.Atoi(to); err2 != nil || b < a {
				return 0, false
			}
		}
		if err != nil {
			return 0, false
		}
		top = max(top, b)
	}
	return top, true
}
